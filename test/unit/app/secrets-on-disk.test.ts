import { describe, expect, test } from 'vitest'
import { run } from '../../../src/cli/run.ts'
import type { Keychain } from '../../../src/system/system.ts'
import { memoryTerminal } from '../../support/memory-terminal.ts'
import { AUTH, CONFIG, MANIFEST, opgen, STATE, worldWith } from '../../support/run-opgen.ts'

const GW =
  'version: 1\nproviders:\n  gw: { baseURL: "https://gw.example/v1", models: [m], key: { env: GW } }\n'
const WITH_HEADER = GW.replace('models:', 'options: { headers: { X-Org: mine } }, models:')
const NOTHING = 'version: 1\nproviders: {}\n'
const env = { GW: 'test-key-gw' }
const KEY = 'sk-test-key-of-somebody-else-0123456789'
const LOGIN = '{ "type": "oauth", "refresh": "test-key-refresh", "access": "test-key-access" }'

describe('a key of somebody else in the config', () => {
  test.each([
    ['in a list', `{"provider":{"gw":{"options":["${KEY}"]}}}`],
    ['in an object', `{"provider":{"gw":{"npm":{"apiKey":"${KEY}"}}}}`],
    ['under a telling name', `{"provider":{"gw":{"options":{"headers":{"X-Org":"${KEY}"}}}}}`],
  ])('%s is in no message and no record, forced or not', async (_, config) => {
    const world = worldWith(WITH_HEADER, { env, files: { [CONFIG]: config } })
    for (const line of ['plan', 'plan --json', 'apply', 'apply --force']) {
      const { out, err } = await opgen(world, line)
      expect(out + err).not.toContain(KEY)
    }
    expect(world.read(STATE)).not.toContain(KEY)
  })

  test.each([
    ['options', `[{"apiKey":"${KEY}","apiKey":"{env:A}"}]`, WITH_HEADER],
    ['npm', `{"apiKey":"${KEY}","apiKey":"{env:A}"}`, WITH_HEADER],
  ])('that another of the same name hides under %s comes back', async (name, value, manifest) => {
    const config = `{"provider":{"gw":{"${name}":${value}}}}`
    const world = worldWith(manifest, { env, files: { [CONFIG]: config } })
    expect((await opgen(world, 'apply --force')).code).toBe(0)
    const records = [...world.files].filter(([file]) => file.includes('/state/'))
    expect(records.map(([, { text }]) => text).join('')).not.toContain(KEY)
    expect((await opgen(world, 'destroy')).code).toBe(0)
    expect(world.read(CONFIG)).toBe(config)
  })

  test('that stands where a list is wanted comes back', async () => {
    const config = `{"enabled_providers":{"apiKey":"${KEY}"}}`
    const manifest = GW.replace('providers:', 'enabled_providers: [gw]\nproviders:')
    const world = worldWith(manifest, { env, files: { [CONFIG]: config } })
    expect((await opgen(world, 'apply --force')).code).toBe(0)
    expect(world.read(CONFIG)).not.toContain(KEY)
    expect((await opgen(world, 'destroy')).code).toBe(0)
    expect(world.read(CONFIG)).toBe(config)
  })

  test('that is commented out is in no record', async () => {
    const config = `{\n  "provider": {\n    // "apiKey": "${KEY}"\n  }\n}\n`
    const world = worldWith(GW, { env, files: { [CONFIG]: config } })
    expect((await opgen(world, 'apply')).code).toBe(0)
    expect(world.read(STATE)).not.toContain(KEY)
    world.write(MANIFEST, NOTHING)
    expect((await opgen(world, 'apply')).code).toBe(0)
    expect(world.read(CONFIG)).toContain(KEY)
  })
})

describe('a name that a terminal would obey', () => {
  test('is shown without it', async () => {
    const world = worldWith(GW, { env })
    await opgen(world, 'apply')
    const config = JSON.parse(world.read(CONFIG) ?? '')
    config.provider.gw['\u001B[31mred'] = 1
    world.write(CONFIG, JSON.stringify(config))
    world.write(MANIFEST, NOTHING)
    expect((await opgen(world, 'apply')).err).not.toContain('\u001B')
  })
})

describe('a login of somebody else that --force takes', () => {
  test('is saved also when its provider leaves the manifest', async () => {
    const world = worldWith(GW, { env })
    await opgen(world, 'apply')
    world.write(AUTH, `{"gw":${LOGIN}}`)
    world.write(MANIFEST, NOTHING)
    expect((await opgen(world, 'apply')).code).toBe(3)
    expect((await opgen(world, 'apply --force gw')).code).toBe(0)
    expect(world.read(AUTH)).toBeUndefined()
    expect(world.keychain).toEqual(new Map([['opgen-backup/gw', LOGIN]]))
  })

  test.each([
    `["${KEY}"]`,
    `{"type":"api","key":["${KEY}"]}`,
    `{"type":"api","key":{"a":"${KEY}"}}`,
    `{"type":["${KEY}"],"key":"test-key-old"}`,
    `{"type":"${KEY}","key":"test-key-old"}`,
    `"${KEY}"`,
    'null',
  ])('leaves nothing of %s in a record, and comes back', async (entry) => {
    const before = `{ "gw": ${entry} }`
    const world = worldWith(GW, { env, files: { [AUTH]: before } })
    expect((await opgen(world, 'apply --force')).code).toBe(0)
    const records = [...world.files].filter(([file]) => file.includes('/state/'))
    expect(records.map(([, { text }]) => text).join('')).not.toMatch(/test-key/)
    expect((await opgen(world, 'destroy')).code).toBe(0)
    expect(world.read(AUTH)).toBe(before)
    expect([...world.keychain]).toEqual([])
  })

  test('waits for a keychain as long as the run may, and stays when it is refused', async () => {
    const world = worldWith(GW, { env, files: { [AUTH]: `{"gw":${LOGIN}}` } })
    let patience = 0
    const keychain: Keychain = {
      batch: async (requests, { deadline }) => {
        patience = deadline
        return requests.map(() => ({ status: 'refused', situation: 'locked' }))
      },
    }
    const terminal = { ...memoryTerminal(), stdinIsTerminal: true, stderrIsTerminal: true }
    const code = await run(['apply', '--force'], { ...world.system, keychain }, terminal)
    expect({ code, patience }).toEqual({ code: 1, patience: 60_000 })
    expect(world.read(AUTH)).toBe(`{"gw":${LOGIN}}`)
  })

  test('does not take with it what another program writes meanwhile', async () => {
    const world = worldWith(GW, { env, files: { [AUTH]: `{"gw":${LOGIN}}` } })
    const { system } = world
    const keychain: Keychain = {
      batch: async (requests, patience) => {
        world.write(AUTH, `{"gw":${LOGIN},"new":{"type":"api","key":"test-key-new"}}`)
        return await system.keychain.batch(requests, patience)
      },
    }
    expect(await run(['apply', '--force'], { ...system, keychain }, memoryTerminal())).toBe(0)
    expect(world.read(AUTH)).toContain('test-key-new')
  })
})

describe('an address that only a preset names', () => {
  test('is asked about like any other when it is plain http', async () => {
    const preset = '/home/ana/dotfiles/templates/odd.yaml.hbs'
    const text =
      'about: x\nkey: required\nprovider:\n  npm: "@ai-sdk/openai-compatible"\n  api: http://elsewhere.example/v1\n'
    const manifest = GW.replace('baseURL:', 'preset: odd, baseURL:')
    const world = worldWith(manifest, { env, files: { [preset]: text } })
    const { code, err } = await opgen(world, 'apply')
    expect(code).toBe(3)
    expect(err).toContain('http://elsewhere.example')
  })
})
