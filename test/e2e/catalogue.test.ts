import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runCommand } from '../../scripts/command.mjs'
import { settleOpenCode } from '../../scripts/sandbox.mjs'
import { openCodeProgram } from '../../scripts/set-up.mjs'
import { CATALOGUE_IDS } from '../../src/core/catalogue.ts'
import { freshSandbox } from '../support/fresh.ts'
import { openCode } from '../support/opencode.ts'
import { opgen, succeeds } from '../support/opgen.ts'
import { need } from '../support/tools.ts'

/** With the catalogue that is compiled into OpenCode; the sandbox has an empty one. */
const withCatalogue = { OPENCODE_MODELS_PATH: '' }

const tools = await need('opencode')
describe.skipIf(tools.skip)(`OpenCode's own catalogue${tools.note}`, () => {
  test('has the models of a provider that is given an empty block', async () => {
    const sandbox = await freshSandbox()
    const text = 'version: 1\nproviders:\n  anthropic: { preset: anthropic }\n'
    await writeFile(join(sandbox.work, 'providers.yaml'), text)

    await succeeds(opgen(sandbox, ['apply']))

    const { stdout } = await openCode(sandbox, ['models', 'anthropic'], withCatalogue)
    expect(stdout.split('\n')).toContain('anthropic/claude-sonnet-4-6')
  })

  test('has the ids that opgen knows, and no other', async () => {
    const sandbox = await freshSandbox()
    const provider = Object.fromEntries([...CATALOGUE_IDS].map((id) => [id, {}]))
    const config = { $schema: 'https://opencode.ai/config.json', provider }
    await mkdir(sandbox.configFolder, { recursive: true })
    await writeFile(join(sandbox.configFolder, 'opencode.json'), JSON.stringify(config))

    await settleOpenCode(sandbox.configFolder)

    // OpenCode ends without waiting for a pipe to take all of its output; a file takes it at once.
    const listing = join(sandbox.work, 'models.txt')
    const script = '"$0" models >"$1"'
    await runCommand('sh', ['-c', script, openCodeProgram, listing], {
      folder: sandbox.work,
      environment: { ...sandbox.environment, ...withCatalogue },
    })

    const lines = (await readFile(listing, 'utf8')).split('\n')
    const listed = lines.flatMap((line) => /^[^/]+(?=\/)/.exec(line) ?? [])
    expect([...new Set(listed)].toSorted()).toEqual([...CATALOGUE_IDS].toSorted())
  })
})
