import { describe, expect, test } from 'vitest'
import { offeredBy } from '../../../../support/offered.ts'

const LIST = { data: ['gpt', 'embed', 'openai/*', '*'].map((id) => ({ id, object: 'model' })) }

const GPT = {
  key: 'gpt',
  mode: 'chat',
  max_tokens: 16_384,
  max_input_tokens: 128_000,
  max_output_tokens: 16_384,
  input_cost_per_token: 1.5e-7,
  output_cost_per_token: 6e-7,
  cache_read_input_token_cost: 7.5e-8,
  cache_creation_input_token_cost: null,
  supports_vision: true,
  supports_pdf_input: null,
  supports_function_calling: true,
  supports_reasoning: false,
}

function info(...deployments: readonly (readonly [string, object])[]) {
  return {
    data: deployments.map(([model_name, model_info]) => ({
      model_name,
      litellm_params: { model: 'openai/gpt' },
      model_info,
    })),
  }
}

function gptWith(model_info: object) {
  return offeredBy('litellm', { '/v1/models': LIST, '/model/info': info(['gpt', model_info]) })?.[0]
}

describe('LiteLLM', () => {
  test('lists what a key may use, and tells what it knows of it', () => {
    const deployments = info(['gpt', GPT], ['embed', { mode: 'embedding' }], ['other', GPT])
    expect(offeredBy('litellm', { '/v1/models': LIST, '/model/info': deployments })).toEqual([
      {
        id: 'gpt',
        facts: {
          context: 128_000,
          output: 16_384,
          cost: { input: 0.15, output: 0.6, cache_read: 0.075 },
          modalities: { input: ['text', 'image'], output: ['text'] },
          reasoning: false,
          tool_call: true,
        },
        isChat: true,
      },
      { id: 'embed', facts: {}, isChat: false },
    ])
  })

  test('lists the names of its deployments where there is no other list', () => {
    const deployments = info(['gpt', {}], ['gpt', {}], ['azure/*', {}])
    expect(offeredBy('litellm', { '/model/info': deployments })).toEqual([
      { id: 'gpt', facts: {}, isChat: true },
    ])
  })

  test('goes to any deployment of a name: the smaller limits and the higher prices hold', () => {
    const other = {
      ...GPT,
      max_input_tokens: 64_000,
      output_cost_per_token: 0.000_000_5,
      input_cost_per_token: 2e-7,
      cache_read_input_token_cost: null,
      supports_function_calling: false,
      supports_vision: null,
    }
    const answers = { '/v1/models': LIST, '/model/info': info(['gpt', GPT], ['gpt', other]) }
    expect(offeredBy('litellm', answers)?.[0]?.facts).toEqual({
      context: 64_000,
      output: 16_384,
      cost: { input: 0.2, output: 0.6 },
      modalities: { input: ['text', 'image'], output: ['text'] },
      reasoning: false,
      tool_call: false,
    })
  })

  test('means the output by its old max_tokens only beside an input', () => {
    expect(gptWith({ max_tokens: 4096, max_input_tokens: 8192 })?.facts).toEqual({
      context: 8192,
      output: 4096,
    })
    expect(gptWith({ max_tokens: 8192 })?.facts).toEqual({})
  })

  test('is believed to chat where it does not know itself', () => {
    expect(['chat', 'responses', null, undefined].map((mode) => gptWith({ mode })?.isChat)).toEqual(
      [true, true, true, true],
    )
    expect(
      ['embedding', 'image_generation', 'audio_speech', 'rerank'].map(
        (mode) => gptWith({ mode })?.isChat,
      ),
    ).toEqual([false, false, false, false])
  })
})
