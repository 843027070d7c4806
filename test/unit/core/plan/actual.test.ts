import { describe, expect, test } from 'vitest'
import type { JsonValue, Path } from '../../../../src/core/json.ts'
import { parseJsonDocument } from '../../../../src/core/jsonc/parse.ts'
import type { JsonFile } from '../../../../src/core/plan/actual.ts'
import { hasLogin, readValue, sameValue } from '../../../../src/core/plan/actual.ts'

function file(target: JsonFile['target'], text: string): JsonFile {
  const parsed = parseJsonDocument(text, 'jsonc')
  if (!parsed.ok) throw new Error('the test file does not parse')
  return { target, path: `/${target}`, syntax: 'jsonc', document: parsed.document }
}

/** Readable in a test, and never the key itself. */
const fingerprintOf = (secret: { readonly reveal: () => string }): string =>
  `#${secret.reveal().length}`

describe('readValue', () => {
  const config = file('config', '{ "a": { "b": [1, null, "x"] /* c */ }, "n": null, }')
  const auth = file(
    'auth',
    '{ "gw": { "type": "api", "key": "test-key-gw", "n": 5, "metadata": { "k": "test-key-x" } } }',
  )

  test.each<readonly [Path, JsonValue]>([
    [[], { a: { b: [1, null, 'x'] }, n: null }],
    [
      ['a', 'b'],
      [1, null, 'x'],
    ],
    [['n'], null],
  ])('gives what stands in a config file at %j', (path, value) => {
    expect(readValue(config, path, fingerprintOf)).toEqual({ json: value })
  })

  test.each([[['x']], [['a', 'x', 'y']], [['n', 'x']], [['toString']], [['a', 'b', '0']]])(
    'gives nothing where nothing is: %j',
    (path) => {
      expect(readValue(config, path, fingerprintOf)).toBeUndefined()
      expect(readValue({ ...config, document: undefined }, path, fingerprintOf)).toBeUndefined()
    },
  )

  test.each([
    [['gw', 'type'], { json: 'api' }],
    [['gw', 'key'], { fingerprint: '#11' }],
    [['gw', 'n'], { json: 5 }],
    [['gw', 'metadata', 'k'], { fingerprint: '#10' }],
    [['gw', 'metadata'], { json: {} }],
    [['gw'], { json: {} }],
    [[], { json: {} }],
  ])('lets no text but the type out of auth.json: %j', (path, value) => {
    expect(readValue(auth, path, fingerprintOf)).toEqual(value)
  })
})

describe('sameValue', () => {
  const url = 'https://gw.example/v1'
  const BASE_URL = ['provider', 'gw', 'options', 'baseURL']

  test.each<readonly [string, Path, JsonValue, JsonValue]>([
    ['base URLs up to slashes at their ends', BASE_URL, `${url}//`, url],
    ['{} and any object', ['provider', 'gw', 'models', 'm'], {}, { a: 1 }],
    ['objects whatever the order', ['provider', 'gw', 'x'], { a: 1, b: 2 }, { b: 2, a: 1 }],
  ])('takes as the same %s', (_, path, wanted, other) => {
    expect(sameValue(path, { json: wanted }, { json: other })).toBe(true)
  })

  test.each<readonly [string, Path, JsonValue, JsonValue]>([
    ['an object with members and {}', ['provider', 'gw', 'x'], { a: 1 }, {}],
    ['{} and a list', ['provider', 'gw', 'x'], {}, []],
    ['other URLs with a slash more', ['provider', 'gw', 'api'], url, `${url}/`],
    ["a model's own baseURL", ['provider', 'gw', 'models', 'options', 'baseURL'], url, `${url}/`],
    ['base URLs with different hosts', BASE_URL, url, 'https://gw.example.org/v1'],
    ['a base URL and what is no text', BASE_URL, url, null],
  ])('tells apart %s', (_, path, wanted, other) => {
    expect(sameValue(path, { json: wanted }, { json: other })).toBe(false)
  })

  test('compares keys by fingerprint, and never with anything else', () => {
    const path = ['gw', 'key']
    expect(sameValue(path, { fingerprint: 'a' }, { fingerprint: 'a' })).toBe(true)
    expect(sameValue(path, { fingerprint: 'a' }, { fingerprint: 'b' })).toBe(false)
    expect(sameValue(path, { fingerprint: 'a' }, { json: 'a' })).toBe(false)
    expect(sameValue(path, { json: {} }, { fingerprint: 'a' })).toBe(false)
  })
})

test.each([
  ['a key', '{ "type": "api", "key": "test-key-gw" }', true],
  ['tokens, which are no key', '{ "type": "oauth", "refresh": "test-key-gw" }', true],
  ['an empty key', '{ "type": "api", "key": "" }', false],
  ['what is left when opgen took its key out', '{ "type": "api", "metadata": {} }', false],
  ['what is left when opgen took all it wrote out', '{ "metadata": {} }', false],
])('an entry with %s is a login or none', (_, entry, isLogin) => {
  expect(hasLogin(file('auth', `{ "gw": ${entry} }`).document, 'gw')).toBe(isLogin)
})
