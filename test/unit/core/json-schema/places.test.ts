import { describe, expect, test } from 'vitest'
import { flaggedPlaces } from '../../../support/validate-manifest.ts'

/** A manifest with these fields in one of its providers. */
function withProvider(fields: string): string {
  return `version: 1\nproviders:\n  a: { ${fields} }\n`
}

function withOverlay(fields: string): string {
  return `version: 1\nproviders: {}\nmachines:\n  work: { ${fields} }\n`
}

describe('a typo is flagged where it is', () => {
  test.each([
    ['', 'version: 1\nproviders: {}\nproviderz: {}\n'],
    ['', 'version: 1\n'],
    ['/version', 'version: 2\nproviders: {}\n'],
    ['/providers/a', withProvider('baseUrl: https://a.example')],
    ['/providers', 'version: 1\nproviders: { "a/b": {} }\n'],
    ['/providers', 'version: 1\nproviders: { constructor: {} }\n'],
    ['/providers/a/enabled', withProvider('enabled: "no"')],
    ['/providers/a/baseURL', withProvider('baseURL: localhost:11434/v1')],
    ['/providers/a/baseURL', withProvider('baseURL: "https://me:secret@a.example"')],
    ['/providers/a/preset', withProvider('preset: ../ollama')],
    ['/providers/a/npm', withProvider('npm: "@ai-sdk/openai@1"')],
    ['/providers/a/options/timeout', withProvider('options: { timeout: 0 }')],
    ['/providers/a/options/timeout', withProvider('options: { timeout: true }')],
    ['/providers/a/options/baseURL', withProvider('options: { baseURL: https://a.example }')],
    ['/providers/a/options/apiKey', withProvider('options: { apiKey: test-key-a }')],
    ['/providers/a/options/Authorization', withProvider('options: { Authorization: x }')],
    ['/providers/a/extra', withProvider('extra: { npm: x }')],
    ['/providers/a/keyIn', withProvider('keyIn: apikey')],
    ['/providers/a/keyIn/format', withProvider('keyIn: { header: X-Key, format: Bearer }')],
    ['/providers/a/key', withProvider('key: test-key-a')],
    ['/providers/a/key', withProvider('key: []')],
    ['/providers/a/key/env', withProvider('key: { env: "A KEY" }')],
    ['/providers/a/key/1', withProvider('key: [keychain, nothing]')],
    ['/providers/a/key/keychain', withProvider('key: { keychain: { service: a } }')],
    ['/providers/a/models/0', withProvider('models: [{ id: m, nmae: M }]')],
    ['/providers/a/models/0', withProvider('models: [7]')],
    ['/providers/a/models/0/limit', withProvider('models: [{ id: m, limit: { context: 1 } }]')],
    ['/providers/a/models/m', withProvider('models: { m: { nmae: M } }')],
    ['/providers/a/models/m/status', withProvider('models: { m: { status: new } }')],
    [
      '/providers/a/models/m/cost/input',
      withProvider('models: { m: { cost: { input: "1", output: 1 } } }'),
    ],
    [
      '/providers/a/models/m/modalities/input/0',
      withProvider('models: { m: { modalities: { input: [smell] } } }'),
    ],
    ['/providers/a/models', withProvider('models: { discover: true, only: [x] }')],
    ['/providers/a/models/add/0', withProvider('models: { discover: true, add: [7] }')],
    ['/providers/a/when', withProvider('when: { host: a }')],
    ['/machines/work', withOverlay('whne: {}')],
    ['/machines/work/when/os', withOverlay('when: { os: macos }')],
    ['/machines/work/when/os/1', withOverlay('when: { os: [linux, macos] }')],
    ['/machines/work/when/arch', withOverlay('when: { arch: amd64 }')],
    ['/machines/work/when/user', withOverlay('when: { user: [] }')],
    ['/machines/work/when/hostname', withOverlay('when: { hostname: "{{vars.h}}" }')],
    ['/machines/work/when/env/CI', withOverlay('when: { env: { CI: true } }')],
    ['/machines/work/when/env', withOverlay('when: { env: { "A B": x } }')],
    [
      '/machines/work/providers/a/models/m/limit',
      withOverlay('providers: { a: { models: { m: { limit: { otput: 1 } } } } }'),
    ],
    [
      '/machines/work/providers/a/models/0/limit',
      withOverlay('providers: { a: { models: [{ id: m, limit: { output: 1 } }] } }'),
    ],
    ['/machines/work/providers/a/key', withOverlay('providers: { a: { key: { envv: A } } }')],
    ['/machines/work/providers/a', withOverlay('providers: { a: { modles: [] } }')],
    ['/delivery', 'version: 1\nproviders: {}\ndelivery: mail\n'],
    ['/enabled_providers', 'version: 1\nproviders: {}\nenabled_providers: all\n'],
    ['/model', 'version: 1\nproviders: {}\nmodel: gpt\n'],
  ])('%s', (place, text) => {
    expect(flaggedPlaces(text)).toContain(place)
  })
})

describe('what opgen accepts is not flagged', () => {
  test.each([
    ["a preset of one's own", withProvider('preset: my-gateway')],
    ['an adapter that npm installs', withProvider('npm: ollama-ai-provider-v2')],
    ['no adapter', withProvider('npm: ~')],
    ['a URL that OpenCode fills in', withProvider('baseURL: "{env:BASE}/v1"')],
    ['options of the adapter', withProvider('options: { anything: [1], timeout: false }')],
    ['a reference to a key', withProvider('key: external, options: { apiKey: "{env:A_KEY}" }')],
    ['a header of the provider', withProvider('keyIn: { header: X-Key, format: "Bearer {key}" }')],
    [
      'all key sources',
      withProvider(
        'key: [{ keychain: { service: s, account: a } }, { command: [pass, a], timeout: 5 }, { file: ~/a }, { env: A }, none]',
      ),
    ],
    [
      'all models of the provider',
      withProvider('models: { discover: true, include: ["a*"], add: [b, { id: c }, d: D] }'),
    ],
    ['a model named discover', withProvider('models: { discover: {} }')],
    [
      'conditions of one text or several',
      withOverlay(
        'when: { os: [darwin, "win*"], hostname: "work-*", env: { CI: "*", A: [b, c] } }',
      ),
    ],
    [
      'parts of maps that an overlay merges',
      withOverlay(
        'providers: { a: { models: { m: { limit: { output: 1 }, cost: { input: 1 } } }, keyIn: { header: X-Key } } }',
      ),
    ],
    ['an overlay without a condition', withOverlay('providers: { a: { enabled: false } }')],
    ['values of any kind', 'version: 1\nproviders: {}\nvars: { a: [1, { b: ~ }] }\n'],
  ])('%s', (_, text) => {
    expect(flaggedPlaces(text)).toEqual([])
  })

  test('an expression in the place of any text', () => {
    const text = `version: 1
model: "{{vars.m}}"
delivery: "{{vars.d}}"
vault: "{{vars.v}}"
providers:
  a:
    preset: "{{vars.p}}"
    npm: "@{{vars.scope}}/x y"
    baseURL: "{{vars.host}}/v1"
    key: { env: "{{vars.e}} " }
    keyIn: "{{vars.k}}"
    models: [{ id: "{{vars.m}}", status: "{{vars.s}}" }]
`
    expect(flaggedPlaces(text)).toEqual([])
  })
})
