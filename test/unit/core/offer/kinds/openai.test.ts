import { describe, expect, test } from 'vitest'
import { listingOf } from '../../../../../src/core/offer/listing.ts'
import { adapterNamed, offeredBy } from '../../../../support/offered.ts'

/** The only model of a list. */
function only(element: unknown) {
  const [model, ...more] = offeredBy('openai', { '/v1/models': { data: [element] } }) ?? []
  expect(more).toEqual([])
  return model
}

describe('where the list is', () => {
  test.each([
    ['@ai-sdk/openai-compatible', 'http://lab/v1/', 'http://lab/v1/models'],
    ['@ai-sdk/anthropic', 'http://lab/v1', 'http://lab/v1/models?limit=1000'],
    ['@ai-sdk/google', 'http://lab/v1beta', 'http://lab/v1beta/models?pageSize=1000'],
    ['@ai-sdk/deepinfra', 'http://lab/v1', 'http://lab/v1/openai/models'],
    ['@openrouter/ai-sdk-provider', 'http://lab/api/v1', 'http://lab/api/v1/models'],
  ])('of %s at %s', (npm, baseURL, url) => {
    expect(listingOf('openai', baseURL, adapterNamed(npm)).lists).toEqual([{ method: 'GET', url }])
  })

  test('is nowhere for a server that is not asked', () => {
    const { lists, parse, details, fill } = listingOf(
      'none',
      'http://lab/v1',
      adapterNamed('@ai-sdk/openai-compatible'),
    )
    expect([lists, parse('[]'), details([]), fill([], [])]).toEqual([[], undefined, [], []])
  })
})

function ids(answer: unknown) {
  return offeredBy('openai', { '/v1/models': answer })?.map(({ id }) => id)
}

describe('a list', () => {
  test.each([
    ['OpenAI', { object: 'list', data: [{ id: 'a' }, { id: 'b' }] }, ['a', 'b']],
    ['Together', [{ id: 'a' }], ['a']],
    ['Google', { models: [{ name: 'models/a' }] }, ['a']],
    ['Cohere', { models: [{ name: 'a' }] }, ['a']],
    ['nobody yet', { data: [] }, []],
  ])('of %s is read', (_, answer, expected) => {
    expect(ids(answer)).toEqual(expected)
  })

  test.each([null, 'a', 1, {}, { error: { message: 'no' } }, { data: { id: 'a' } }])(
    'is not %j',
    (answer) => {
      expect(ids(answer)).toBeUndefined()
    },
  )

  test.each(['', '<html>', '{"data":[{"id":"a"}'])('is not the text %j', (body) => {
    const adapter = adapterNamed('@ai-sdk/openai-compatible')
    expect(listingOf('openai', 'http://lab/v1', adapter).parse(body)).toBeUndefined()
  })

  test('loses what is odd in it, and all but the first of one id', () => {
    const odd = [1, null, 'a', [], {}, { id: 1 }, { id: '' }, { id: ' ' }, { id: 'a\u0000b' }]
    const born = ['__proto__', 'constructor', 'toString'].map((id) => ({ id }))
    const double = [
      { id: 'good', context_length: 1000 },
      { id: 'good', context_length: 2000 },
    ]
    const models = offeredBy('openai', { '/v1/models': { data: [...odd, ...born, ...double] } })
    expect(models).toEqual([{ id: 'good', facts: { context: 1000 }, isChat: true }])
  })
})

describe('what is said of a model by', () => {
  test.each([
    ['OpenAI', { id: 'm', object: 'model', created: 1, owned_by: 'openai' }, {}],
    ['vLLM', { id: 'm', owned_by: 'vllm', max_model_len: 32_768 }, { context: 32_768 }],
    [
      'Groq',
      { id: 'm', active: true, context_window: 131_072, max_completion_tokens: 65_536 },
      { context: 131_072, output: 65_536 },
    ],
    [
      'DeepSeek',
      {
        id: 'm',
        name: 'Model M',
        context_window: 1_048_576,
        max_output_tokens: 393_216,
        input_modalities: ['text', 'image'],
        output_modalities: ['text'],
      },
      {
        name: 'Model M',
        context: 1_048_576,
        output: 393_216,
        modalities: { input: ['text', 'image'], output: ['text'] },
      },
    ],
    [
      'Mistral',
      {
        id: 'm',
        name: 'm',
        type: 'base',
        max_context_length: 131_072,
        capabilities: {
          completion_chat: true,
          function_calling: true,
          vision: false,
          reasoning: true,
        },
      },
      {
        context: 131_072,
        modalities: { input: ['text'], output: ['text'] },
        reasoning: true,
        tool_call: true,
      },
    ],
    [
      'Anthropic',
      {
        type: 'model',
        id: 'm',
        display_name: 'Model M',
        max_input_tokens: 200_000,
        max_tokens: 64_000,
        capabilities: {
          image_input: { supported: true },
          pdf_input: { supported: true },
          thinking: { supported: true, types: {} },
        },
      },
      {
        name: 'Model M',
        context: 200_000,
        output: 64_000,
        modalities: { input: ['text', 'image', 'pdf'], output: ['text'] },
        reasoning: true,
      },
    ],
    [
      'Vercel',
      {
        id: 'm',
        name: 'Model M',
        type: 'language',
        context_window: 200_000,
        max_tokens: 32_000,
        pricing: { input: '0.000003', output: '0.000015', input_cache_read: '0.0000003' },
      },
      {
        name: 'Model M',
        context: 200_000,
        output: 32_000,
        cost: { input: 3, output: 15, cache_read: 0.3 },
      },
    ],
    [
      'Together, whose prices have no unit',
      { id: 'm', type: 'chat', context_length: 2048, pricing: { input: 0.3, output: 0.3 } },
      { context: 2048 },
    ],
    [
      'DeepInfra, whose prices have no unit',
      {
        id: 'm',
        metadata: {
          context_length: 131_072,
          max_tokens: 65_536,
          pricing: { input_tokens: 3, output_tokens: 15 },
        },
      },
      { context: 131_072, output: 65_536 },
    ],
    [
      'Google',
      {
        name: 'models/m',
        displayName: 'Model M',
        inputTokenLimit: 1_048_576,
        outputTokenLimit: 65_536,
        supportedGenerationMethods: ['generateContent', 'countTokens'],
        thinking: true,
      },
      { name: 'Model M', context: 1_048_576, output: 65_536, reasoning: true },
    ],
    ['Cohere', { name: 'm', endpoints: ['chat'], context_length: 256_000 }, { context: 256_000 }],
    [
      'a gateway with numbers for texts, which may be of any unit',
      { id: 'm', context_length: '4096', pricing: { prompt: 0.1, completion: 0.4 } },
      { context: 4096 },
    ],
    [
      'a gateway that speaks nonsense',
      {
        id: 'm',
        name: 7,
        context_length: -1,
        max_tokens: 'many',
        pricing: 'free',
        capabilities: ['vision'],
        architecture: null,
        supported_parameters: 'tools',
        metadata: [1],
      },
      {},
    ],
  ])('%s', (_, element, facts) => {
    expect(only(element)).toEqual({ id: 'm', facts, isChat: true })
  })

  test('several is the smallest window', () => {
    const said = { id: 'm', context_length: 200_000, context_window: 128_000 }
    expect(only(said)?.facts).toEqual({ context: 128_000 })
  })
})

test.each([
  { id: 'm', type: 'embedding' },
  { id: 'm', type: 'image' },
  { id: 'm', type: 'rerank' },
  { id: 'm', capabilities: { completion_chat: false } },
  { name: 'models/m', supportedGenerationMethods: ['embedContent'] },
  { name: 'm', endpoints: ['embed'] },
  { id: 'm', architecture: { input_modalities: ['text'], output_modalities: ['embeddings'] } },
])('%j does not chat', (element) => {
  expect(only(element)?.isChat).toBe(false)
})
