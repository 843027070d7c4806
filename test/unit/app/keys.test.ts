import { describe, expect, test } from 'vitest'
import { run } from '../../../src/cli/run.ts'
import type { Keychain } from '../../../src/system/system.ts'
import type { WorldOptions } from '../../support/memory-system.ts'
import { memoryTerminal } from '../../support/memory-terminal.ts'
import { AUTH, CONFIG, opgen, opgenJson, STATE, worldWith } from '../../support/run-opgen.ts'

function withKey(key: string): string {
  return `version: 1\nproviders:\n  gw: { baseURL: "https://gw.example/v1", models: [m], key: ${key} }\n`
}

function writtenKey(auth: string | undefined): unknown {
  return auth === undefined ? undefined : JSON.parse(auth).gw?.key
}

const KEYCHAIN = { 'opgen/gw': 'test-key-keychain' }

describe('where a key comes from', () => {
  test.each([
    { key: 'keychain', env: {}, expected: 'test-key-keychain' },
    { key: '{ env: GW }', env: { GW: 'test-key-env' }, expected: 'test-key-env' },
    { key: '[{ env: GW }, keychain]', env: { GW: 'test-key-env' }, expected: 'test-key-env' },
    { key: '[{ env: GW }, keychain]', env: {}, expected: 'test-key-keychain' },
    { key: '[{ env: GW }, keychain]', env: { GW: '' }, expected: 'test-key-keychain' },
    { key: '[keychain, { env: GW }]', env: { GW: 'test-key-env' }, expected: 'test-key-keychain' },
    { key: 'keychain', env: { OPGEN_KEY_GW: 'test-key-over' }, expected: 'test-key-over' },
    { key: 'none', env: { OPGEN_KEY_GW: 'test-key-over' }, expected: 'test-key-over' },
    { key: 'keychain', env: { OPGEN_KEY_GW: '' }, expected: 'test-key-keychain' },
    { key: 'none', env: {}, expected: undefined },
  ])('$key with $env gives $expected', async ({ key, env, expected }) => {
    const world = worldWith(withKey(key), { keychain: KEYCHAIN, env })
    expect((await opgen(world, 'apply')).code).toBe(0)
    expect(writtenKey(world.read(AUTH))).toBe(expected)
  })

  test.each([
    ['baseURL: "https://gw.example/v1"', '@ai-sdk/openai-compatible https://gw.example'],
    ['preset: anthropic', 'catalogue:anthropic'],
    ['preset: anthropic, npm: other-sdk', 'other-sdk catalogue:anthropic'],
    ['preset: anthropic, baseURL: "https://gw.example/v1"', 'https://gw.example'],
  ])('with { %s } it goes to %s', async (fields, destination) => {
    const manifest = `version: 1\nproviders:\n  anthropic: { ${fields}, key: { env: K }, models: [m] }\n`
    const world = worldWith(manifest, { env: { K: 'test-key-anthropic' } })
    expect(await opgenJson(world, 'key list')).toMatchObject({ keys: [{ destination }] })
  })

  test('a variable that overrides the declaration is said to', async () => {
    const world = worldWith(withKey('keychain'), { env: { OPGEN_KEY_GW: 'test-key-over' } })
    expect((await opgen(world, 'plan')).out).toContain('key from $OPGEN_KEY_GW instead of')
  })

  test('the keychain is asked once, and only when a source gets that far', async () => {
    const two = `${withKey('keychain')}  other: { baseURL: "https://o.example/v1", models: [m] }\n`
    const world = worldWith(two, { keychain: { ...KEYCHAIN, 'opgen/other': 'test-key-other' } })
    await opgen(world, 'apply')
    expect(world.asked.map((batch) => batch.length)).toEqual([2])

    const keyless = worldWith(withKey('[{ env: GW }, keychain]'), { env: { GW: 'test-key-env' } })
    await opgen(keyless, 'apply')
    expect(keyless.asked).toEqual([])
  })

  test('a keychain that is no longer needed is not waited for', async () => {
    const world = worldWith(withKey('keychain'), { files: { [CONFIG]: '{ "broken": ' } })
    let stopped = false
    const keychain: Keychain = {
      batch: (requests, { signal }) =>
        new Promise((resolve) => {
          signal?.addEventListener('abort', () => {
            stopped = true
            resolve(requests.map(() => ({ status: 'refused', situation: 'no-answer' })))
          })
        }),
    }
    expect(await run(['apply'], { ...world.system, keychain }, memoryTerminal())).toBe(65)
    expect(stopped).toBe(true)
  })

  test('no keychain is asked for a manifest with errors', async () => {
    const world = worldWith(`${withKey('keychain')}modle: x\n`, { keychain: KEYCHAIN })
    expect((await opgen(world, 'apply')).code).toBe(65)
    expect(world.asked).toEqual([])
  })
})

describe('a keychain that cannot be read', () => {
  test.each([
    ['locked', 'the keychain is locked for "gw"'],
    ['no-answer', 'the keychain gave no answer in time for "gw"'],
    ['no-service', 'there is no keychain service to ask for "gw"'],
    ['module-missing', 'the keychain module could not be loaded for "gw"'],
    ['ambiguous', 'the keychain holds more than one entry for "gw"'],
  ] as const)('%s ends with exit 1, the reason and a way out', async (situation, reason) => {
    const world = worldWith(withKey('keychain'), { keychainRefuses: situation })
    const before = new Map(world.files)
    const { code, err } = await opgen(world, 'apply')
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringMatching(/^opgen: error: .*\nopgen: hint: .*\n$/),
    })
    expect(err).toContain(reason)
    expect(new Map(world.files)).toEqual(before)
  })

  test.each(['no-service', 'no-collection'] as const)(
    '%s moves on to the next source of a list',
    async (situation) => {
      const env = { GW: 'test-key-env' }
      const world = worldWith(withKey('[keychain, { env: GW }]'), {
        keychainRefuses: situation,
        env,
      })
      expect((await opgen(world, 'apply')).code).toBe(0)
      expect(writtenKey(world.read(AUTH))).toBe('test-key-env')
    },
  )

  test.each(['locked', 'no-answer', 'module-missing'] as const)(
    '%s stops a list',
    async (situation) => {
      const env = { GW: 'test-key-env' }
      const world = worldWith(withKey('[keychain, { env: GW }]'), {
        keychainRefuses: situation,
        env,
      })
      expect((await opgen(world, 'apply')).code).toBe(1)
    },
  )

  test('a list that ends with none needs no key', async () => {
    const world = worldWith(withKey('[keychain, none]'))
    expect((await opgen(world, 'apply')).code).toBe(0)
    expect(world.read(AUTH)).toBeUndefined()
    expect(world.read(CONFIG)).toContain('https://gw.example/v1')
  })
})

describe('a key', () => {
  test.each([
    ['   ', 'is empty'],
    ['Bearer test-key-gw', 'begins with "Bearer "'],
    ['test key gw', 'holds a character that no key has'],
    ['test-key-\u00E9', 'holds a character that no key has'],
    ['test-key\ngw', 'holds a character that no key has'],
  ])('like %j is refused wherever it comes from', async (key, reason) => {
    const world = worldWith(withKey('{ env: GW }'), { env: { GW: key } })
    const { code, err } = await opgen(world, 'apply')
    expect(code).toBe(1)
    expect(err).toContain(reason)
    expect(err).not.toContain(key)
  })

  test('loses the white space around it, and that is said', async () => {
    const world = worldWith(withKey('{ env: GW }'), { env: { GW: ' test-key-gw\n' } })
    expect((await opgen(world, 'apply')).out).toContain('white space around the key was cut')
    expect(writtenKey(world.read(AUTH))).toBe('test-key-gw')
  })

  test('is known by a fingerprint that depends on the machine, and is nowhere in the state', async () => {
    const world = worldWith(withKey('{ env: GW }'), { env: { GW: 'test-key-gw' } })
    await opgen(world, 'apply')
    expect(world.read(STATE)).toMatch(/"fingerprint":"[0-9a-f]{12}"/)
    expect([...world.files].filter(([, { text }]) => text.includes('test-key-gw'))).toEqual([
      [AUTH, expect.objectContaining({ mode: 0o600 })],
    ])
  })
})

describe('key set', () => {
  test('stores what standard input holds, after asking the store whether it can', async () => {
    const world = worldWith(withKey('keychain'))
    const { code, out } = await opgen(world, 'key set gw', { stdin: 'test-key-new\n' })
    expect(code).toBe(0)
    expect(out).toMatch(
      /^Stored the key for "gw" in the keychain \(fingerprint [0-9a-f]{12}\)\.\n$/,
    )
    expect(world.keychain.get('opgen/gw')).toBe('test-key-new')
    expect(world.asked.map((batch) => batch.map(({ op }) => op))).toEqual([['probe'], ['store']])
  })

  test('says the same fingerprint as key list', async () => {
    const world = worldWith(withKey('keychain'))
    const { out } = await opgen(world, 'key set gw --json', { stdin: 'test-key-new' })
    const { fingerprint }: { fingerprint: string } = JSON.parse(out)
    expect(await opgenJson(world, 'key list')).toMatchObject({ keys: [{ id: 'gw', fingerprint }] })
  })

  test('works in a manifest that has other errors', async () => {
    const world = worldWith(`${withKey('keychain')}modle: x\n`)
    expect((await opgen(world, 'key set gw', { stdin: 'test-key-new' })).code).toBe(0)
  })

  test('names the nearest id when there is no such provider', async () => {
    const world = worldWith(withKey('keychain').replace('gw:', 'gateway:'))
    const { code, err } = await opgen(world, 'key set gatway', { stdin: 'test-key-new' })
    expect(code).toBe(65)
    expect(err).toContain('did you mean "gateway"?')
    expect(world.asked).toEqual([])
  })

  test('asks for nothing when the store refuses', async () => {
    const world = worldWith(withKey('keychain'), { keychainRefuses: 'locked' })
    expect((await opgen(world, 'key set gw', { stdin: 'test-key-new' })).code).toBe(1)
    expect(world.asked.map((batch) => batch.map(({ op }) => op))).toEqual([['probe']])
  })

  test.each(['', '\n', 'Bearer test-key-x', 'a b'])('refuses %j', async (stdin) => {
    const world = worldWith(withKey('keychain'))
    expect((await opgen(world, 'key set gw', { stdin })).code).toBe(1)
    expect(world.keychain.size).toBe(0)
  })
})

describe('key set on a terminal', () => {
  test.each(['--no-input', '--json'])(
    'with %s asks for nothing and reads nothing',
    async (flag) => {
      const world = worldWith(withKey('keychain'))
      const terminal = {
        ...memoryTerminal(),
        stdinIsTerminal: true,
        readStdin: async () => expect.unreachable('a terminal would show what is typed'),
      }
      expect(await run(['key', 'set', 'gw', flag], world.system, terminal)).toBe(1)
    },
  )

  test('says so when the manifest takes the key from elsewhere', async () => {
    const world = worldWith(withKey('{ env: GW }'))
    const { err } = await opgen(world, 'key set gw', { stdin: ' test-key-new ' })
    expect(err).toContain(
      'the manifest takes this key from $GW, not from this entry of the keychain',
    )
    expect(err).toContain('white space around the key was cut')
  })
})

describe('key remove', () => {
  test('takes the key out of the keychain and says where it still is', async () => {
    const world = worldWith(withKey('keychain'), { keychain: KEYCHAIN })
    await opgen(world, 'apply')
    const { code, err } = await opgen(world, 'key remove gw')
    expect({ code, left: world.keychain.size }).toEqual({ code: 0, left: 0 })
    expect(err).toContain('auth.json still holds it')
  })

  test('of a key that is not there is no error', async () => {
    const world = worldWith(withKey('keychain'))
    const result = await opgenJson(world, 'key remove gw')
    expect(result).toEqual({ version: 1, command: 'key remove', id: 'gw', removed: false })
  })
})

describe('key list', () => {
  test('tells every state, and goes on where the keychain does not answer', async () => {
    const manifest = [
      withKey('{ env: GW }').trimEnd(),
      '  kc: { baseURL: "https://k.example/v1", models: [m] }',
      '  no: { baseURL: "https://n.example/v1", models: [m], key: none }',
      '  ex: { baseURL: "https://e.example/v1", models: [m], key: external }',
    ].join('\n')
    const states = async (options: WorldOptions): Promise<unknown> => {
      const { out } = await opgen(worldWith(manifest, options), 'key list --json')
      const { keys }: { keys: readonly { id: string; state: string }[] } = JSON.parse(out)
      return Object.fromEntries(keys.map(({ id, state }) => [id, state]))
    }
    expect(
      await states({ env: { GW: 'test-key-gw' }, keychain: { 'opgen/kc': 'test-key-kc' } }),
    ).toEqual({ gw: 'present', kc: 'present', no: 'none', ex: 'external' })
    expect(await states({ keychainRefuses: 'locked' })).toEqual({
      gw: 'missing',
      kc: 'unreadable',
      no: 'none',
      ex: 'external',
    })
  })
})
