import * as z from 'zod/mini'
import { describe, expect, test } from 'vitest'
import { parseManifest } from '../../../support/parse-manifest.ts'
import { manifestSchema } from '../../../../src/core/manifest/schema.ts'

/** Codes of the errors in a provider with these fields. */
function errors(fields: string): readonly string[] {
  const text = `version: 1\nproviders:\n  a: { baseURL: "https://a.example", ${fields} }\n`
  return parseManifest({ path: 'm', text })
    .diagnostics.filter(({ severity }) => severity === 'error')
    .map(({ code }) => code)
}

test('a JSON Schema for editors can be made of it', () => {
  const schema = z.toJSONSchema(manifestSchema, { unrepresentable: 'any' })
  expect(schema).toMatchObject({
    type: 'object',
    required: ['version', 'providers'],
    additionalProperties: false,
  })
})

describe('an adapter', () => {
  test.each([
    '@ai-sdk/openai-compatible',
    '@ai-sdk/amazon-bedrock/mantle',
    'ai-gateway-provider',
    'Old_Name.js/dist/index.mjs',
    'file:///opt/adapters/acme.mjs',
    'file:../adapter',
    '{env:ADAPTER}',
    '@acme/{env:ADAPTER}',
  ])('can be %s', (npm) => {
    expect(errors(`npm: ${JSON.stringify(npm)}, models: [m]`)).toEqual([])
  })

  test.each([
    '',
    ' ',
    'foo bar',
    'foo@1.0.0',
    '@acme',
    '@acme/',
    'a//b',
    './a',
    'https://a.example',
  ])('cannot be %j', (npm) => {
    expect(errors(`npm: ${JSON.stringify(npm)}, models: [m]`)).toEqual(['bad-value'])
  })
})

/** Fields of a model and what OpenCode 1.18 takes for them, from its configuration schema. */
describe('a model field', () => {
  test.each([
    'interleaved: true',
    'interleaved: anything',
    'interleaved: { field: anything }',
    'cost: { input: 0, output: 1.5 }',
    'cost: { input: 0, output: 1, context_over_200k: { input: 1, output: 2, cache_read: 3 } }',
    'limit: { context: 3, input: 2, output: 1 }',
    'modalities: {}',
    'modalities: { input: [] }',
    'provider: {}',
    'options: { anything: [1] }',
    'variants: { x: { disabled: true, anything: 1 } }',
    'status: deprecated',
  ])('is accepted: %s', (field) => {
    expect(errors(`models: [{ id: m, ${field} }]`)).toEqual([])
  })

  test.each([
    ['interleaved: { field: 7 }', 'wrong-type'],
    ['interleaved: { field: a, other: b }', 'unknown-field'],
    ['cost: { input: 0 }', 'missing-field'],
    ['cost: { input: "0", output: 1 }', 'wrong-type'],
    ['cost: { input: 0, output: 1, cached: 1 }', 'unknown-field'],
    ['cost: { input: 0, output: 1, context_over_200k: {} }', 'missing-field'],
    ['limit: { output: 1 }', 'missing-field'],
    ['limit: 200000', 'wrong-type'],
    ['modalities: { input: text }', 'wrong-type'],
    ['modalities: { output: [sound] }', 'bad-value'],
    ['provider: { api: 7 }', 'wrong-type'],
    ['headers: { a: 1 }', 'wrong-type'],
    ['variants: { x: 1 }', 'wrong-type'],
    ['variants: { x: { disabled: maybe } }', 'wrong-type'],
    ['status: gone', 'bad-value'],
    ['release_date: 2026', 'wrong-type'],
    ['family: ~', 'wrong-type'],
    ['thinking: true', 'unknown-field'],
  ])('is refused: %s (%s)', (field, code) => {
    expect(errors(`models: [{ id: m, ${field} }]`)).toContain(code)
  })
})

describe('a provider option', () => {
  test.each(['timeout: false', 'chunkTimeout: 1', 'headers: { a: 1 }', 'anything: { at: [all] }'])(
    'is accepted: %s',
    (options) => {
      expect(errors(`models: [m], options: { ${options} }`)).toEqual([])
    },
  )

  test.each([
    'timeout: true',
    'timeout: 0',
    'headerTimeout: 1.5',
    'chunkTimeout: "1"',
    'setCacheKey: 1',
    'enterpriseUrl: 1',
  ])('is refused: %s', (options) => {
    expect(errors(`models: [m], options: { ${options} }`)).toHaveLength(1)
  })
})
