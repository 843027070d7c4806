import { describe, expect, test } from 'vitest'
import {
  BUNDLED_ADAPTERS,
  DESTINATION_HEADERS,
  DESTINATION_OPTIONS,
  fallbackVariables,
  isBundled,
  takesFallback,
} from '../../../src/core/adapters.ts'
import type { KeyIn } from '../../../src/core/wanted.ts'

const apiKey: KeyIn = { kind: 'apiKey' }
const authToken: KeyIn = { kind: 'authToken' }

function header(name: string): KeyIn {
  return { kind: 'header', name, format: '{key}' }
}

const SILENT = ['@ai-sdk/openai-compatible', '@ai-sdk/github-copilot']
const ELSEWHERE = ['@ai-sdk/deepseek', 'ollama-ai-provider-v2', 'file:///home/me/adapter.mjs']

describe('isBundled', () => {
  test.each(BUNDLED_ADAPTERS)('knows %s', (npm) => {
    expect(isBundled(npm)).toBe(true)
  })

  test.each([
    ...ELSEWHERE,
    'file:./@ai-sdk/openai',
    '@ai-sdk/openai@3.0.84',
    '@ai-sdk/openai@latest',
    '@AI-SDK/openai',
    '@ai-sdk/openai ',
    '@ai-sdk/openai/',
    '@ai-sdk/openai/internal',
    'npm:@ai-sdk/openai',
    'openai',
    'constructor',
    '__proto__',
    '',
  ])('does not know "%s"', (npm) => {
    expect(isBundled(npm)).toBe(false)
  })
})

describe('fallbackVariables', () => {
  test.each([
    ['@ai-sdk/openai', ['OPENAI_API_KEY']],
    ['@ai-sdk/anthropic', ['ANTHROPIC_API_KEY']],
    ['@ai-sdk/togetherai', ['TOGETHER_API_KEY', 'TOGETHER_AI_API_KEY']],
    ['gitlab-ai-provider', ['GITLAB_TOKEN']],
  ])('of %s are %j', (npm, variables) => {
    expect(fallbackVariables(npm)).toEqual(variables)
  })

  test.each([...SILENT, ...ELSEWHERE, 'constructor'])('of %s: none is known', (npm) => {
    expect(fallbackVariables(npm)).toEqual([])
  })

  test.each(BUNDLED_ADAPTERS)('of %s could be exported by a shell, each once', (npm) => {
    const variables = fallbackVariables(npm)
    for (const name of variables) expect(name).toMatch(/^[A-Z][A-Z0-9_]+$/)
    expect(new Set(variables).size).toBe(variables.length)
  })

  test('are there for every adapter but the two that ask without a key', () => {
    const silent = BUNDLED_ADAPTERS.filter((npm) => fallbackVariables(npm).length === 0)
    expect(silent).toEqual(SILENT)
  })
})

describe('takesFallback', () => {
  test.each(SILENT)('never of %s', (npm) => {
    for (const keyIn of [undefined, apiKey, authToken, header('X-Acme-Key')]) {
      expect(takesFallback(npm, keyIn)).toBe(false)
    }
  })

  test.each(ELSEWHERE)('always of %s, of which nothing is known', (npm) => {
    for (const keyIn of [undefined, apiKey, header('Authorization')]) {
      expect(takesFallback(npm, keyIn)).toBe(true)
    }
  })

  test('is what every other adapter does without a key', () => {
    const others = BUNDLED_ADAPTERS.filter((npm) => !SILENT.includes(npm))
    for (const npm of others) expect(takesFallback(npm, undefined)).toBe(true)
  })

  test('is prevented by a key, but for the adapters that do not keep to it', () => {
    const despite = BUNDLED_ADAPTERS.filter((npm) => takesFallback(npm, apiKey))
    expect(despite).toEqual(['@ai-sdk/google-vertex/anthropic', 'gitlab-ai-provider'])
  })

  test('is not prevented everywhere by a reference, which may be empty', () => {
    const empty = BUNDLED_ADAPTERS.filter((npm) => takesFallback(npm, { kind: 'reference' }))
    expect(empty).toEqual([
      '@ai-sdk/google-vertex',
      '@ai-sdk/google-vertex/anthropic',
      '@ai-sdk/amazon-bedrock',
      '@ai-sdk/amazon-bedrock/mantle',
      '@ai-sdk/gateway',
      'gitlab-ai-provider',
    ])
  })

  test('is prevented by an `authToken` only where the adapter reads that', () => {
    expect(takesFallback('@ai-sdk/anthropic', authToken)).toBe(false)
    expect(takesFallback('@ai-sdk/openai', authToken)).toBe(true)
    expect(takesFallback('@ai-sdk/google-vertex/anthropic', authToken)).toBe(true)
  })

  test.each([
    ['@ai-sdk/openai', 'Authorization', 'X-Api-Key'],
    ['@ai-sdk/anthropic', 'X-Api-Key', 'Authorization'],
    ['@ai-sdk/google', 'x-goog-api-key', 'Authorization'],
    ['@ai-sdk/azure', 'API-KEY', 'Authorization'],
    ['@openrouter/ai-sdk-provider', 'AUTHORIZATION', 'X-Acme-Key'],
  ])('of %s is prevented by a header %s and not by %s', (npm, own, other) => {
    expect(takesFallback(npm, header(own))).toBe(false)
    expect(takesFallback(npm, header(other))).toBe(true)
  })

  test.each(['@ai-sdk/amazon-bedrock', '@ai-sdk/google-vertex', 'gitlab-ai-provider'])(
    'of %s is prevented by no header',
    (npm) => {
      for (const name of ['Authorization', 'x-goog-api-key', 'X-Acme-Key']) {
        expect(takesFallback(npm, header(name))).toBe(true)
      }
    },
  )
})

test('options that decide the destination are named as OpenCode reads them, with their case', () => {
  expect(DESTINATION_OPTIONS).toContain('baseURL')
  expect(DESTINATION_OPTIONS).toContain('baseUrl')
  expect(new Set(DESTINATION_OPTIONS).size).toBe(DESTINATION_OPTIONS.length)
})

test('headers that decide the destination are in lower case, to be compared with any', () => {
  expect(DESTINATION_HEADERS).toEqual(['host'])
})
