import { describe, expect, test } from 'vitest'
import { addressRules } from '../../../../src/core/doctor/rules/addresses.ts'
import type { JsonValue } from '../../../../src/core/json.ts'
import { Secret } from '../../../../src/core/secret.ts'
import { configScene, findingsOf } from '../../../support/config-scene.ts'
import type { ConfigScene } from '../../../support/config-scene.ts'

const COMPATIBLE = '@ai-sdk/openai-compatible'

function at(baseURL: string, npm = COMPATIBLE, id = 'acme'): JsonValue {
  return { provider: { [id]: { npm, options: { baseURL }, models: { large: {} } } } }
}

function block(baseURL: string): JsonValue {
  return { npm: COMPATIBLE, options: { baseURL }, models: { large: {} } }
}

function codes(scene: ConfigScene): readonly string[] {
  return findingsOf(addressRules, configScene(scene)).map(([code]) => code)
}

function repairs(scene: ConfigScene): readonly (JsonValue | undefined)[] {
  return findingsOf(addressRules, configScene(scene)).flatMap(([, { repair }]) =>
    repair?.target === 'config'
      ? repair.edits.map(({ value }) => (value instanceof Secret ? String(value) : value))
      : [],
  )
}

describe('nothing is said of', () => {
  test.each([
    'https://llm.acme.example/v1/',
    'https://api.acme.example/coding/v1',
    'https://api.deepseek.com',
    'https://api.perplexity.ai',
    'https://ai-gateway.helicone.ai/',
    'http://172.17.0.57:4000',
    'http://localhost:3000/api',
    'https://api.novita.ai/openai',
    'https://generativelanguage.googleapis.com/v1beta/openai/',
    'https://acme.services.ai.azure.com/models',
    'https://llm.acme.example/v1/v2',
    'https://llm.acme.example/v1?api-version=2024-10-21',
    'http://192.168.1.20:9090/v1',
    'HTTPS://LLM.acme.example/v1',
    'https://[::1]:8080/v1',
  ])('the address %s', (url) => {
    expect(codes({ config: at(url) })).toEqual([])
  })

  test.each([
    ['@ai-sdk/anthropic', 'https://llm.acme.example/anthropic/v1'],
    ['@ai-sdk/anthropic', 'https://openrouter.ai/api/v1'],
    ['@ai-sdk/google', 'https://generativelanguage.googleapis.com/v1beta'],
    ['@ai-sdk/openai-compatible', 'https://api.anthropic.com/v1'],
    ['@ai-sdk/openai', 'https://api.openai.com/v1'],
  ])('%s at %s', (npm, url) => {
    expect(codes({ config: at(url, npm) })).toEqual([])
  })

  test.each([
    ['litellm', 'https://llm.acme.example'],
    ['litellm', 'http://localhost:4321'],
    ['llama.cpp', 'http://127.0.0.1:8080/'],
  ])('the server %s at %s, which answers beside "/v1" as well', (id, url) => {
    expect(codes({ config: at(url, COMPATIBLE, id) })).toEqual([])
  })

  test('what comes of asking a provider that is hidden, but for a note', () => {
    const config = { provider: { acme: block('llm.acme.example') }, disabled_providers: ['acme'] }
    expect(codes({ config })).toEqual(['info url-invalid'])
  })

  test('an address that only a variable makes one', () => {
    const config = at('{env:HOST}/v1')
    expect(codes({ config })).toEqual([])
    expect(codes({ config, env: { HOST: 'https://llm.acme.example' } })).toEqual([])
    expect(codes({ config, env: { HOST: 'llm.acme.example' } })).toEqual(['error url-invalid'])
  })

  test('an address that a template was to fill in, which another rule tells of', () => {
    expect(codes({ config: at('{{ .acme_url }}') })).toEqual([])
    expect(codes({ config: at('<your-url>') })).toEqual([])
  })

  test('a provider whose adapter or catalogue has an address of its own', () => {
    const provider = {
      'my-openai': { npm: '@ai-sdk/openai', models: { large: {} } },
      groq: { models: { large: {} } },
    }
    expect(codes({ config: { provider } })).toEqual([])
  })

  test('an address of a model that counts for nothing beside that of the options', () => {
    const models = { large: { provider: { api: 'llm.acme.example' } } }
    const options = { baseURL: 'https://llm.acme.example/v1' }
    expect(codes({ config: { provider: { acme: { options, models } } } })).toEqual([])
  })

  test('plain http without a key, or within a network of one’s own', () => {
    expect(codes({ config: at('http://llm.acme.example/v1') })).toEqual([])
    const auth = { acme: { type: 'api', key: 'test-key-acme' } }
    expect(codes({ config: at('http://llm.lan/v1'), auth })).toEqual([])
    expect(codes({ config: at('http://llm.acme.example/v1'), auth })).toEqual([
      'warning plain-http',
    ])
  })
})

describe('what is said depends on the place', () => {
  test.each([
    ['https://llm.acme.example', ['warning url-version']],
    ['http://localhost:11434/', ['warning url-version']],
    ['http://localhost:9090', ['info url-version']],
    ['https://llm.acme.example/team', ['info url-version']],
    ['http://localhost:11434/api', ['warning url-version']],
    ['https://llm.acme.example/anthropic', ['warning wrong-protocol']],
    ['https://llm.acme.example/v1/messages', ['error url-endpoint']],
    ['https://llm.acme.example/v1/models/', ['error url-endpoint']],
    ['https://llm.acme.example/api/v1/api/v1', ['error url-doubled']],
    ['ftp://llm.acme.example/v1', ['error url-invalid']],
  ])('for %s', (url, expected) => {
    expect(codes({ config: at(url) })).toEqual(expected)
  })
})

describe('a repair', () => {
  test.each([
    ['https://llm.acme.example/v1/chat/completions/', 'https://llm.acme.example/v1'],
    ['https://llm.acme.example/v1/models', 'https://llm.acme.example/v1'],
    ['https://llm.acme.example/v1/v1/', 'https://llm.acme.example/v1'],
    ['https://llm.acme.example/api/v1/api/v1', 'https://llm.acme.example/api/v1'],
  ])('of %s is %s', (url, mended) => {
    expect(repairs({ config: at(url) })).toEqual([mended])
  })

  test('is not offered for what stands in a variable', () => {
    const env = { URL: 'https://llm.acme.example/v1/v1' }
    expect(codes({ config: at('{env:URL}'), env })).toEqual(['error url-doubled'])
    expect(repairs({ config: at('{env:URL}'), env })).toEqual([])
    expect(repairs({ config: at('https://llm.acme.example/v1/v1'), kind: 'content' })).toEqual([])
  })

  test('changes all addresses of models in one file', () => {
    const models = Object.fromEntries(
      ['a', 'b', 'c'].map((name) => [
        name,
        { provider: { api: `https://${name}.acme.example/v1/v1` } },
      ]),
    )
    const config = { provider: { acme: { models } } }
    expect(codes({ config })).toEqual(['error url-doubled'])
    expect(repairs({ config })).toHaveLength(3)
  })
})

test('no message shows what an address holds besides its path', () => {
  const config = at('https://ana:test-key-acme@llm.acme.example/v1/v1?key=test-key-acme')
  const found = findingsOf(addressRules, configScene({ config }))
  expect(found.map(([code]) => code)).toEqual(['warning url-invalid'])
  expect(JSON.stringify(found.map(([, { message, fix }]) => [message, fix]))).not.toMatch(
    /test-key/,
  )
})
