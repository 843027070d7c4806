import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { OBJECT_NAMES } from '../../../../src/core/manifest/object-names.ts'
import { listingOf } from '../../../../src/core/offer/listing.ts'
import type { OfferedModel } from '../../../../src/core/offer/model-facts.ts'
import { settleFacts } from '../../../../src/core/offer/settle-facts.ts'
import { adapterNamed } from '../../../support/offered.ts'

/** `OPGEN_FUZZ=10` tries ten times as many. */
const RUNS = { numRuns: 200 * Number(process.env['OPGEN_FUZZ'] ?? 1) }

const KINDS = ['openai', 'openrouter', 'ollama', 'lmstudio', 'litellm', 'vllm', 'llamacpp'] as const

/** Every name that some server gives a member. */
const NAMES = `
  id name model key model_name display_name parent type mode data models context_length
  context_window max_model_len max_context_length loaded_context_length loaded_instances
  config meta n_ctx_train n_ctx top_provider architecture input_modalities output_modalities
  pricing prompt completion overrides utc_start supported_parameters capabilities metadata
  model_info general.architecture llama.context_length parameters modalities vision
  max_input_tokens max_output_tokens max_tokens input_cost_per_token output_cost_per_token
  supports_vision default_generation_settings
`
  .trim()
  .split(/\s+/)

const SMALL = [
  'text',
  'image',
  'llama',
  'num_ctx 5',
  '0.001',
  '-1',
  '9e9',
  '__proto__',
  'a\u0007',
  '',
]

/** JSON that is now and then what a server would say. */
const { value: saying } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.jsonValue(),
    fc.constantFrom(...SMALL, true, 4096, -1, 0.5, 2 ** 60),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...NAMES), tie('value'), { maxKeys: 8 }),
  ),
}))

const lists = fc.oneof(
  saying,
  fc.record({ data: fc.array(saying) }),
  fc.record({ models: fc.array(saying) }),
)

function isWell({ id, facts, notes = [] }: OfferedModel): boolean {
  const { context = 1, input = 1, output = 1, cost = { input: 0, output: 0 } } = facts
  return (
    id.trim() !== '' &&
    !OBJECT_NAMES.has(id) &&
    [context, input, output].every((count) => Number.isSafeInteger(count) && count > 0) &&
    Object.values(cost).every((price) => price >= 0 && price <= 10_000) &&
    Object.values(facts).every((fact) => fact !== undefined) &&
    notes.every((note) => !note.includes('undefined'))
  )
}

describe.each(KINDS)('a server that is said to be of %s', (kind) => {
  const listing = listingOf(kind, 'http://lab/v1', adapterNamed('@ai-sdk/openai-compatible'))

  test('may answer whatever it likes', () => {
    fc.assert(
      fc.property(lists, saying, (list, more) => {
        const models = listing.parse(JSON.stringify(list)) ?? []
        const answers = listing
          .details(models)
          .map((question) => ({ question, body: JSON.stringify(more) }))
        const filled = listing.fill(models, answers)
        const ids = filled.map(({ id }) => id)
        expect(ids).toEqual(models.map(({ id }) => id))
        expect(new Set(ids).size).toBe(ids.length)
        expect(filled.filter((model) => !isWell(model))).toEqual([])
        for (const { facts } of filled) {
          settleFacts({ server: facts, catalogue: undefined, given: {} })
        }
      }),
      RUNS,
    )
  })

  test('may answer what is no JSON', () => {
    fc.assert(
      fc.property(fc.string(), (body) => {
        const models = [{ id: 'm', facts: {}, isChat: true }]
        const answers = listing.details(models).map((question) => ({ question, body: `<${body}` }))
        const { fill } = listing
        expect(fill(models, answers)).toEqual(models)
        expect(listing.parse(`<${body}`)).toBeUndefined()
      }),
      RUNS,
    )
  })

  test('may have thousands of models', () => {
    const data = Array.from({ length: 10_000 }, (_, at) => ({
      id: `vendor/model-${at}`,
      model_name: `vendor/model-${at}`,
      context_length: 4096 + at,
      architecture: { input_modalities: ['text'], output_modalities: ['text'] },
      pricing: { prompt: '0.000001', completion: '0.000002' },
      model_info: { max_input_tokens: 4096 + at, mode: 'chat' },
    }))
    const body = JSON.stringify({ data })
    const models = listing.parse(body) ?? []
    const answers = listing
      .details(models)
      .map((question) => ({ question, body: question.url.endsWith('/info') ? body : '{}' }))
    expect(answers.length).toBeLessThanOrEqual(201)
    expect(listing.fill(models, answers)).toHaveLength(10_000)
  })

  test('is asked nothing anywhere else', () => {
    const models = [{ id: '//evil.example/?', facts: {}, isChat: true }]
    for (const { url } of [...listing.lists, ...listing.details(models)]) {
      expect(new URL(url).origin).toBe('http://lab')
    }
  })
})
