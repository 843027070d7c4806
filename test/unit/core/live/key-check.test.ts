import { describe, expect, test } from 'vitest'
import { askWith, makeKeyCheck } from '../../../../src/core/live/key-check.ts'
import type { KeyCheck, NoCheck } from '../../../../src/core/live/key-check.ts'
import { Secret } from '../../../../src/core/secret.ts'
import { sentHeaders } from '../../../support/answering-server.ts'
import { resolveManifest } from '../../../support/resolve-manifest.ts'

function checkOf(
  id: string,
  fields: string,
  presets: Readonly<Record<string, string>> = {},
): KeyCheck | NoCheck {
  const text = `version: 1\nproviders:\n  ${id}: { models: [m], key: keychain, ${fields} }\n`
  const provider = resolveManifest(text, presets).wanted?.providers[0]
  if (provider === undefined) throw new Error('the manifest has errors')
  return makeKeyCheck(provider)
}

/** The URL and headers of the request with `test-key-x`; all send `accept`, too. */
function requestOf(id: string, fields: string): unknown {
  const check = checkOf(id, fields)
  if (typeof check === 'string') return check
  const request = askWith(check, new Secret('test-key-x'))
  const { accept, ...headers } = sentHeaders(request)
  expect(accept).toBe('application/json')
  return [request.url, headers]
}

const URL = 'baseURL: "https://gw.example/v1"'
const BEARER = { authorization: 'Bearer test-key-x' }
const VERSION = { 'anthropic-version': '2023-06-01' }

describe('the request that checks a key', () => {
  test.each([
    ['@ai-sdk/openai-compatible', '/models', BEARER],
    ['@ai-sdk/openai', '/models', BEARER],
    ['@ai-sdk/mistral', '/models', BEARER],
    ['@ai-sdk/anthropic', '/models', { 'x-api-key': 'test-key-x', ...VERSION }],
    ['@ai-sdk/google', '/models', { 'x-goog-api-key': 'test-key-x' }],
    ['@ai-sdk/azure', '/models', { 'api-key': 'test-key-x' }],
    ['@ai-sdk/deepinfra', '/openai/models', BEARER],
    ['@openrouter/ai-sdk-provider', '/key', BEARER],
  ])('is that of %s', (npm, path, headers) => {
    expect(requestOf('gw', `${URL}, npm: "${npm}"`)).toEqual([
      `https://gw.example/v1${path}`,
      headers,
    ])
  })

  test.each([
    ['anthropic', 'https://api.anthropic.com/v1/models', { 'x-api-key': 'test-key-x', ...VERSION }],
    ['openai', 'https://api.openai.com/v1/models', BEARER],
    [
      'google',
      'https://generativelanguage.googleapis.com/v1beta/models',
      { 'x-goog-api-key': 'test-key-x' },
    ],
    ['openrouter', 'https://openrouter.ai/api/v1/key', BEARER],
    ['deepseek', 'https://api.deepseek.com/models', BEARER],
    [
      'minimax',
      'https://api.minimax.io/anthropic/v1/models',
      { 'x-api-key': 'test-key-x', ...VERSION },
    ],
  ])('goes to the vendor where the manifest has no address: %s', (id, url, headers) => {
    expect(requestOf(id, `preset: ${id}`)).toEqual([url, headers])
  })

  test('goes to the address of the manifest, with the adapter of the catalogue', () => {
    expect(requestOf('anthropic', `preset: anthropic, ${URL}`)).toEqual([
      'https://gw.example/v1/models',
      { 'x-api-key': 'test-key-x', ...VERSION },
    ])
  })

  test('goes to the address of the block where there is none under its options', () => {
    const mine =
      'about: x\nkey: required\ncatalogue: true\nprovider: { api: "https://block.example/v1" }\n'
    const check = checkOf('anthropic', 'preset: mine', { mine })
    expect(check).toMatchObject({ url: 'https://block.example/v1/models' })
  })

  test('asks OpenRouter about the key whatever the adapter: its list is for everybody', () => {
    expect(requestOf('or', 'baseURL: "https://openrouter.ai/api/v1/"')).toEqual([
      'https://openrouter.ai/api/v1/key',
      BEARER,
    ])
  })

  test.each([
    ['authToken', 'npm: "@ai-sdk/anthropic"', { authorization: 'Bearer test-key-x', ...VERSION }],
    ['{ header: X-Gw-Key, format: "Key {key}" }', '', { 'x-gw-key': 'Key test-key-x' }],
  ])('has the key where the manifest puts it: %s', (keyIn, more, headers) => {
    expect(requestOf('gw', `${URL}, keyIn: ${keyIn}, ${more}`)).toEqual([
      'https://gw.example/v1/models',
      headers,
    ])
  })

  test('has the headers of the options, which win', () => {
    const own = 'options: { headers: { X-Team: a, X-Number: 7, Anthropic-Version: "2024-01-01" } }'
    expect(requestOf('gw', `${URL}, npm: "@ai-sdk/anthropic", ${own}`)).toEqual([
      'https://gw.example/v1/models',
      {
        'x-api-key': 'test-key-x',
        'x-team': 'a',
        'x-number': '7',
        'anthropic-version': '2024-01-01',
      },
    ])
  })

  test('prints without the key', () => {
    const check: KeyCheck = {
      url: 'https://gw.example/v1/models',
      origin: 'https://gw.example',
      proof: 'models',
      keyHeader: { name: 'authorization', format: 'Bearer {key}' },
      headers: [],
    }
    expect(JSON.stringify(askWith(check, new Secret('test-key-x')))).not.toContain('test-key')
  })
})

describe('no key is sent', () => {
  test.each<[string, string, NoCheck]>([
    ['gw', `${URL}, npm: some-sdk`, 'adapter'],
    ['gw', `${URL}, npm: "@ai-sdk/amazon-bedrock"`, 'adapter'],
    ['groq', 'preset: openai-compatible, npm: null, baseURL: "https://gw.example/v1"', 'adapter'],
    ['azure', 'preset: azure', 'address'],
    ['openai', 'preset: openai, npm: "@ai-sdk/openai-compatible"', 'address'],
    ['gw', 'baseURL: "https://{env:HOST}/v1"', 'filled-in'],
    ['gw', 'baseURL: "https://${HOST}/v1"', 'filled-in'],
    ['gw', `${URL}, options: { headers: { X-Team: "{env:TEAM}" } }`, 'filled-in'],
    ['gw', `${URL}, npm: "@ai-sdk/azure", options: { headers: { Api-Key: "" } }`, 'header'],
  ])('%s { %s }: %s', (id, fields, why) => {
    expect(checkOf(id, fields)).toBe(why)
  })
})
