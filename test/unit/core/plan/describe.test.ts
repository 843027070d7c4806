import { describe, expect, test } from 'vitest'
import type { JsonValue } from '../../../../src/core/json.ts'
import { describeDispute, describeFound, isSensitive } from '../../../../src/core/plan/describe.ts'

const NAME = ['provider', 'gw', 'name']

describe('what stands at a place', () => {
  test.each([
    { path: NAME, found: undefined, text: '/provider/gw/name is not there' },
    { path: ['gw', 'key'], found: { fingerprint: 'aa' }, text: '/gw/key holds another key' },
    { path: [], found: { fingerprint: 'aa' }, text: 'its key file holds another key' },
    { path: ['model'], found: { json: 'a/b' }, text: '/model is "a/b"' },
    { path: NAME, found: { json: null }, text: '/provider/gw/name is null' },
    { path: ['provider', 'a/b'], found: { json: [] }, text: '/provider/a~1b is a list' },
    { path: NAME, found: { json: 'x\ny\u001B' }, text: '/provider/gw/name is "x\\ny\\u001b"' },
  ])('is told: $text', ({ path, found, text }) => {
    expect(describeFound(path, found)).toBe(text)
  })

  test('is shortened to what fits in a line', () => {
    const text = describeFound(['a'], { json: 'x'.repeat(200) })
    expect(text).toMatch(/^\/a is "x+…$/)
    expect(text.length).toBe('/a is '.length + 58)
  })

  test('is not shown where it may be a secret', () => {
    const path = ['provider', 'gw', 'options', 'apiKey']
    expect(describeFound(path, { json: 'test-key-gw' })).toBe(
      '/provider/gw/options/apiKey is another value',
    )
  })
})

test.each([
  { value: '{file:~/.local/share/opgen/keys/gw}', secret: false },
  { value: '{env:GW_KEY}', secret: false },
  { value: 'Bearer {env:GW_KEY}', secret: true },
  { value: '{env:sk-0123456789abcdef}', secret: true },
  { value: 'test-key-gw', secret: true },
])('under a telling name $value may be a secret: $secret', ({ value, secret }) => {
  expect(isSensitive(['provider', 'gw', 'options', 'apiKey'], value)).toBe(secret)
})

describe('a dispute', () => {
  test('names both values', () => {
    expect(describeDispute(NAME, { json: 'Theirs' }, { json: 'Ours' })).toBe(
      '/provider/gw/name is "Theirs", wanted "Ours"',
    )
  })

  test('about a key names neither', () => {
    const wanted = { fingerprint: 'aa' }
    expect(describeDispute(['gw', 'key'], { fingerprint: 'bb' }, wanted)).toBe(
      '/gw/key holds another key',
    )
    expect(describeDispute(['gw', 'key'], undefined, wanted)).toBe('/gw/key is not there')
  })

  test('about what may be a secret says so', () => {
    const path = ['provider', 'gw', 'options', 'headers', 'X-Team']
    expect(describeDispute(path, { json: 'test-key-gw' }, { json: 'a' })).toBe(
      '/provider/gw/options/headers/X-Team is another value (not shown)',
    )
  })

  test('never shows a wanted value that may be a secret', () => {
    const wanted = { json: 'https://ana:test-key-gw@gw.example' }
    expect(describeDispute(NAME, { json: 'Theirs' }, wanted)).toBe(
      '/provider/gw/name is "Theirs", wanted another value',
    )
  })
})

describe('isSensitive', () => {
  test.each<readonly [readonly string[], JsonValue]>([
    [['provider', 'gw', 'options', 'apiKey'], 'x'],
    [['provider', 'gw', 'options', 'api_key'], 'x'],
    [['provider', 'gw', 'options', 'clientSecret'], 'x'],
    [['provider', 'gw', 'options', 'PASSWORD'], 'x'],
    [['provider', 'gw', 'options', 'accessToken'], 'x'],
    [['provider', 'gw', 'options', 'headers', 'X-Anything'], 'x'],
    [['mcp', 'files', 'environment', 'ANYTHING'], 'x'],
    [['mcp', 'files', 'credentials', 'deep', 'down'], 'x'],
    [['a'], 'https://user@gw.example/v1'],
    [['a'], 'https://gw.example/v1?k=x'],
    [['a'], 'sk-test-key-gw-0000'],
    [['a'], 'Bearer test-key-gw'],
    [['a'], '--api-key=test-key-gw'],
  ])('hides %j: %j', (path, value) => {
    expect(isSensitive(path, value)).toBe(true)
  })

  test.each<readonly [readonly string[], JsonValue]>([
    [['provider', 'gw', 'options', 'baseURL'], 'https://gw.example/v1'],
    [['provider', 'gw', 'models', 'm', 'limit', 'max_tokens'], 8000],
    [['provider', 'gw', 'models', 'qwen/qwen3-coder', 'name'], 'Qwen3 Coder'],
    [['provider', 'gw', 'npm'], '@ai-sdk/openai-compatible'],
    [['model'], 'gw/us.anthropic.claude-sonnet-4-5-20250929-v1:0'],
    [['theme'], null],
    [['keybinds', 'leader'], 'ctrl+x'],
  ])('shows %j: %j', (path, value) => {
    expect(isSensitive(path, value)).toBe(false)
  })
})
