import { describe, expect, test } from 'vitest'
import { offeredBy } from '../../../../support/offered.ts'

const IMAGES = { input: ['text', 'image'], output: ['text'] }

describe('llama.cpp', () => {
  const LIST = {
    object: 'list',
    data: [{ id: 'qwen.gguf', owned_by: 'llamacpp', meta: { n_ctx_train: 131_072 } }],
  }

  const NOTE = 'llama.cpp may serve fewer than its 131072 tokens: --ctx-size says how many'

  test('tells the window that a model was trained with', () => {
    expect(offeredBy('llamacpp', { '/v1/models': LIST })).toEqual([
      { id: 'qwen.gguf', facts: { context: 131_072 }, isChat: true, notes: [NOTE] },
    ])
  })

  test('serves the window of a slot', () => {
    const props = {
      default_generation_settings: { id: 0, n_ctx: 16_384 },
      total_slots: 4,
      modalities: { vision: true, audio: false },
      chat_template_caps: { supports_tools: true },
    }
    expect(offeredBy('llamacpp', { '/v1/models': LIST, '/props': props })).toEqual([
      {
        id: 'qwen.gguf',
        facts: { context: 16_384, modalities: IMAGES, tool_call: true },
        isChat: true,
      },
    ])
  })

  test('says nothing of its window while a model is not there', () => {
    const props = { default_generation_settings: { n_ctx: 0 }, modalities: null }
    expect(offeredBy('llamacpp', { '/v1/models': LIST, '/props': props })).toMatchObject([
      { facts: { context: 131_072 }, notes: [NOTE] },
    ])
  })

  test('is not made to load the models of a router', () => {
    const architecture = { input_modalities: ['text', 'image'], output_modalities: ['text'] }
    const decisions = { input_modalities: ['text'], output_modalities: ['decisions'] }
    const data = [
      { id: 'org/eyes:Q4', architecture },
      { id: 'judge', architecture: decisions },
    ]
    const props = { default_generation_settings: { n_ctx: 8192 } }
    expect(
      offeredBy('llamacpp', {
        '/v1/models': { data },
        '/props?model=org%2Feyes%3AQ4&autoload=false': props,
      }),
    ).toMatchObject([
      { id: 'org/eyes:Q4', facts: { context: 8192, modalities: IMAGES }, isChat: true },
      { id: 'judge', isChat: false },
    ])
  })
})
