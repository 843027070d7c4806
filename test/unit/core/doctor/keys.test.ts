import { describe, expect, test } from 'vitest'
import { keyRules } from '../../../../src/core/doctor/rules/keys.ts'
import type { JsonObject, JsonValue } from '../../../../src/core/json.ts'
import { Secret } from '../../../../src/core/secret.ts'
import { configScene, findingsOf } from '../../../support/config-scene.ts'
import type { ConfigScene } from '../../../support/config-scene.ts'

const PUBLIC = 'https://llm.acme.example/v1'
const LOCAL = 'http://localhost:11434/v1'
const env = { ACME_KEY: 'test-key-acme' }
const auth = { acme: { type: 'api', key: 'test-key-acme' } }

function acme(options: JsonObject, more: JsonObject = {}): JsonValue {
  const block = { options: { baseURL: PUBLIC, ...options }, models: { large: {} }, ...more }
  return { provider: { acme: block } }
}

function codes(scene: ConfigScene): readonly string[] {
  return findingsOf(keyRules, configScene(scene)).map(([code]) => code)
}

function repaired(scene: ConfigScene): readonly (JsonValue | undefined)[] {
  return findingsOf(keyRules, configScene(scene)).flatMap(([, { repair }]) =>
    repair?.target === 'config'
      ? repair.edits.map(({ value }) => (value instanceof Secret ? String(value) : value))
      : [],
  )
}

test.each([{ disabled_providers: ['acme'] }, { enabled_providers: ['other'] }])(
  'a variable that only a hidden provider takes is a note: %o',
  (lists) => {
    const config = { ...Object(acme({ apiKey: '{env:UNSET}' })), ...lists }
    expect(codes({ config })).toEqual(['info empty-variable'])
  },
)

test.each([
  ['warning', 'may want no key', { baseURL: LOCAL }, {}],
  ['error', 'has a login that would count', { baseURL: LOCAL }, { auth }],
  ['error', 'is on the internet', { baseURL: PUBLIC }, {}],
])('it is %s where the server of a variable that is not set %s', (kind, _, options, scene) => {
  const config = acme({ ...options, apiKey: '{env:UNSET}' })
  expect(codes({ config, ...scene })).toEqual([`${kind} empty-variable`])
})

describe('nothing is said of', () => {
  test.each([
    ['a variable that is set', { apiKey: '{env:ACME_KEY}' }],
    [
      'a variable behind the word for its kind',
      { headers: { Authorization: 'Bearer {env:ACME_KEY}' } },
    ],
    ['a literal key, which another rule tells of', { apiKey: '$2b$10$abc-test-key' }],
    ['a header in another language', { apiKey: 'test-key-acme', headers: { 'X-Title': 'Über' } }],
    ['a header that is JSON', { apiKey: 'test-key-acme', headers: { 'X-Meta': '{"a":"b"}' } }],
    ['a word where any server may want none', { apiKey: 'not-needed' }],
  ])('%s', (_, options) => {
    expect(codes({ config: acme(options), env })).toEqual([])
  })

  test.each([
    ['nothing', {}],
    ['a word', { apiKey: 'ollama' }],
    ['an empty text', { apiKey: '' }],
  ])('%s as the key of a local server', (_, options) => {
    expect(codes({ config: acme({ baseURL: LOCAL, ...options }) })).toEqual([])
  })

  test.each(['https://llm.acme.example/{env:ACME_KEY}/v1', `${PUBLIC}?api_key=test-key-acme`])(
    'a provider that may have its key in its address, %s',
    (baseURL) => {
      expect(codes({ config: acme({ baseURL }), env })).toEqual([])
    },
  )

  test('a provider with a login, a variable of its own or a key in a header', () => {
    expect(codes({ config: acme({}), auth })).toEqual([])
    expect(codes({ config: acme({}, { env: ['ACME_KEY'] }), env })).toEqual([])
    expect(codes({ config: acme({ headers: { 'x-portkey-api-key': 'test-key-acme' } }) })).toEqual(
      [],
    )
  })

  test('a provider that OpenCode is told to hide', () => {
    const hidden = { ...Object(acme({})), disabled_providers: ['acme'] }
    expect(codes({ config: hidden })).toEqual([])
  })

  test('a provider of the catalogue of which the variables are not known', () => {
    expect(codes({ config: { model: 'groq/large', provider: { groq: {} } } })).toEqual([])
  })

  test('a variable of the vendor’s that goes to the vendor', () => {
    const block = {
      npm: '@ai-sdk/mistral',
      options: { baseURL: 'https://api.mistral.ai/v1' },
      models: { large: {} },
    }
    const config = { provider: { mine: block } }
    expect(codes({ config, env: { MISTRAL_API_KEY: 'test-key-mistral' } })).toEqual([])
  })

  test('several names under "env" where the adapter takes one of them by itself', () => {
    const names = ['ACME_KEY', 'MISTRAL_API_KEY']
    const config = acme(
      { baseURL: 'https://api.mistral.ai/v1' },
      { npm: '@ai-sdk/mistral', env: names },
    )
    expect(codes({ config, env: { MISTRAL_API_KEY: 'test-key-mistral' } })).toEqual([])
  })

  test('an MCP server that is switched off', () => {
    const mcp = { tracker: { type: 'local', enabled: false, environment: { A: '{env:UNSET}' } } }
    expect(codes({ config: { mcp } })).toEqual([])
  })

  test('a reference to a file in a line that is all comment', () => {
    const scene = configScene({ config: {}, files: { '/gone': undefined } })
    const layers = scene.layers.map((layer) => ({ ...layer, text: '{\n  // {file:/gone}\n}' }))
    expect(findingsOf(keyRules, { ...scene, layers, layersOf2: layers })).toEqual([])
  })
})

describe('one text has one fault', () => {
  test.each([
    ['${ACME_KEY}', 'error token-spelling'],
    ['$ACME_KEY', 'error token-spelling'],
    ['%ACME_KEY%', 'error token-spelling'],
    ['env:ACME_KEY', 'error token-spelling'],
    ['{ENV:ACME_KEY}', 'error token-spelling'],
    ['{env.ACME_KEY}', 'error token-spelling'],
    ['{env: ACME_KEY}', 'error token-spelling'],
    ['{cred:acme}', 'error token-spelling'],
    ['$(op read x)', 'error token-spelling'],
    ['op://Work/acme/key', 'error token-spelling'],
    ['{{env:ACME_KEY}}', 'error token-spelling'],
    ['<<TOKEN>>', 'error placeholder-key'],
    ['{{ .acme_key }}', 'error placeholder-key'],
    ['{ .acme_key }', 'error placeholder-key'],
    ['sk-xxxxxxxx', 'error placeholder-key'],
    ['CHANGEME', 'error placeholder-key'],
    ['{env:UNSET}', 'error empty-variable'],
    ['{file:/empty}', 'error file-empty'],
    ['Bearer test-key-acme', 'error bearer-in-key'],
    ['test-key-\u200bacme', 'error key-characters'],
    ['test-key\nacme', 'error key-characters'],
    ['test-key-acme\n', 'info key-characters'],
  ])('%j', (apiKey, expected) => {
    expect(codes({ config: acme({ apiKey }), env, files: { '/empty': '\n' } })).toEqual([expected])
  })
})

describe('a repair of the spelling', () => {
  test.each([
    ['${ACME_KEY}', '{env:ACME_KEY}'],
    ['$ACME_KEY', '{env:ACME_KEY}'],
    ['{env: ACME_KEY }', '{env:ACME_KEY}'],
    ['{ENV:ACME_KEY}', '{env:ACME_KEY}'],
    ['env:ACME_KEY', '{env:ACME_KEY}'],
    ['Bearer {env:ACME_KEY}', '{env:ACME_KEY}'],
  ])('of %s is %s', (apiKey, value) => {
    expect(repaired({ config: acme({ apiKey }), env })).toEqual([value])
  })

  test('keeps the word before the key in a header', () => {
    const config = acme({ headers: { Authorization: 'Bearer ${ACME_KEY}' } })
    expect(repaired({ config, env })).toEqual(['Bearer {env:ACME_KEY}'])
  })

  test('is not offered for a variable that is not set', () => {
    expect(repaired({ config: acme({ apiKey: '${ACME_KEY}' }) })).toEqual([])
  })
})

describe('a key of the vendor’s', () => {
  const npm = '@ai-sdk/mistral'
  const set = { MISTRAL_API_KEY: 'test-key-mistral' }

  test('leaks to a public address, and is only worth a warning at home', () => {
    expect(codes({ config: acme({}, { npm }), env: set })).toEqual(['error fallback-key'])
    expect(codes({ config: acme({ baseURL: LOCAL }, { npm }), env: set })).toEqual([
      'warning fallback-key',
    ])
  })

  test('does not count where there is another, even one that comes to nothing', () => {
    expect(codes({ config: acme({ apiKey: '{env:UNSET}' }, { npm }), env: set })).toEqual([
      'error empty-variable',
    ])
    expect(codes({ config: acme({}, { npm }), env: set, auth })).toEqual([])
  })
})

test('many models with the same fault are one finding', () => {
  const headers = { Authorization: 'Bearer {env:UNSET}' }
  const models = Object.fromEntries(
    Array.from({ length: 5000 }, (_, index) => [`m${index}`, { headers }]),
  )
  const found = findingsOf(keyRules, configScene({ config: acme({}, { models }), auth }))
  expect(found.map(([code, { message }]) => [code, message])).toEqual([
    [
      'warning empty-variable',
      'the header "Authorization" of "acme" comes from UNSET, which is not set (and 4999 more of its models)',
    ],
  ])
})
