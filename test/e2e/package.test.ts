import { mkdir, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runCommand } from '../../scripts/command.mjs'
import { root } from '../../scripts/set-up.mjs'
import { freshSandbox, haimakerAt } from '../support/fresh.ts'
import { succeeds, textOf, writeManifest } from '../support/opgen.ts'

describe('the package that npm publishes', () => {
  test('runs from a link on the PATH, with the presets and the schema it brings', async () => {
    const sandbox = await freshSandbox()
    const { environment } = sandbox
    // Without scripts: prepare would build again, under the feet of the other tests.
    const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', sandbox.folder]
    const packed = await succeeds(runCommand('npm', pack, { folder: root, environment }))
    const [{ filename }] = JSON.parse(packed.stdout)
    await succeeds(runCommand('tar', ['-xzf', filename], { folder: sandbox.folder }))
    await linkDependencies(join(sandbox.folder, 'package'))
    const bin = join(sandbox.folder, 'bin')
    await mkdir(bin)
    await symlink(join(sandbox.folder, 'package', 'dist', 'opgen.cjs'), join(bin, 'opgen'))
    await writeManifest(sandbox, haimakerAt('https://llm.example/v1'))

    const installed = {
      folder: sandbox.work,
      environment: {
        ...environment,
        PATH: `${bin}:${environment['PATH']}`,
        OPGEN_KEY_HAIMAKER: 'test-key-haimaker',
      },
    }
    await succeeds(runCommand('opgen', ['apply'], installed))
    const schema = await succeeds(runCommand('opgen', ['schema'], installed))

    expect(await textOf(sandbox.authFile)).toContain('test-key-haimaker')
    const config = await textOf(join(sandbox.configFolder, 'opencode.jsonc'))
    expect(config).toContain('"@ai-sdk/openai-compatible"')
    expect(schema.stdout).toBe(await textOf(join(root, 'schema', 'providers.schema.json')))
  })
})

/** Give an unpacked package what an installation would: its runtime dependencies, and no others. */
async function linkDependencies(folder: string): Promise<void> {
  const { dependencies } = JSON.parse((await textOf(join(folder, 'package.json'))) ?? '{}')
  for (const name of Object.keys(dependencies)) {
    const link = join(folder, 'node_modules', name)
    await mkdir(dirname(link), { recursive: true })
    await symlink(join(root, 'node_modules', name), link)
  }
}
