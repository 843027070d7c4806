import path from 'node:path'
import { build } from 'esbuild'
import { root } from '../../scripts/set-up.mjs'
import { freshFolder } from './real-folder.ts'

/** A program of `test/support` as one file that Node runs, for this test alone. */
export async function bundled(name: string): Promise<string> {
  const outfile = path.join(freshFolder(), `${name}.cjs`)
  await build({
    absWorkingDir: root,
    entryPoints: [`test/support/${name}.ts`],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'cjs',
    mainFields: ['module', 'main'],
    external: ['@napi-rs/keyring', 'age-encryption', 'handlebars'],
    define: { OPGEN_VERSION: '"0.0.0-test"' },
    logLevel: 'silent',
  })
  return outfile
}
