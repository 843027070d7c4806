import { describe, expect, test } from 'vitest'
import type { JsonValue } from '../../../src/core/json.ts'
import { keyPath, routeOf, valuesWithKey } from '../../../src/core/key-delivery.ts'
import type { Delivery, KeyIn, WantedProvider } from '../../../src/core/wanted.ts'

const SOURCE = { file: '/m', line: 1, column: 1 }
const HEADER: KeyIn = { kind: 'header', name: 'X-Key', format: 'Key {key}' }

/** A provider whose block has these values, by dotted path. */
function provider(keyIn: KeyIn, fields: Readonly<Record<string, JsonValue>>): WantedProvider {
  return {
    id: 'gw',
    source: SOURCE,
    preset: '',
    values: Object.entries(fields).map(([name, value]) => ({
      path: ['provider', 'gw', ...name.split('.')],
      value,
      source: SOURCE,
    })),
    key: { source: SOURCE, sources: [], placeholder: undefined, keyPage: undefined },
    keyIn,
    baseURL: undefined,
    npm: undefined,
  }
}

/** The values with the key `K`, as `path=value`. */
function keyed(keyIn: KeyIn, fields: Readonly<Record<string, JsonValue>>, key = 'K'): string {
  return valuesWithKey(provider(keyIn, fields), key)
    .map(({ path, value }) => `${path.slice(2).join('.')}=${JSON.stringify(value)}`)
    .join(' ')
}

describe('a key among the values of a block', () => {
  test.each<readonly [string, KeyIn, Readonly<Record<string, JsonValue>>, string]>([
    [
      'comes last in the options',
      { kind: 'apiKey' },
      { npm: 'a', 'options.baseURL': 'u', 'models.m': {} },
      'npm="a" options.baseURL="u" options.apiKey="K" models.m={}',
    ],
    [
      'makes the options where a new block has them',
      { kind: 'authToken' },
      { npm: 'a', env: ['X'], whitelist: [], 'models.m': {}, future: 1 },
      'npm="a" env=["X"] options.authToken="K" whitelist=[] models.m={} future=1',
    ],
    ['stands first where nothing is before it', HEADER, {}, 'options.headers.X-Key="Key K"'],
    [
      'takes the place of an empty object',
      HEADER,
      { options: {} },
      'options.headers.X-Key="Key K"',
    ],
    [
      'takes the place of another value for it',
      { kind: 'apiKey' },
      { 'options.apiKey': '{env:MINE}' },
      'options.apiKey="K"',
    ],
    [
      'leaves other headers alone',
      HEADER,
      { 'options.headers.X-Team': 'a' },
      'options.headers.X-Team="a" options.headers.X-Key="Key K"',
    ],
  ])('%s', (_, keyIn, fields, expected) => {
    expect(keyed(keyIn, fields)).toBe(expected)
  })

  test('is put into its format as it is, whatever is in it', () => {
    expect(keyed(HEADER, {}, '$&$1')).toBe('options.headers.X-Key="Key $&$1"')
  })
})

test.each<readonly [Delivery, KeyIn, string]>([
  ['auto', { kind: 'apiKey' }, 'auth.json'],
  ['auth.json', { kind: 'apiKey' }, 'auth.json'],
  ['keyfile', { kind: 'apiKey' }, 'keyfile'],
  ['auto', { kind: 'authToken' }, 'keyfile'],
  ['auth.json', HEADER, 'keyfile'],
])('with delivery %s and keyIn %o a key goes through %s', (delivery, keyIn, route) => {
  expect(routeOf({ delivery }, provider(keyIn, {}))).toBe(route)
})

test('a header is a member of its own, whatever is in its name', () => {
  const keyIn: KeyIn = { kind: 'header', name: 'X.Key', format: '{key}' }
  expect(keyPath(provider(keyIn, {}))).toEqual(['provider', 'gw', 'options', 'headers', 'X.Key'])
})
