import { isDeepStrictEqual } from 'node:util'
import { describe, expect, test } from 'vitest'
import type { KeychainSituation } from '../../../src/system/system.ts'
import type { MemoryWorld } from '../../support/memory-system.ts'
import { AUTH, CONFIG, KEYS, MANIFEST, opgen, worldWith } from '../../support/run-opgen.ts'

const URL = 'https://gw.example/v1'
const NOT_READ = 'opgen: note: the keychain is locked: the key of "gw" was not looked at'

interface Block {
  readonly key?: unknown
  readonly keyIn?: unknown
  readonly baseURL?: string
  readonly npm?: string
  readonly models?: unknown
  readonly extra?: unknown
  readonly name?: string
}

function manifestWith(block: Block, delivery = 'auto'): string {
  const gw = { baseURL: URL, models: ['m'], ...block }
  return JSON.stringify({ version: 1, delivery, providers: { gw } })
}

/** A world in which this was applied, and whose keychain cannot be read from then on. */
async function appliedWorld(
  manifest: string,
  { situation = 'locked' }: { readonly situation?: KeychainSituation } = {},
): Promise<MemoryWorld> {
  const world = worldWith(manifest, { keychain: { 'opgen/gw': 'test-key-gw' } })
  expect((await opgen(world, 'apply')).code).toBe(0)
  world.refuseKeychain(situation)
  return world
}

function edit(world: MemoryWorld, file: string, from: string, to: string): void {
  const text = world.read(file) ?? ''
  expect(text).toContain(from)
  world.write(file, text.replace(from, to))
}

/** What stands on disk, without how often it was written. */
function texts({ files }: MemoryWorld): Readonly<Record<string, string>> {
  return Object.fromEntries([...files].map(([file, { text }]) => [file, text]))
}

/** What the commands come to where the key is needed. */
const REFUSED = {
  apply: [1, 'opgen: error: the keychain is locked for "gw"'],
  plan: [2, `${NOT_READ}; \`opgen apply\` will need it [key-not-read]`],
  status: [0, 'not in sync'],
  isWritten: false,
}

async function tryAll(world: MemoryWorld): Promise<unknown> {
  const before = texts(world)
  const apply = await opgen(world, 'apply')
  const plan = await opgen(world, 'plan --check')
  const status = await opgen(world, 'status')
  const [row] = /gw .* key not looked at/.exec(status.out) ?? ['no row']
  return {
    apply: [apply.code, apply.err.split('\n')[0]],
    plan: [plan.code, plan.err.split('\n')[0]],
    status: [status.code, /pending|drifted/.test(row) ? 'not in sync' : row],
    isWritten: !isDeepStrictEqual(texts(world), before),
  }
}

async function expectKept(world: MemoryWorld, closing: string): Promise<void> {
  const { code, out, err } = await opgen(world, 'apply')
  expect({ code, err }).toEqual({
    code: 0,
    err: `${NOT_READ}; its copy is unchanged [key-not-read]\n`,
  })
  expect(out).toContain(closing)
}

describe('a key that cannot be read', () => {
  test.each([
    'no-service',
    'no-collection',
    'locked',
    'no-answer',
    'ambiguous',
    'not-text',
    'module-missing',
    'unknown',
  ] as const)('is done without where its copy is unchanged: %s', async (situation) => {
    const world = await appliedWorld(manifestWith({}), { situation })
    const before = new Map(world.files)
    const { code, out, err } = await opgen(world, 'apply')
    expect({ code, out }).toEqual({ code: 0, out: 'Nothing to change.\n' })
    expect(err.split('\n')).toHaveLength(2)
    expect(err).toContain('the key of "gw" was not looked at; its copy is unchanged')
    expect(new Map(world.files)).toEqual(before)
    expect(await opgen(world, 'plan --check')).toMatchObject({ code: 0 })
  })

  test('is done without where copy and address were there before opgen', async () => {
    const auth = '{"gw":{"type":"api","key":"test-key-gw"}}'
    const config = '{"provider":{"gw":{"options":{"baseURL":"https://{env:GW}/v1/"}}}}'
    const world = worldWith(manifestWith({ baseURL: 'https://{env:GW}/v1' }), {
      keychain: { 'opgen/gw': 'test-key-gw' },
      files: { [AUTH]: auth, [CONFIG]: config },
    })
    await opgen(world, 'apply')
    world.refuseKeychain('locked')
    await expectKept(world, 'Nothing to change.')
    expect(world.read(AUTH)).toBe(auth)
  })

  test.each<readonly [string, Block, Block]>([
    ['a name', {}, { name: 'Gw' }],
    ['a model', {}, { models: ['m', 'n'] }],
    ['an option', {}, { extra: { options: { timeout: 5 } } }],
    ['the path of its address', {}, { baseURL: 'https://gw.example/v2' }],
    ['a slash at the end of its address', {}, { baseURL: `${URL}/`, name: 'Gw' }],
    ['an option of a model', {}, { models: { m: { extra: { options: { x: 1 } } } } }],
  ])('is done without where %s changes', async (_, first, then) => {
    for (const delivery of ['auth.json', 'keyfile']) {
      const world = await appliedWorld(manifestWith(first, delivery))
      const keys = [world.read(AUTH), world.read(`${KEYS}/gw`)]
      world.write(MANIFEST, manifestWith(then, delivery))
      await expectKept(world, 'Applied: 1 updated.')
      expect([world.read(AUTH), world.read(`${KEYS}/gw`)]).toEqual(keys)
      await expectKept(world, 'Nothing to change.')
    }
  })

  const MODEL_API = { models: { m: { provider: { api: 'https://m.example/v1' } } } }
  const MODEL_NPM = { models: { m: { provider: { npm: '@ai-sdk/mistral' } } } }

  test.each<readonly [string, Block, Block]>([
    ['its address changes', {}, { baseURL: 'https://other.example/v1' }],
    ['its scheme changes', {}, { baseURL: 'http://gw.example/v1' }],
    ['its port changes', {}, { baseURL: 'https://gw.example:8443/v1' }],
    ['its adapter changes', {}, { npm: '@ai-sdk/mistral' }],
    ['a model gets an address', {}, MODEL_API],
    ['a model loses its address', MODEL_API, {}],
    ['a model gets an adapter', {}, MODEL_NPM],
    ['a model with an address leaves', MODEL_API, { models: ['n'] }],
    ['a new model has an address', {}, { models: { m: {}, n: MODEL_API.models.m } }],
    ['another variable is to fill in its address', {}, { baseURL: 'https://{env:GW}/v1' }],
  ])('is needed where %s', async (_, first, then) => {
    for (const delivery of ['auth.json', 'keyfile']) {
      const world = await appliedWorld(manifestWith(first, delivery))
      world.write(MANIFEST, manifestWith(then, delivery))
      expect(await tryAll(world)).toEqual(REFUSED)
    }
  })

  test.each<readonly [string, string, string]>([
    ['its address on disk', 'https://gw.example', 'https://other.example'],
    ['its adapter on disk', '@ai-sdk/openai-compatible', '@ai-sdk/mistral'],
    [
      'the address of a model on disk',
      '"m": {}',
      '"m": { "provider": { "api": "https://o.example" } }',
    ],
    ['a second address on disk', '"options"', '"api": "https://o.example", "options"'],
  ])('is needed where somebody changed %s', async (_, from, to) => {
    const world = await appliedWorld(manifestWith({}))
    edit(world, CONFIG, from, to)
    expect(await tryAll(world)).toEqual(REFUSED)
  })

  test.each<readonly [string, (world: MemoryWorld) => void]>([
    ['holds another key', (world) => edit(world, AUTH, 'test-key-gw', 'test-key-other')],
    ['is of another type', (world) => edit(world, AUTH, '"api"', '"wellknown"')],
    ['has no type', (world) => edit(world, AUTH, '"type": "api",', '')],
    ['is gone', (world) => world.write(AUTH, '{}')],
    ['is gone with its file', (world) => void world.files.delete(AUTH)],
  ])('is needed where the entry in auth.json %s', async (_, tamper) => {
    const world = await appliedWorld(manifestWith({}))
    tamper(world)
    expect(await tryAll(world)).toEqual(REFUSED)
  })

  test.each<readonly [string, (world: MemoryWorld) => void]>([
    ['the key file holds another key', (world) => world.write(`${KEYS}/gw`, 'test-key-other')],
    ['the key file is gone', (world) => void world.files.delete(`${KEYS}/gw`)],
    [
      'nothing refers to it',
      (world) =>
        edit(world, CONFIG, /.*"apiKey".*\n/.exec(world.read(CONFIG) ?? '')?.[0] ?? '?', ''),
    ],
    ['something else stands for it', (world) => edit(world, CONFIG, 'keys/gw}', 'keys/other}')],
  ])('is needed where %s', async (_, tamper) => {
    const world = await appliedWorld(manifestWith({}, 'keyfile'))
    tamper(world)
    expect(await tryAll(world)).toEqual(REFUSED)
  })

  test.each<readonly [string, string, string]>([
    ['from auth.json to a key file', manifestWith({}), manifestWith({}, 'keyfile')],
    ['from a key file to auth.json', manifestWith({}, 'keyfile'), manifestWith({})],
    ['to another option', manifestWith({}, 'keyfile'), manifestWith({ keyIn: 'authToken' })],
    [
      'to another form of its header',
      manifestWith({ keyIn: { header: 'X-Key', format: 'Key {key}' } }),
      manifestWith({ keyIn: { header: 'X-Key', format: 'Token {key}' } }),
    ],
  ])('is needed where its way changes %s', async (_, first, then) => {
    const world = await appliedWorld(first)
    world.write(MANIFEST, then)
    expect(await tryAll(world)).toEqual(REFUSED)
  })

  test('is needed where the user kept a key of his own', async () => {
    const world = await appliedWorld(manifestWith({}))
    world.refuseKeychain(undefined)
    edit(world, AUTH, 'test-key-gw', 'test-key-own')
    expect((await opgen(world, 'apply --keep gw')).code).toBe(0)
    world.refuseKeychain('locked')
    expect(await tryAll(world)).toEqual(REFUSED)
    edit(world, AUTH, 'test-key-own', 'test-key-gw')
    expect(await tryAll(world)).toEqual(REFUSED)
  })

  test('is needed where its address changed in the manifest and on disk at once', async () => {
    const world = await appliedWorld(manifestWith({}))
    edit(world, CONFIG, URL, 'https://other.example/v1')
    world.write(MANIFEST, manifestWith({ baseURL: 'https://other.example/v1' }))
    expect(await tryAll(world)).toEqual(REFUSED)
  })

  test('leaves questions about other values open', async () => {
    const world = await appliedWorld(manifestWith({ name: 'Gw' }))
    edit(world, CONFIG, '"Gw"', '"Mine"')
    const { code, err } = await opgen(world, 'apply')
    expect(code).toBe(3)
    expect(err).toContain('its copy is unchanged')
    expect(err).toContain('gw drift')
    expect((await opgen(world, 'apply --force gw')).code).toBe(0)
    expect(world.read(CONFIG)).toContain('"Gw"')
  })

  test('is no concern of a provider that leaves', async () => {
    const world = await appliedWorld(manifestWith({}))
    world.write(MANIFEST, 'version: 1\nproviders: {}\n')
    expect(await opgen(world, 'apply')).toMatchObject({ code: 0, err: '' })
    expect([world.read(CONFIG), world.read(AUTH)]).toEqual([undefined, undefined])
  })

  test('goes with the others when its provider leaves later', async () => {
    const world = await appliedWorld(manifestWith({}, 'keyfile'))
    await expectKept(world, 'Nothing to change.')
    world.write(MANIFEST, 'version: 1\nproviders: {}\n')
    expect((await opgen(world, 'apply')).code).toBe(0)
    expect([world.read(CONFIG), world.read(`${KEYS}/gw`)]).toEqual([undefined, undefined])
  })

  test('that another source gives is looked at', async () => {
    const world = await appliedWorld(manifestWith({ key: ['keychain', { env: 'GW' }] }))
    world.setEnv({ GW: 'test-key-env' })
    await expectKept(world, 'Nothing to change.')
    world.refuseKeychain('no-service')
    expect((await opgen(world, 'apply')).code).toBe(3)
    expect((await opgen(world, 'apply --trust-origin gw')).code).toBe(0)
    expect(world.read(AUTH)).toContain('test-key-env')
    world.setEnv({ OPGEN_KEY_GW: 'test-key-over' })
    world.refuseKeychain('locked')
    expect(await opgen(world, 'apply')).toMatchObject({ code: 0, err: '' })
    expect(world.read(AUTH)).toContain('test-key-over')
  })

  test('ends `render --reveal` with exit 1, also where a copy stands', async () => {
    const world = await appliedWorld(manifestWith({}))
    const { code, out, err } = await opgen(world, 'render --reveal')
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toContain('the keychain is locked for "gw"')
  })
})
