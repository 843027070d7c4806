import { existsSync } from 'node:fs'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { root } from '../../scripts/set-up.mjs'
import { opgenProgram } from './opgen.ts'

export interface KeychainChildScript {
  readonly script: readonly string[]
  remove(): Promise<void>
}

/** The keychain's child as the built program starts it; before anything was built, on its own. */
export async function keychainChildScript(): Promise<KeychainChildScript> {
  if (existsSync(opgenProgram)) return { script: [opgenProgram, '__keychain'], async remove() {} }
  const folder = await mkdtemp(join(tmpdir(), 'opgen-keychain-child-'))
  const script = join(folder, 'child.cjs')
  await build({
    stdin: {
      contents: `import { runKeychainChild } from './src/system/keychain-child.ts'; runKeychainChild()`,
      resolveDir: root,
    },
    outfile: script,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'cjs',
    logLevel: 'warning',
  })
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  return { script: [script], remove: () => rm(folder, { recursive: true }) }
}
