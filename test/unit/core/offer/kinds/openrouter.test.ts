import { expect, test } from 'vitest'
import { offeredBy } from '../../../../support/offered.ts'

const MODEL = {
  id: 'anthropic/claude-sonnet-4.5',
  canonical_slug: 'anthropic/claude-4.5-sonnet-20250929',
  name: 'Anthropic: Claude Sonnet 4.5',
  created: 1_759_161_676,
  context_length: 1_000_000,
  architecture: {
    modality: 'text+image+file->text',
    input_modalities: ['text', 'image', 'file'],
    output_modalities: ['text'],
  },
  pricing: {
    prompt: '0.000003',
    completion: '0.000015',
    input_cache_read: '0.0000003',
    input_cache_write: '0.00000375',
    web_search: '0.01',
  },
  top_provider: { context_length: 1_000_000, max_completion_tokens: 64_000, is_moderated: true },
  per_request_limits: null,
  supported_parameters: ['include_reasoning', 'max_tokens', 'reasoning', 'temperature', 'tools'],
}

function offered(...data: unknown[]) {
  return offeredBy('openrouter', { '/v1/models': { data, links: { next: null } } })
}

test('everything that the reference documents is read', () => {
  expect(offered(MODEL)).toEqual([
    {
      id: 'anthropic/claude-sonnet-4.5',
      facts: {
        name: 'Anthropic: Claude Sonnet 4.5',
        context: 1_000_000,
        output: 64_000,
        cost: { input: 3, output: 15, cache_read: 0.3, cache_write: 3.75 },
        modalities: { input: ['text', 'image', 'pdf'], output: ['text'] },
        reasoning: true,
        tool_call: true,
        temperature: true,
      },
      isChat: true,
    },
  ])
})

test('the window of the one that answers in most cases holds where it is smaller', () => {
  const top_provider = { context_length: 131_072, max_completion_tokens: null }
  const [model] = offered({ ...MODEL, top_provider }) ?? []
  expect(model?.facts).toMatchObject({ context: 131_072 })
  expect(model?.facts).not.toHaveProperty('output')
})

test('what is not among the parameters is not supported, unless there are none', () => {
  const [plain, silent] =
    offered(
      { ...MODEL, id: 'a', supported_parameters: ['max_tokens'] },
      { ...MODEL, id: 'b', supported_parameters: [] },
    ) ?? []
  expect(plain?.facts).toMatchObject({ reasoning: false, tool_call: false, temperature: false })
  for (const fact of ['reasoning', 'tool_call', 'temperature']) {
    expect(silent?.facts).not.toHaveProperty(fact)
  }
})

test('a router, which costs what it is routed to, has no price', () => {
  const [model] = offered({ ...MODEL, pricing: { prompt: '-1', completion: '-1' } }) ?? []
  expect(model?.facts).not.toHaveProperty('cost')
})

test('prices that change with the time of the day are the highest of the day', () => {
  const pricing = {
    prompt: '0.00000014',
    completion: '0.00000021',
    overrides: [
      { utc_start: 30, utc_end: 1630, prompt: '0.00000028', completion: '0.00000042' },
      { utc_start: 1630, utc_end: 30, prompt: '0.00000014', completion: '0.00000021' },
      { min_prompt_tokens: 200_000, prompt: '0.000005', completion: '0.00002' },
    ],
  }
  const [model] = offered({ ...MODEL, pricing }) ?? []
  expect(model?.facts.cost).toEqual({ input: 0.28, output: 0.42 })
})

test('a model that gives images alone does not chat', () => {
  const architecture = { input_modalities: ['text'], output_modalities: ['image'] }
  expect(offered({ ...MODEL, architecture })).toMatchObject([{ isChat: false }])
})
