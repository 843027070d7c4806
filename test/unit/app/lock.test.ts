import { describe, expect, test } from 'vitest'
import type { MemoryWorld } from '../../support/memory-system.ts'
import { HOME } from '../../support/memory-system.ts'
import { CONFIG, opgen, opgenJson, worldWith } from '../../support/run-opgen.ts'

const LOCK = `${HOME}/dotfiles/providers.lock.json`
const URL = 'https://acme.example/v1'

function manifest(models: string, more = ''): string {
  return `version: 1\n${more}providers:\n  acme:\n    baseURL: ${URL}\n    key: none\n    models: ${models}\n`
}

const LIMIT = { context: 128_000, output: 16_000 }

interface Entry {
  readonly url?: string
  readonly discover?: object
  readonly models: Readonly<Record<string, object>>
}

function lock({ url = URL, models, ...rest }: Entry): string {
  const entries = Object.entries(models).map(([id, values]) => [id, { from: {}, ...values }])
  return JSON.stringify({
    version: 1,
    providers: { acme: { [url]: { ...rest, models: Object.fromEntries(entries) } } },
  })
}

const ALL = { exclude: [] }

function world(models: string, locked?: Entry | string): MemoryWorld {
  const text = typeof locked === 'object' ? lock(locked) : locked
  const files: Record<string, string> = text === undefined ? {} : { [LOCK]: text }
  return worldWith(manifest(models), { files })
}

/** The models that an apply leaves in opencode.jsonc. */
async function rendered(given: MemoryWorld): Promise<unknown> {
  const { code, err } = await opgen(given, 'apply')
  expect({ code, err }).toEqual({ code: 0, err: expect.any(String) })
  return JSON.parse(given.read(CONFIG) ?? '{}').provider.acme.models
}

/** The first word of what is said, and where. */
async function said(given: MemoryWorld): Promise<readonly string[]> {
  const { err } = await opgen(given, 'plan')
  return [...err.matchAll(/^(\S+:\d+: (?:warning|error): .*)$/gm)].map(([line]) => line)
}

describe('models that are discovered', () => {
  test('are those of the lock file, with what it knows of each', async () => {
    const models = { a: { limit: LIMIT, reasoning: true }, b: { name: 'B' } }
    expect(await rendered(world('{ discover: true }', { discover: ALL, models }))).toEqual({
      a: { limit: LIMIT, reasoning: true },
      b: { name: 'B' },
    })
  })

  test('are chosen again by the patterns of the manifest, and those beside them are added', async () => {
    const models = { 'x/a': {}, 'x/b': {}, 'y/a': {} }
    const given = world('{ discover: true, include: ["x/*"], exclude: ["*b"], add: [own] }', {
      discover: { include: ['x/*'], exclude: ['*b'] },
      models: { ...models, own: {} },
    })
    expect(await rendered(given)).toEqual({ 'x/a': {}, own: {} })
    expect(await said(given)).toEqual([])
  })

  test('can have fields of the manifest, which win', async () => {
    const own =
      '{ discover: true, add: [{ id: a, limit: { context: 64000, output: 8000 }, name: Mine }] }'
    const models = {
      a: { limit: { ...LIMIT, input: 100_000 }, name: 'Theirs', reasoning: true },
      b: {},
    }
    expect(await rendered(world(own, { discover: ALL, models }))).toEqual({
      a: { limit: { context: 64_000, output: 8000 }, name: 'Mine', reasoning: true },
      b: {},
    })
  })

  test.each([['apply'], ['plan'], ['check'], ['status']])(
    'have to be asked for before `opgen %s`',
    async (command) => {
      const { code, err } = await opgen(world('{ discover: true }'), command)
      expect(code).toBe(65)
      expect(err).toContain('providers.yaml:6:13: error: "acme" has no models yet [no-models]')
      expect(err).toContain('hint: run `opgen update acme`, which asks the provider for them')
    },
  )

  test('can be named as a default', async () => {
    const given = worldWith(manifest('{ discover: true }', 'model: acme/b\n'), {
      files: { [LOCK]: lock({ discover: ALL, models: { a: {} } }) },
    })
    expect(await said(given)).toEqual([
      'providers.yaml:2:8: error: the provider "acme" has no model "b" [unknown-model]',
    ])
    given.write(LOCK, lock({ discover: ALL, models: { a: {}, b: {} } }))
    expect(await said(given)).toEqual([])
  })

  test('go from opencode.jsonc when they go from the lock file', async () => {
    const given = world('{ discover: true }', { discover: ALL, models: { a: {}, b: {} } })
    await rendered(given)
    given.write(LOCK, lock({ discover: ALL, models: { b: {}, c: {} } }))
    expect(await rendered(given)).toEqual({ b: {}, c: {} })
  })
})

describe('models that are listed', () => {
  test('have what the lock file knows of them, and the manifest does not say', async () => {
    const models = { a: { limit: LIMIT, tool_call: true }, other: { limit: LIMIT } }
    const given = world('[{ id: a, tool_call: false }]', { models })
    expect(await rendered(given)).toEqual({ a: { limit: LIMIT, tool_call: false } })
    expect(await said(given)).toEqual([])
  })

  test('have nothing that the manifest said once', async () => {
    const models = {
      a: { limit: LIMIT, from: { 'limit.context': 'manifest', 'limit.output': 'manifest' } },
    }
    expect(await rendered(world('[a]', { models }))).toEqual({ a: {} })
  })

  test('keep their order', async () => {
    const given = world('[z, a, m]', { models: { a: {}, m: {}, z: {} } })
    expect(Object.keys(Object(await rendered(given)))).toEqual(['z', 'a', 'm'])
  })

  test('are explained by their place in the lock file', async () => {
    const given = world('[a]', { models: { a: { limit: LIMIT } } })
    await rendered(given)
    const { out } = await opgen(given, 'explain acme --verbose')
    expect(out).toContain('providers.lock.json:1')
  })
})

const HINT = 'run `opgen update acme`'

function presetWith(limit: string): string {
  return `about: Ours
key: none
provider:
  npm: "@ai-sdk/openai-compatible"
  options:
    baseURL: {{json baseURL}}
models: { tool_call: true, limit: ${limit} }
`
}

function worldWithLimit(limit: string): MemoryWorld {
  return worldWith(manifest('[a, b]').replace('key: none', 'preset: ours'), {
    files: {
      [`${HOME}/dotfiles/templates/ours.yaml.hbs`]: presetWith(limit),
      [LOCK]: lock({ models: { a: { limit: LIMIT }, b: {} } }),
    },
  })
}

describe('a preset that has defaults for every model', () => {
  test('is not mixed with a limit of the lock file', async () => {
    const own = { context: 64_000, input: 32_000, output: 8000 }
    expect(await rendered(worldWithLimit(JSON.stringify(own)))).toEqual({
      a: { tool_call: true, limit: LIMIT },
      b: { tool_call: true, limit: own },
    })
  })

  test('is refused when they would loop', async () => {
    const { code, err } = await opgen(worldWithLimit('{ context: 8000, output: 8000 }'), 'plan')
    expect({ code, err }).toEqual({ code: 65, err: expect.stringContaining('leaves 0') })
  })
})

describe('a lock file that does not fit', () => {
  test.each([
    [
      '[a, new]',
      { models: { a: {} } },
      '6:17: warning: "new" of "acme" is not in providers.lock.json yet',
    ],
    [
      '[a, b, c, d, e, f]',
      { models: { b: {} } },
      '6:14: warning: "a", "c", "d" and 2 more of "acme" are not in providers.lock.json yet',
    ],
    [
      '{ discover: true, exclude: [x] }',
      { discover: ALL, models: { a: {} } },
      '6:13: warning: providers.lock.json was made when "acme" asked for other models',
    ],
    [
      '{ discover: true }',
      { models: { a: {} } },
      '6:13: warning: providers.lock.json was made when "acme" asked for other models',
    ],
    [
      '[a]',
      { url: 'http://localhost:1/v1', models: { a: {} } },
      '4:14: warning: what providers.lock.json has of "acme" is from another address, http://localhost:1/v1',
    ],
  ])('is a warning at its place, and the rest is applied (%#)', async (models, entry, problem) => {
    const given = world(models, entry)
    expect(await said(given)).toEqual([`providers.yaml:${problem} [lock-outdated]`])
    const document = Object(await opgenJson(given, 'apply'))
    expect(document.diagnostics).toEqual([
      expect.objectContaining({ code: 'lock-outdated', hint: HINT }),
    ])
    expect(document.applied).toBe(true)
  })

  test('says nothing of a provider that it does not know and that lists its models', async () => {
    const given = world('[a]', JSON.stringify({ version: 1, providers: {} }))
    expect(await said(given)).toEqual([])
  })

  test.each([
    { context: 8000, output: 8000 },
    { context: 8000, output: 4000, input: 4000 },
    { context: 0, output: 0 },
  ])('gives no limit that loops: %j', async (limit) => {
    const given = world('[a]', { models: { a: { limit } } })
    expect(await rendered(given)).toEqual({ a: {} })
    expect(await said(given)).toEqual([
      'providers.lock.json:1:1: warning: the limit of "a" cannot be, and is left out [lock-outdated]',
    ])
  })

  test('is an error when it cannot be read, and nothing is taken away', async () => {
    const given = world('{ discover: true }', { discover: ALL, models: { a: {} } })
    await rendered(given)
    const before = given.read(CONFIG)
    given.write(LOCK, '<<<<<<< HEAD\n{}')
    const { code, err } = await opgen(given, 'apply')
    expect(code).toBe(65)
    expect(err).toMatch(/^providers\.lock\.json:1:1: error: the two sides of a merge stand here/)
    expect(err).toContain('1 problem; nothing was written')
    expect(given.read(CONFIG)).toBe(before)
  })

  test('is found beside the manifest, wherever that is linked to', async () => {
    const given = world('{ discover: true }', { discover: ALL, models: { a: {} } })
    given.links.set(`${HOME}/elsewhere/providers.yaml`, `${HOME}/dotfiles/providers.yaml`)
    const { code } = await opgen(given, `plan --manifest ${HOME}/elsewhere/providers.yaml`)
    expect(code).toBe(0)
  })
})
