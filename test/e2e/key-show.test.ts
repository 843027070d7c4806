import { describe, expect, test } from 'vitest'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import { freshSandbox, freshSecretService, haimakerAt } from '../support/fresh.ts'
import { opgen, succeeds, writeManifest } from '../support/opgen.ts'
import { typeAtOpgen } from '../support/pseudo-terminal.ts'
import type { Screen } from '../support/pseudo-terminal.ts'
import { need } from '../support/tools.ts'

const key = 'test-key-shown'
const args = ['key', 'show', 'haimaker']
const variables = [{ OPENCODE: '1' }, { AGENT: '1' }, { OPENCODE: '1', AGENT: '1' }]

type Environment = Readonly<Record<string, string>>

const tools = await need('secret-service', 'pseudo-terminal')
describe.skipIf(tools.skip)(`\`key show\`${tools.note}`, () => {
  test('prints the key of the keychain on a terminal', async () => {
    const { sandbox, environment } = await ready()
    expect(await seen(sandbox, args, environment)).toEqual({ status: 0, text: `${key}\r\n` })
  })

  test('prints nothing through a pipe, but with --reveal', async () => {
    const { sandbox, environment } = await ready()
    const refused = await opgen(sandbox, args, { environment })
    expect(refused).toMatchObject({ status: 1, stdout: '' })
    expect(refused.stderr).toBe(
      'opgen: error: the key for "haimaker" is not printed to anything but a terminal\n' +
        'opgen: hint: `opgen key show haimaker --reveal` prints it all the same\n',
    )
    const shown = await succeeds(opgen(sandbox, [...args, '--reveal'], { environment }))
    expect(shown).toMatchObject({ stdout: `${key}\n`, stderr: '' })
  })

  test.each(variables)('prints nothing with %j on a terminal, but with --reveal', async (agent) => {
    const { sandbox, environment } = await ready()
    const inside = { ...environment, ...agent }
    const refused = await seen(sandbox, args, inside)
    expect(refused.status).toBe(1)
    expect(refused.text).not.toContain('test-key')
    expect(refused.text).toContain('inside a coding agent')
    expect(await seen(sandbox, [...args, '--reveal'], inside)).toEqual({
      status: 0,
      text: `${key}\r\n`,
    })
  })

  test.each([{}, ...variables])('prints no JSON with %j, but with --reveal', async (agent) => {
    const { sandbox, environment } = await ready()
    const inside = { environment: { ...environment, ...agent } }
    const refused = await opgen(sandbox, [...args, '--json'], inside)
    expect(refused.status).toBe(1)
    expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: 'not-revealed' } })
    const shown = await succeeds(opgen(sandbox, [...args, '--json', '--reveal'], inside))
    expect(JSON.parse(shown.stdout)).toEqual({
      version: 1,
      command: 'key show',
      id: 'haimaker',
      key,
      fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/),
      source: 'keychain:opgen/haimaker',
    })
  })

  test('opens no store before it knows that it may print', async () => {
    const sandbox = await freshSandbox()
    await writeManifest(sandbox, haimakerAt('https://llm.example/v1'))
    const { environment } = await freshSecretService('absent')
    const refused = await opgen(sandbox, args, { environment })
    expect(refused.stderr).toContain('not printed')
    const asked = await opgen(sandbox, [...args, '--reveal'], { environment })
    expect(asked).toMatchObject({ status: 1, stdout: '' })
    expect(asked.stderr).toContain('no keychain service')
  })
})

async function ready(): Promise<{ sandbox: Sandbox; environment: Environment }> {
  const sandbox = await freshSandbox()
  const { environment } = await freshSecretService()
  await writeManifest(sandbox, haimakerAt('https://llm.example/v1'))
  await succeeds(opgen(sandbox, ['key', 'set', 'haimaker'], { environment, input: key }))
  return { sandbox, environment }
}

/** What a person sees who types the command. */
async function seen(
  sandbox: Sandbox,
  words: readonly string[],
  environment: Environment,
): Promise<Screen> {
  return await typeAtOpgen(sandbox, { args: words, environment, prompt: '\0', typed: '' })
}
