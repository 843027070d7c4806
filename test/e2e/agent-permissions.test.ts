import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import { freshSandbox } from '../support/fresh.ts'
import { keyFileOf, opgen, place, succeeds, writeManifest } from '../support/opgen.ts'
import { openCode } from '../support/opencode.ts'
import { startToolCallingServer } from '../support/tool-calling-server.ts'
import type { ToolCall } from '../support/tool-calling-server.ts'
import { need } from '../support/tools.ts'
import { fencedBlocks, readDocument } from '../unit/docs/markdown.ts'

/** The rules that docs/agents.md recommends. */
const [recommended] = fencedBlocks(readDocument('docs/agents.md'))
  .filter(({ language }) => language === 'jsonc')
  .map(({ text }) => text)
/** Those about folders alone, as far as they refuse anything. */
const aboutFolders = `{ "permission": { "external_directory": {
  "*": "allow", "~/.local/share/opencode/*": "deny", "~/.local/share/opgen/*": "deny" } } }`

/** What becomes of a call: the tool ran, a rule refused it, or somebody would have been asked. */
interface Outcome {
  readonly asked: boolean
  readonly told: string
}

const run = (command: string): ToolCall => ({
  name: 'bash',
  arguments: { command, description: 'look' },
})
const read = (filePath: string): ToolCall => ({ name: 'read', arguments: { filePath } })

const tools = await need('opencode')
describe.skipIf(tools.skip)(`an agent in OpenCode${tools.note}`, () => {
  test.each<[string, string, (sandbox: Sandbox) => ToolCall]>([
    ['auth.json', 'read', ({ authFile }) => read(authFile)],
    ['a key file', 'read', (sandbox) => read(keyFileOf(sandbox, 'acme'))],
    ['auth.json', 'cat', ({ authFile }) => run(`cat ${authFile}`)],
    ['a key', 'opgen', () => run('true; opgen key show acme --reveal | cat')],
    ['a key', 'secret-tool', () => run('secret-tool lookup service opgen username acme')],
  ])('is refused %s through %s with the rules of the documents', async (_, __, callIn) => {
    const { asked, told } = await outcomeOf(recommended ?? '', callIn)
    expect(asked).toBe(false)
    expect(told).toContain('a rule which prevents you')
    expect(told).not.toContain('test-key')
  })

  test('has to ask for any other command', async () => {
    const outcome = await outcomeOf(recommended ?? '', () =>
      run('cat "$HOME/.local/share/opencode/auth.json"'),
    )
    expect(outcome).toEqual({ asked: true, told: '' })
  })

  test('reads auth.json all the same where it need not ask: rules about folders are no wall', async () => {
    const refused = await outcomeOf(aboutFolders, ({ authFile }) => run(`cat ${authFile}`))
    expect(refused.told).toContain('a rule which prevents you')
    const { told } = await outcomeOf(aboutFolders, () =>
      run('cat "$HOME/.local/share/opencode/auth.json"'),
    )
    expect(told).toContain('test-key-acme')
  })

  test('is told that it is one, so that `key show` prints nothing', async () => {
    const { told } = await outcomeOf('{}', () => run('echo "$OPENCODE $AGENT"'))
    expect(told).toBe('1 1\n')
  })
})

/** Let the model call a tool in the session of a real OpenCode, with a key in all places. */
async function outcomeOf(config: string, callIn: (sandbox: Sandbox) => ToolCall): Promise<Outcome> {
  const sandbox = await freshSandbox()
  const server = await startToolCallingServer(callIn(sandbox))
  onTestFinished(() => server.stop())
  await place(join(sandbox.configFolder, 'opencode.jsonc'), config)
  await writeManifest(
    sandbox,
    `version: 1\nproviders:\n  acme: { baseURL: "${server.baseURL}", models: [m] }\n`,
  )
  const environment = { OPGEN_KEY_ACME: 'test-key-acme' }
  await succeeds(opgen(sandbox, ['apply'], { environment }))
  await place(keyFileOf(sandbox, 'acme'), 'test-key-acme')
  const { stdout, stderr } = await openCode(sandbox, ['run', '-m', 'acme/m', 'look'])
  return {
    asked: `${stdout}${stderr}`.includes('permission requested'),
    told: server.results.join(''),
  }
}
