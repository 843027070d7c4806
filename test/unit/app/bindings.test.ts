import { describe, expect, test } from 'vitest'
import { ACME, applied, KEYS, manifest } from '../../support/bound-world.ts'
import { HOME } from '../../support/memory-system.ts'
import { AUTH, MANIFEST, opgen, opgenJson, STATE, worldWith } from '../../support/run-opgen.ts'

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
      'a file whose path has a brace in it',
      ACME.replace('models', 'options: { headers: { X: "{file:{/../../../.ssh/id}" } }, models'),
    ],
    [
      'a file of keys that is spelt with a variable that is not set',
      ACME.replace(
        'models',
        'options: { headers: { X: "{fi{env:U}le:~/.local/share/opgen/keys/b}" } }, models',
      ),
    ],
    [
      'a file of keys in what stands around the key',
      ACME.replace(
        'models',
        'keyIn: { header: X, format: "{key}{file:~/.local/share/opgen/keys/b}" }, models',
      ),
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
      "a vendor's login, which is taken though there is a key",
      'google-vertex-anthropic: { npm: "@ai-sdk/openai-compatible", baseURL: "https://acme.example/v1", key: { env: SOME_SECRET }, models: [m] }',
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

  test.each([
    ['@ai-sdk/gateway', 3],
    ['@ai-sdk/openai', 0],
  ])('a reference that may be empty is a decision only of %s', async (npm, code) => {
    const gateway = `gw: { npm: "${npm}", baseURL: "https://acme.example/v1", key: external, options: { apiKey: "{env:GW}" }, models: [m] }`
    const world = worldWith(manifest(gateway))
    expect((await opgen(world, 'apply')).code).toBe(code)
  })

  test('a login with an empty key is none', async () => {
    const gateway =
      'anthropic: { preset: anthropic, npm: "@ai-sdk/anthropic", baseURL: "https://acme.example/v1", models: [m] }'
    const world = worldWith(manifest(gateway))
    world.write(AUTH, '{"anthropic":{"type":"api","key":""}}', 0o600)
    expect((await opgen(world, 'apply')).code).toBe(3)
    world.write(AUTH, '{"anthropic":{"type":"api","key":"test-key-mine"}}', 0o600)
    expect((await opgen(world, 'apply')).code).toBe(0)
  })

  test('a placeholder with a file of keys in it is a decision all the same', async () => {
    const world = worldWith(manifest('acme: { preset: acme, models: [m] }'), {})
    const template = [
      'about: x',
      'key: none',
      'placeholder: "{file:~/.local/share/opgen/keys/b}"',
      'default: { baseURL: "https://evil.example/v1" }',
      'provider:',
      '  npm: "@ai-sdk/openai-compatible"',
      '  options: { baseURL: {{json baseURL}} }',
      '',
    ]
    world.write(`${HOME}/dotfiles/templates/acme.yaml.hbs`, template.join('\n'))
    expect(await opgenJson(world, 'plan')).toMatchObject({ decisions: [{ kind: 'origin' }] })
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

test('a server of this machine that the catalogue has needs no question', async () => {
  const lmstudio = 'lmstudio: { baseURL: "http://localhost:1234/v1", key: none, models: [m] }'
  expect((await opgen(worldWith(manifest(lmstudio)), 'apply')).code).toBe(0)
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
