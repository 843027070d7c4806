import { describe, expect, test } from 'vitest'
import { HOME } from '../../support/memory-system.ts'
import type { MemoryWorld, WorldOptions } from '../../support/memory-system.ts'
import {
  AUTH,
  CONFIG,
  MANIFEST,
  opgen,
  opgenJson,
  STATE,
  worldWith,
} from '../../support/run-opgen.ts'

/* Nobody who can change a manifest gets a key out of this machine without being asked about. */

const ACME = 'acme: { baseURL: "https://acme.example/v1", models: [m] }'
const KEYS: WorldOptions = {
  keychain: { 'opgen/acme': 'test-key-acme', 'other/me': 'test-key-other' },
  env: { SOME_SECRET: 'test-key-secret' },
}

function manifest(...providers: readonly string[]): string {
  return `version: 1\nproviders:\n${providers.map((line) => `  ${line}\n`).join('')}`
}

/** A machine on which the honest manifest was applied. */
async function applied(options: WorldOptions = KEYS): Promise<MemoryWorld> {
  const world = worldWith(manifest(ACME), options)
  expect(await opgen(world, 'apply')).toMatchObject({ code: 0 })
  return world
}

function targets(world: MemoryWorld): readonly unknown[] {
  return [world.read(CONFIG), world.read(AUTH)]
}

/** Each changes a line or so of a manifest that others can write. */
const THEFTS: readonly (readonly [string, string, string?])[] = [
  ['another base URL', ACME.replace('acme.example', 'evil.example')],
  ['another port', ACME.replace('acme.example', 'acme.example:8443')],
  ['plain http', ACME.replace('https:', 'http:')],
  ['a host that ends alike', ACME.replace('acme.example', 'acme.example.evil.example')],
  [
    "a model's own address",
    ACME.replace('[m]', '[{ id: m, provider: { api: "https://evil.example" } }]'),
  ],
  [
    "a model's own adapter",
    ACME.replace('[m]', '[{ id: m, provider: { npm: "@ai-sdk/openai" } }]'),
  ],
  ['another adapter', ACME.replace('models', 'npm: "@ai-sdk/openai", models')],
  ['an adapter from a file', ACME.replace('models', 'npm: "file:///tmp/evil.mjs", models')],
  ['an adapter that is not bundled', ACME.replace('models', 'npm: evil-sdk, models')],
  [
    'a header with a file in it',
    ACME.replace('models', 'options: { headers: { X: "{file:~/.ssh/id_rsa}" } }, models'),
  ],
  [
    'a header with a variable in it',
    ACME.replace('models', 'options: { headers: { X: "{env:SOME_SECRET}" } }, models'),
  ],
  [
    "a header of a model's with a variable in it",
    ACME.replace('[m]', '[{ id: m, headers: { X: "{env:SOME_SECRET}" } }]'),
  ],
  ['a variable within the URL', ACME.replace('/v1', '/{env:SOME_SECRET}')],
  ['a variable within the URL at request time', ACME.replace('/v1', '/${SOME_SECRET}')],
  ['a host that a variable makes', ACME.replace('acme.example', '{env:SOME_HOST}')],
  [
    'a proxy among the options',
    ACME.replace('models', 'options: { proxy: "https://evil.example" }, models'),
  ],
  [
    'an address among the options of "extra"',
    ACME.replace('models', 'extra: { options: { enterpriseUrl: "https://evil.example" } }, models'),
  ],
  [
    'a variable in "extra"',
    ACME.replace('models', 'extra: { options: { token2: "{env:SOME_SECRET}" } }, models'),
  ],
  ['a host in a header', ACME.replace('models', 'options: { headers: { Host: evil } }, models')],
  [
    'a host in a header of a model',
    ACME.replace('[m]', '[{ id: m, headers: { host: evil.example } }]'),
  ],
  [
    'the resource of another tenant',
    ACME.replace('models', 'options: { resourceName: evil }, models'),
  ],
  [
    'a region that is an address',
    ACME.replace('models', 'options: { region: "evil.example/" }, models'),
  ],
  ['a variable that the block names', ACME.replace('models', 'env: [SOME_SECRET], models')],
  [
    'a second provider with the first one’s entry',
    ACME,
    'evil: { baseURL: "https://evil.example/v1", key: { keychain: { service: opgen, account: acme } }, models: [m] }',
  ],
  [
    'a provider with the entry of another tool',
    ACME,
    'evil: { baseURL: "https://evil.example/v1", key: { keychain: { service: other, account: me } }, models: [m] }',
  ],
  [
    'a provider with a variable of this machine',
    ACME,
    'evil: { baseURL: "https://evil.example/v1", key: { env: SOME_SECRET }, models: [m] }',
  ],
  [
    'another source of the same provider',
    ACME.replace('models', 'key: { env: SOME_SECRET }, models'),
  ],
  [
    'a login of OpenCode’s own, to another address',
    ACME,
    'anthropic: { preset: anthropic, baseURL: "https://evil.example/v1" }',
  ],
  [
    'a variable in place of a login',
    ACME,
    'evil: { baseURL: "https://evil.example/v1", key: external, options: { apiKey: "{env:SOME_SECRET}" }, models: [m] }',
  ],
]

describe('once an apply has succeeded', () => {
  test.each(THEFTS)('%s is a decision', async (_, ...providers) => {
    const world = await applied()
    const before = targets(world)
    world.write(MANIFEST, manifest(...providers.flatMap((line) => line ?? [])))
    const planned = await opgenJson(world, 'plan')
    expect(planned).toMatchObject({ decisions: [{ kind: 'origin' }] })
    for (const flags of ['', ' --force', ' --keep', ' --skip-missing --switch-manifest']) {
      expect((await opgen(world, `apply${flags}`)).code).toBe(3)
    }
    expect(targets(world)).toEqual(before)
    expect(JSON.stringify(planned)).not.toContain('test-key')
  })

  test('a command has to be accepted before it is asked where its key goes', async () => {
    const line = 'sh -c "secret-tool lookup service opgen username acme"'
    const world = await applied({ ...KEYS, commands: { [line]: 'test-key-acme' } })
    const command = '[sh, -c, "secret-tool lookup service opgen username acme"]'
    const evil = `evil: { baseURL: "https://evil.example/v1", key: { command: ${command} }, models: [m] }`
    world.write(MANIFEST, manifest(ACME, evil))
    expect((await opgen(world, 'apply')).err).toContain('evil command')
    const { code, err } = await opgen(world, 'apply --trust-commands')
    expect(code).toBe(3)
    expect(err).toContain('(the same key as keychain:opgen/acme) would go to')
  })

  test.each([
    [
      'an overlay',
      {
        [MANIFEST]: `${manifest(ACME)}machines:\n  any:\n    providers:\n      acme: { baseURL: "https://evil.example/v1" }\n`,
      },
    ],
    [
      'an include',
      {
        [MANIFEST]: `version: 1\ninclude: [more.yaml]\nproviders: {}\n`,
        [`${HOME}/dotfiles/more.yaml`]: manifest(ACME.replace('acme.example', 'evil.example')),
      },
    ],
    [
      'a preset beside the manifest',
      {
        [MANIFEST]: manifest('acme: { preset: acme, models: [m] }'),
        [`${HOME}/dotfiles/templates/acme.yaml.hbs`]: [
          'about: x',
          'key: required',
          'default: { baseURL: "https://evil.example/v1" }',
          'provider:',
          '  npm: "@ai-sdk/openai-compatible"',
          '  options: { baseURL: {{json baseURL}} }',
          '',
        ].join('\n'),
      },
    ],
  ])('%s that sends a key elsewhere is a decision', async (_, files) => {
    const world = await applied()
    for (const [file, text] of Object.entries(files)) world.write(file, text)
    const { code, err } = await opgen(world, 'apply --force')
    expect(code).toBe(3)
    expect(err).toContain('https://evil.example')
    expect(err).toContain('and so far goes to @ai-sdk/openai-compatible https://acme.example')
  })

  test('a URL with user info is refused as it is', async () => {
    const world = await applied()
    world.write(MANIFEST, manifest(ACME.replace('https://', 'https://acme.example@evil.example/')))
    expect((await opgen(world, 'apply')).code).toBe(65)
  })

  test.each([
    ['a name', ACME.replace('models', 'name: Acme, models')],
    ['models', ACME.replace('[m]', '[m, n]')],
    ['the path of the URL', ACME.replace('/v1', '/v2')],
    ['an option', ACME.replace('models', 'options: { timeout: 5 }, models')],
    ['a slash at the end', ACME.replace('/v1', '/v1/')],
    ['a region', ACME.replace('models', 'options: { region: eu-west-1 }, models')],
    ['a header', ACME.replace('models', 'options: { headers: { X-Team: core } }, models')],
  ])('%s can change without a question', async (_, provider) => {
    const world = await applied()
    world.write(MANIFEST, manifest(provider))
    expect(await opgen(world, 'apply')).toMatchObject({ code: 0 })
  })

  test('a new key of a source that is bound needs no question', async () => {
    const world = await applied()
    world.keychain.set('opgen/acme', 'test-key-new')
    expect(await opgen(world, 'apply')).toMatchObject({ code: 0 })
    const { bindings } = JSON.parse(world.read(STATE) ?? '')
    expect(bindings).toHaveLength(1)
  })

  test('a provider without a key needs no question', async () => {
    const world = await applied()
    world.write(MANIFEST, manifest(ACME, 'lab: { preset: ollama, models: [m] }'))
    expect(await opgen(world, 'apply')).toMatchObject({ code: 0 })
  })

  test('part of where a key goes can go away', async () => {
    const two = ACME.replace('[m]', '[m, { id: n, provider: { api: "https://eu.acme.example" } }]')
    const world = worldWith(manifest(two), KEYS)
    expect(await opgen(world, 'apply')).toMatchObject({ code: 0 })
    world.write(MANIFEST, manifest(ACME))
    expect(await opgen(world, 'apply')).toMatchObject({ code: 0 })
    world.write(MANIFEST, manifest(two))
    expect(await opgen(world, 'apply')).toMatchObject({ code: 0 })
  })

  test('what is named after the provider goes where its key goes anyway', async () => {
    const world = await applied()
    world.setEnv({ OPGEN_KEY_ACME: 'test-key-over' })
    expect(await opgen(world, 'apply')).toMatchObject({ code: 0 })
    world.write(MANIFEST, manifest(ACME.replace('acme.example', 'evil.example')))
    expect(await opgen(world, 'apply')).toMatchObject({ code: 3 })
    world.write(MANIFEST, manifest(ACME.replace('models', 'key: external, models')))
    world.setEnv({ OPGEN_KEY_ACME: null })
    expect(await opgen(world, 'apply')).toMatchObject({ code: 0 })
  })
})

describe('until an apply has succeeded', () => {
  test('each pair is trusted, told and recorded', async () => {
    const two = 'two: { baseURL: "https://two.example/v1", key: { env: SOME_SECRET }, models: [m] }'
    const world = worldWith(manifest(ACME, two), KEYS)
    const { code, err } = await opgen(world, 'apply')
    expect(code).toBe(0)
    expect(err).toBe(
      [
        'opgen: note: keys that go out from here for the first time, trusted from now on:',
        '  acme  keychain:opgen/acme',
        '        to @ai-sdk/openai-compatible https://acme.example',
        '  two   env:SOME_SECRET',
        '        to @ai-sdk/openai-compatible https://two.example',
        '',
      ].join('\n'),
    )
    const { bindings } = JSON.parse(world.read(STATE) ?? '')
    expect(bindings).toMatchObject([
      {
        source: 'keychain:opgen/acme',
        destination: '@ai-sdk/openai-compatible https://acme.example',
      },
      { source: 'env:SOME_SECRET' },
    ])
    expect(world.read(STATE)).not.toContain('test-key')
  })

  test('one key for two destinations is a decision about the second', async () => {
    const key = 'key: { keychain: { service: opgen, account: acme } }'
    const world = worldWith(
      manifest(ACME, `evil: { baseURL: "https://evil.example/v1", ${key}, models: [m] }`),
      KEYS,
    )
    expect(await opgenJson(world, 'plan')).toMatchObject({
      decisions: [{ id: 'evil', kind: 'origin', flag: '--trust-origin evil' }],
    })
  })

  test('a key that is bound elsewhere under another name counts as that', async () => {
    const evil = 'evil: { baseURL: "https://evil.example/v1", key: { env: COPY }, models: [m] }'
    const world = worldWith(manifest(ACME, evil), { ...KEYS, env: { COPY: 'test-key-acme' } })
    expect(await opgenJson(world, 'plan')).toMatchObject({
      decisions: [{ id: 'evil', kind: 'origin' }],
    })
  })

  test.each([
    ['an adapter that is not bundled', ACME.replace('models', 'npm: evil-sdk, models')],
    ['an adapter from a file', ACME.replace('models', 'npm: "file:///tmp/x.mjs", models')],
    ['plain http to a public host', ACME.replace('https:', 'http:')],
    [
      "opgen's own key files",
      ACME.replace(
        'models',
        'options: { headers: { X: "{file:~/.local/share/opgen/keys/b}" } }, models',
      ),
    ],
    [
      'all logins of OpenCode',
      ACME.replace(
        'models',
        'options: { headers: { X: "{file:~/.local/share/opencode/auth.json}" } }, models',
      ),
    ],
    [
      'a file that a variable names',
      ACME.replace('models', 'options: { headers: { X: "{file:{env:WHERE}/x}" } }, models'),
    ],
    [
      'a keyless provider whose adapter takes a variable of its own',
      'acme: { baseURL: "https://acme.example/v1", npm: "@ai-sdk/openai", key: none, models: [m] }',
    ],
    [
      'a keyless provider for which the catalogue has a variable',
      'deepseek: { baseURL: "https://acme.example/v1", key: none, models: [m] }',
    ],
    [
      'a key in a header, beside which the adapter sends its own',
      ACME.replace(
        'models',
        'npm: "@ai-sdk/openai", keyIn: { header: X-Key, format: "{key}" }, models',
      ),
    ],
    [
      'an option that can send any file',
      ACME.replace('models', 'options: { googleAuthOptions: { keyFilename: x } }, models'),
    ],
    [
      'a login that is not there, of an adapter that takes a variable of its own',
      'anthropic: { preset: anthropic, npm: "@ai-sdk/anthropic", baseURL: "https://acme.example/v1", models: [m] }',
    ],
  ])('%s is a decision all the same', async (_, provider) => {
    const world = worldWith(manifest(provider), KEYS)
    expect(await opgenJson(world, 'plan')).toMatchObject({ decisions: [{ kind: 'origin' }] })
    expect((await opgen(world, 'apply --force')).code).toBe(3)
    const id = provider.slice(0, provider.indexOf(':'))
    expect((await opgen(world, `apply --trust-origin ${id}`)).code).toBe(0)
    expect((await opgen(world, 'apply')).out).toBe('Nothing to change.\n')
  })

  test('a link in the repository is followed to the keys it leads to', async () => {
    const provider = ACME.replace(
      'models',
      'options: { headers: { X: "{file:~/dotfiles/note.txt}" } }, models',
    )
    const world = worldWith(manifest(provider), KEYS)
    world.links.set(`${HOME}/dotfiles/note.txt`, AUTH)
    expect((await opgen(world, 'plan')).out).toContain('is a file of keys')
  })
})

describe('the way out', () => {
  const moved = manifest(ACME.replace('acme.example', 'new.example'))

  test('`--trust-origin` names one provider, and is remembered', async () => {
    const world = await applied()
    world.write(MANIFEST, moved)
    expect((await opgen(world, 'apply --trust-origin acme')).code).toBe(0)
    expect((await opgen(world, 'apply')).out).toBe('Nothing to change.\n')
  })

  test('`key trust` accepts it beforehand, also without a key', async () => {
    const world = await applied()
    world.write(MANIFEST, moved)
    world.refuseKeychain('locked')
    const trusted = await opgen(world, 'key trust acme')
    expect(trusted).toMatchObject({ code: 0 })
    expect(trusted.out).toContain('to @ai-sdk/openai-compatible https://new.example')
    world.refuseKeychain(undefined)
    expect((await opgen(world, 'apply')).code).toBe(0)
    expect(await opgenJson(world, 'key trust acme')).toMatchObject({ id: 'acme', trusted: [] })
  })

  test('`key trust` of an id that is none tells the nearest', async () => {
    const { code, err } = await opgen(await applied(), 'key trust acne')
    expect(code).toBe(65)
    expect(err).toContain('did you mean "acme"?')
  })

  test('`key set` lets the key go where the manifest says, and tells', async () => {
    const world = await applied()
    const more = 'new: { baseURL: "https://new.example/v1", models: [m] }'
    world.write(MANIFEST, manifest(ACME, more))
    const { err } = await opgen(world, 'key set new', { stdin: 'test-key-new' })
    expect(err).toContain('it may go to @ai-sdk/openai-compatible https://new.example')
    expect((await opgen(world, 'apply')).code).toBe(0)
    world.write(MANIFEST, moved)
    const set = await opgen(world, 'key set acme', { stdin: 'test-key-acme-2' })
    expect(set.err).toContain('so far it went to @ai-sdk/openai-compatible https://acme.example')
    expect((await opgen(world, 'apply')).code).toBe(0)
  })

  test('`key set` before the first apply binds to what the manifest says then', async () => {
    const world = worldWith(manifest(ACME), {})
    await opgen(world, 'key set acme', { stdin: 'test-key-acme' })
    world.write(MANIFEST, moved)
    expect((await opgen(world, 'apply')).code).toBe(3)
  })

  test('a key that is entered when it is missed goes where the manifest says', async () => {
    const world = await applied()
    const more = 'new: { baseURL: "https://new.example/v1", models: [m] }'
    world.write(MANIFEST, manifest(ACME, more))
    const { code } = await opgen(world, 'apply', { answers: ['e', 'test-key-new'] })
    expect(code).toBe(0)
    expect((await opgen(world, 'apply')).out).toBe('Nothing to change.\n')
  })

  test('`trust` at the question is remembered', async () => {
    const world = await applied()
    world.write(MANIFEST, moved)
    expect((await opgen(world, 'apply', { answers: ['t'] })).code).toBe(0)
    expect((await opgen(world, 'apply')).out).toBe('Nothing to change.\n')
  })
})

describe('what an earlier version recorded', () => {
  test('needs no question where the copy stands as it was written', async () => {
    const world = await applied()
    const { bindings: _, commands: __, ...old } = JSON.parse(world.read(STATE) ?? '')
    world.write(STATE, JSON.stringify({ ...old, bindings: [] }))
    expect((await opgen(world, 'apply')).out).toBe('Nothing to change.\n')
    expect(JSON.parse(world.read(STATE) ?? '').bindings).toHaveLength(1)
    world.write(STATE, JSON.stringify({ ...old, bindings: [] }))
    world.write(MANIFEST, manifest(ACME.replace('acme.example', 'evil.example')))
    expect((await opgen(world, 'apply')).code).toBe(3)
  })
})
