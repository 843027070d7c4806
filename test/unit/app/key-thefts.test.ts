import { describe, expect, test } from 'vitest'
import { ACME, applied, KEYS, manifest, targets } from '../../support/bound-world.ts'
import { HOME } from '../../support/memory-system.ts'
import { MANIFEST, opgen, opgenJson, STATE, worldWith } from '../../support/run-opgen.ts'

/* Nobody who can change a manifest gets a key out of this machine without being asked about. */

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
  ['a file whose path has a brace in it', headed('{file:{/../../../.ssh/id_rsa}')],
  [
    'a file that begins in one text and ends in another',
    ACME.replace(
      'models',
      'options: { headers: { X: "{file:x", Y: "/../../../.ssh/id}" } }, models',
    ),
  ],
  ['a file that is spelt with variables that are not set', headed('{fi{env:U}le:~/.ssh/id_rsa}')],
  ['a variable at request time that is spelt so', ACME.replace('/v1', '/${SOME_{env:U}SECRET}')],
  [
    'a proxy among the options',
    ACME.replace('models', 'options: { proxy: "https://evil.example" }, models'),
  ],
  [
    'a proxy behind a space',
    ACME.replace('models', 'options: { proxy: " https://evil.example" }, models'),
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

/** With a header of that text. */
function headed(text: string): string {
  return ACME.replace('models', `options: { headers: { X: "${text}" } }, models`)
}

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
    expect(err).toContain('(the same key as keychain:opgen/acme)')
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
