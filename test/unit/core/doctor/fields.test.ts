import { describe, expect, test } from 'vitest'
import { run } from '../../../../src/cli/run.ts'
import type { Finding } from '../../../../src/core/doctor/finding.ts'
import type { JsonObject } from '../../../../src/core/json.ts'
import { HOME, memoryWorld } from '../../../support/memory-system.ts'
import { memoryTerminal } from '../../../support/memory-terminal.ts'
import { packageTemplates } from '../../../support/package-templates.ts'

const CODES = ['config-root', 'config-type', 'unknown-field', 'option-spelling']

interface Setup {
  readonly auth?: JsonObject
  readonly env?: Readonly<Record<string, string>>
  readonly installed?: Readonly<Record<string, string>>
}

/** What the rules of fields say of a configuration: severity, code and message. */
async function said(config: unknown, { auth = {}, ...options }: Setup = {}): Promise<string[]> {
  const found = await findings(config, { auth, ...options })
  return found.map(({ severity, code, message }) => `${severity} ${code}: ${message}`)
}

async function findings(config: unknown, { auth = {}, ...options }: Setup): Promise<Finding[]> {
  const installed = { '/usr/bin/opencode': '1.18.33' }
  const world = memoryWorld({ files: packageTemplates(), cwd: HOME, installed, ...options })
  world.write(`${HOME}/.config/opencode/opencode.json`, JSON.stringify(config))
  world.write(`${HOME}/.local/share/opencode/auth.json`, JSON.stringify(auth), 0o600)
  const terminal = memoryTerminal()
  await run(['doctor', '--json'], world.system, terminal)
  const { findings: all }: { readonly findings: readonly Finding[] } = JSON.parse(terminal.text())
  return all.filter(({ code }) => CODES.includes(code))
}

const acme = (block: JsonObject): JsonObject => {
  return { provider: { acme: { npm: '@ai-sdk/openai-compatible', ...block } } }
}
const login = { acme: { type: 'api', key: 'test-key-acme' } }

describe('what is no fault', () => {
  test.for<readonly [string, JsonObject]>([
    [
      'options of the adapter',
      acme({ options: { baseURL: 'https://a.example', fetchOptions: {} } }),
    ],
    ['what other rules tell of', { theme: 'x', keybinds: {}, tui: {}, providers: {} }],
    ['comments in the place of fields', { '//': 'note', $comment: 'note', _comment: 'note' }],
    [
      'the spelling that an adapter reads',
      { provider: { openrouter: { options: { baseUrl: 'https://a.example/v1' } } } },
    ],
    [
      'a name that an adapter of its own may know',
      { provider: { acme: { npm: 'acme-provider', options: { url: 'x', token: 'y', key: 'z' } } } },
    ],
    [
      'the token of an adapter that has one',
      { provider: { acme: { npm: '@ai-sdk/anthropic', options: { authToken: '{env:X}' } } } },
    ],
  ])('%s', async ([, config]) => {
    expect(await said(config)).toEqual([])
  })
})

describe('a key under another name', () => {
  const config = acme({ options: { baseURL: 'https://a.example', apikey: '{env:X}' } })

  test('is an error where there is no other', async () => {
    expect(await said(config)).toEqual([
      'error option-spelling: "apikey" in the options of "acme" is not "apiKey", which OpenCode reads',
    ])
  })

  test('is a warning where auth.json has one', async () => {
    expect(await said(config, { auth: login })).toEqual([
      expect.stringMatching(/^warning option-spelling/),
    ])
  })

  test('is a warning where it only fills the place of one', async () => {
    const dummy = acme({ options: { baseURL: 'http://localhost:1234/v1', apikey: 'not-needed' } })
    expect(await said(dummy)).toEqual([expect.stringMatching(/^warning option-spelling/)])
  })

  test('is not printed', async () => {
    const key = 'test-key-acme'
    const all = await findings(acme({ apikey: key, options: { api_key: key, key } }), {})
    expect(all.length).toBeGreaterThan(1)
    expect(JSON.stringify(all)).not.toContain(key)
  })
})

describe('an address under another name', () => {
  test('is a warning where the catalogue has one', async () => {
    const config = { provider: { anthropic: { options: { baseUrl: 'https://a.example/v1' } } } }
    expect(await said(config)).toEqual([expect.stringMatching(/^warning option-spelling/)])
  })
})

describe('very many faults', () => {
  test('of one kind in the models of a provider are one', async () => {
    const models = Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [`m${index}`, { limit: { context: 1 } }]),
    )
    expect(await said(acme({ models }))).toEqual([
      'error config-type: "limit.output" of 300 models is missing: "m0", "m1", "m2" and 297 more',
    ])
  })

  test('of many kinds are counted after the first twenty', async () => {
    const mcp = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [`s${index}`, { type: 'local', command: 'x' }]),
    )
    const all = await said({ mcp })
    expect(all).toHaveLength(21)
    expect(all.filter((one) => one.includes('10 more'))).toHaveLength(1)
  })
})

describe('where only OpenCode 2 is installed', () => {
  const setup: Setup = { installed: { '/usr/bin/opencode': '2.0.20' } }

  test('what OpenCode 1 does not start with is no error', async () => {
    expect(await said(acme({ models: ['m'] }), setup)).toEqual([
      'warning config-type: "provider.acme.models" is a list, and must be an object',
    ])
    expect(await said({ share: 3, foo: 1 }, setup)).toEqual([])
  })
})

test('a file that another one overrides is checked all the same', async () => {
  const world = memoryWorld({ files: packageTemplates(), cwd: HOME })
  world.write(`${HOME}/.config/opencode/config.json`, '{"model":3}')
  world.write(`${HOME}/.config/opencode/opencode.json`, '{"model":"a/b"}')
  const terminal = memoryTerminal()
  await run(['doctor', '--json'], world.system, terminal)
  expect(terminal.text()).toContain('\\"model\\" is a number, and must be a text')
})
