import { describe, expect, test } from 'vitest'
import { runCommand } from '../../scripts/command.mjs'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import { freshSandbox, freshSecretService, haimakerAt } from '../support/fresh.ts'
import { opgen, writeManifest } from '../support/opgen.ts'
import { typeAtOpgen } from '../support/pseudo-terminal.ts'
import { need } from '../support/tools.ts'

const typedKey = 'test-key-typed'
const args = ['key', 'set', 'haimaker']

const tools = await need('secret-service', 'pseudo-terminal')
describe.skipIf(tools.skip)(`\`key set\` on a terminal${tools.note}`, () => {
  test('asks, shows nothing of what is typed, and stores it', async () => {
    const { sandbox, environment } = await ready()

    const screen = await typeAtOpgen(sandbox, {
      args,
      environment,
      prompt: 'haimaker',
      typed: `${typedKey}\r`,
    })

    expect(screen).toMatchObject({ status: 0 })
    expect(screen.text).not.toContain('test-key')
    expect(screen.text).not.toContain('*')
    expect(await storedKey(sandbox, environment)).toBe(typedKey)
  })

  test('takes a correction and a paste', async () => {
    const { sandbox, environment } = await ready()

    const paste = `\u001B[200~${typedKey}\u001B[201~`
    const screen = await typeAtOpgen(sandbox, {
      args,
      environment,
      prompt: 'haimaker',
      typed: `wrong\u0015${paste}x\u007F\r`,
    })

    expect(screen).toMatchObject({ status: 0 })
    expect(await storedKey(sandbox, environment)).toBe(typedKey)
  })

  test('stores nothing after Ctrl-C, and exits 130', async () => {
    const { sandbox, environment } = await ready()

    const screen = await typeAtOpgen(sandbox, {
      args,
      environment,
      prompt: 'haimaker',
      typed: `${typedKey}\u0003`,
    })

    expect(screen).toMatchObject({ status: 130 })
    expect(screen.text).not.toContain('test-key')
    expect(await storedKey(sandbox, environment)).toBe('')
  })

  test('does not ask with a store that could not keep the key', async () => {
    const sandbox = await freshSandbox()
    const { environment } = await freshSecretService('absent')
    await writeManifest(sandbox, haimakerAt('https://llm.example/v1'))

    const screen = await typeAtOpgen(sandbox, {
      args,
      environment,
      prompt: 'haimaker:',
      typed: `${typedKey}\r`,
    })

    expect(screen).toMatchObject({ status: 1 })
    expect(screen.text).not.toContain('haimaker:')
  })

  test('never takes a key from an argument', async () => {
    const { sandbox, environment } = await ready()
    const refused = await opgen(sandbox, [...args, typedKey], { environment })
    expect(refused).toMatchObject({ status: 64, stdout: '' })
    expect(await storedKey(sandbox, environment)).toBe('')
  })
})

async function ready(): Promise<{
  sandbox: Sandbox
  environment: Readonly<Record<string, string>>
}> {
  const sandbox = await freshSandbox()
  const { environment } = await freshSecretService()
  await writeManifest(sandbox, haimakerAt('https://llm.example/v1'))
  return { sandbox, environment }
}

/** What another program finds in the keychain; empty when there is nothing. */
async function storedKey(
  sandbox: Sandbox,
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  const lookup = ['lookup', 'service', 'opgen', 'username', 'haimaker']
  const found = await runCommand('secret-tool', lookup, {
    environment: { ...sandbox.environment, ...environment },
  })
  return found.stdout
}
