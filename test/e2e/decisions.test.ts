import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import { freshSandbox, freshSecretService, haimakerAt } from '../support/fresh.ts'
import { opgen, place, succeeds, textOf, writeManifest } from '../support/opgen.ts'
import { typeAtOpgen } from '../support/pseudo-terminal.ts'
import type { Exchange, Screen } from '../support/pseudo-terminal.ts'
import { need } from '../support/tools.ts'

const manifest = haimakerAt('https://llm.example/v1')
const environment = { OPGEN_KEY_HAIMAKER: 'test-key-haimaker' }
const prompt = '[q]uit\r\n  > '

const tools = await need('pseudo-terminal')
describe.skipIf(tools.skip)(`a drifted value, on a terminal${tools.note}`, () => {
  test('is shown against what is wanted, and overwritten', async () => {
    const sandbox = await drifted()
    const screen = await answer(sandbox, 'o\r')
    expect(screen).toMatchObject({ status: 0 })
    expect(screen.text).toContain('- "haimaker"')
    expect(screen.text).toContain('+ "By hand"')
    expect(await configOf(sandbox)).toContain('"name": "haimaker"')
  })

  test('is kept, after a slip that was taken back', async () => {
    const sandbox = await drifted()
    expect(await answer(sandbox, 'o\u007Fk\r')).toMatchObject({ status: 0 })
    expect(await configOf(sandbox)).toContain('"By hand"')
    expect((await opgen(sandbox, ['plan', '--check'], { environment })).status).toBe(0)
  })

  test('is carried: with the printed YAML in the manifest there is nothing to do', async () => {
    const sandbox = await drifted()
    const before = await filesOf(sandbox)
    const screen = await answer(sandbox, 'm\r')
    expect(screen).toMatchObject({ status: 3 })
    const yaml = 'providers:\r\n  haimaker:\r\n    name: By hand\r\n'
    expect(screen.text).toContain(yaml)
    expect(await filesOf(sandbox)).toEqual(before)

    await writeManifest(sandbox, `${manifest}    name: By hand\n`)
    const { stdout } = await succeeds(opgen(sandbox, ['apply'], { environment }))
    expect(stdout).toBe('Nothing to change.\n')
  })

  test.each<readonly [string, string, number]>([
    ['Ctrl-C', '\u0003', 130],
    ['Ctrl-D', '\u0004', 3],
    ['"q"', 'q\r', 3],
  ])('leaves all files as they were after %s', async (_, typed, status) => {
    const sandbox = await drifted()
    const before = await filesOf(sandbox)
    const screen = await answer(sandbox, '?\r', { prompt, typed })
    expect(screen).toMatchObject({ status })
    expect(await filesOf(sandbox)).toEqual(before)
  })

  test('is shown in colour, but for NO_COLOR', async () => {
    const sandbox = await drifted()
    for (const [noColour, removed] of [
      ['', '\u001B[31m- "haimaker"\u001B[39m  \u001B[2mwanted\u001B[22m\r\n'],
      ['1', '  - "haimaker"  wanted\r\n'],
    ] as const) {
      const screen = await typeAtOpgen(sandbox, {
        args: ['apply'],
        environment: { ...environment, NO_COLOR: noColour },
        prompt,
        typed: 'q\r',
      })
      expect(screen.text).toContain(removed)
    }
  })
})

const both = await need('secret-service', 'pseudo-terminal')
describe.skipIf(both.skip)(`a missing key, on a terminal${both.note}`, () => {
  test('is entered unseen, stored in the keychain and handed on', async () => {
    const sandbox = await freshSandbox()
    const service = await freshSecretService()
    await writeManifest(sandbox, manifest)
    const screen = await typeAtOpgen(sandbox, {
      args: ['apply'],
      environment: service.environment,
      prompt,
      typed: 'e\r',
      next: [{ prompt: 'not shown): ', typed: 'test-key-typed\r' }],
    })
    expect(screen).toMatchObject({ status: 0 })
    expect(screen.text).toContain('Applied: 1 created.')
    expect(screen.text).not.toContain('test-key')
    expect((await filesOf(sandbox)).auth).toContain('test-key-typed')
  })

  test('leaves no file after Ctrl-C at its prompt', async () => {
    const sandbox = await freshSandbox()
    const service = await freshSecretService()
    await writeManifest(sandbox, manifest)
    const screen = await typeAtOpgen(sandbox, {
      args: ['apply'],
      environment: service.environment,
      prompt,
      typed: 'e\r',
      next: [{ prompt: 'not shown): ', typed: 'test-key-typed\u0003' }],
    })
    expect(screen).toMatchObject({ status: 130 })
    expect(await filesOf(sandbox)).toEqual({ config: undefined, auth: undefined, state: undefined })
  })
})

/** An applied manifest, in whose config somebody then put another name. */
async function drifted(): Promise<Sandbox> {
  const sandbox = await freshSandbox()
  await writeManifest(sandbox, manifest)
  await succeeds(opgen(sandbox, ['apply'], { environment }))
  const config = (await configOf(sandbox)) ?? ''
  await place(configPath(sandbox), config.replace('"name": "haimaker"', '"name": "By hand"'))
  return sandbox
}

function answer(sandbox: Sandbox, typed: string, ...next: readonly Exchange[]): Promise<Screen> {
  return typeAtOpgen(sandbox, { args: ['apply'], environment, prompt, typed, next })
}

function configPath(sandbox: Sandbox): string {
  return join(sandbox.home, '.config', 'opencode', 'opencode.jsonc')
}

async function configOf(sandbox: Sandbox): Promise<string | undefined> {
  return textOf(configPath(sandbox))
}

/** The texts of everything that an apply writes. */
async function filesOf(
  sandbox: Sandbox,
): Promise<Readonly<Record<'config' | 'auth' | 'state', string | undefined>>> {
  return {
    config: await configOf(sandbox),
    auth: await textOf(join(sandbox.home, '.local', 'share', 'opencode', 'auth.json')),
    state: await textOf(join(sandbox.home, '.local', 'state', 'opgen', 'state.json')),
  }
}
