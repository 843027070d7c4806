import { describe, expect, test } from 'vitest'
import { offeredBy } from '../../../../support/offered.ts'

const TEXT = { input: ['text'], output: ['text'] }

const IMAGES = { input: ['text', 'image'], output: ['text'] }

describe('LM Studio', () => {
  const UNLOADED = 'not loaded: LM Studio may load it with fewer than its 32768 tokens'

  test('tells in its first API what it has loaded', () => {
    const data = [
      { id: 'coder', type: 'llm', state: 'loaded', max_context_length: 131_072 },
      { id: 'eyes', type: 'vlm', state: 'not-loaded', max_context_length: 32_768 },
      { id: 'embed', type: 'embeddings', state: 'not-loaded', max_context_length: 2048 },
    ]
    const [coder, ...others] = data
    const models = offeredBy('lmstudio', {
      '/api/v0/models': {
        object: 'list',
        data: [{ ...coder, loaded_context_length: 8192, capabilities: ['tool_use'] }, ...others],
      },
    })
    expect(models).toMatchObject([
      {
        id: 'coder',
        facts: { context: 8192, modalities: TEXT, tool_call: true },
        isChat: true,
        notes: ['LM Studio has loaded it with 8192 of its 131072 tokens'],
      },
      { id: 'eyes', facts: { context: 32_768, modalities: IMAGES }, notes: [UNLOADED] },
      { id: 'embed', isChat: false },
    ])
    expect(models?.[1]?.facts).not.toHaveProperty('tool_call')
  })

  test('tells the same in its next API', () => {
    const models = [
      {
        type: 'llm',
        key: 'google/gemma',
        display_name: 'Gemma',
        loaded_instances: [
          { id: 'a', config: { context_length: 131_072 } },
          { id: 'b', config: { context_length: 4096 } },
        ],
        max_context_length: 131_072,
        capabilities: { vision: true, trained_for_tool_use: true },
      },
      { type: 'embedding', key: 'embed', loaded_instances: [], max_context_length: 2048 },
    ]
    // What it does not know it answers so, with status 200.
    const unknown = { error: 'Unexpected endpoint or method. (GET /api/v0/models)' }
    const answers = { '/api/v0/models': unknown, '/api/v1/models': { models } }
    expect(offeredBy('lmstudio', answers)).toMatchObject([
      {
        id: 'google/gemma',
        facts: { name: 'Gemma', context: 4096, modalities: IMAGES, tool_call: true },
        notes: ['LM Studio has loaded it with 4096 of its 131072 tokens'],
      },
      { id: 'embed', isChat: false },
    ])
  })

  test('tells ids alone in the API like that of OpenAI', () => {
    const models = offeredBy('lmstudio', { '/v1/models': { data: [{ id: 'a' }] } })
    expect(models).toEqual([{ id: 'a', facts: {}, isChat: true }])
  })
})
