import { describe, expect, test } from 'vitest'
import { listingOf } from '../../../../../src/core/offer/listing.ts'
import { adapterNamed, offeredBy } from '../../../../support/offered.ts'

const TEXT = { input: ['text'], output: ['text'] }

const IMAGES = { input: ['text', 'image'], output: ['text'] }

describe('Ollama', () => {
  const TAGS = { models: [{ name: 'qwen3-coder:30b', model: 'qwen3-coder:30b', size: 1 }] }

  const SHOW = '/api/show {"model":"qwen3-coder:30b"}'

  const SHOWN = {
    parameters: 'temperature                    0.7\nstop                           "<|im_end|>"',
    details: { family: 'qwen3moe' },
    model_info: { 'general.architecture': 'qwen3moe', 'qwen3moe.context_length': 262_144 },
    capabilities: ['completion', 'tools'],
  }

  const NOTE =
    'Ollama may serve fewer than its 262144 tokens: OLLAMA_CONTEXT_LENGTH, or num_ctx in a Modelfile, says how many'

  function coder(answers: Record<string, unknown>) {
    return offeredBy('ollama', { '/api/tags': TAGS, ...answers })?.[0]
  }

  test('tells the window that a model was made for, which it may not serve', () => {
    expect(coder({ [SHOW]: SHOWN })).toEqual({
      id: 'qwen3-coder:30b',
      facts: { context: 262_144, modalities: TEXT, reasoning: false, tool_call: true },
      isChat: true,
      notes: [NOTE],
    })
  })

  test('serves what num_ctx says, and not more than the model was made for', () => {
    const small = coder({
      [SHOW]: { ...SHOWN, parameters: 'num_ctx                        16384\ntop_k 20' },
    })
    expect(small).toMatchObject({ facts: { context: 16_384 } })
    expect(small).not.toHaveProperty('notes')
    const large = coder({
      [SHOW]: { ...SHOWN, parameters: 'num_ctx                        999999\ntop_k 20' },
    })
    expect(large).toMatchObject({ facts: { context: 262_144 } })
  })

  test('serves the window of a model in memory', () => {
    const running = { models: [{ name: 'qwen3-coder:30b', context_length: 4096 }] }
    const model = coder({ [SHOW]: SHOWN, '/api/ps': running })
    expect(model).toMatchObject({ facts: { context: 4096 } })
    expect(model).not.toHaveProperty('notes')
  })

  test('serves a model in the cloud whole', () => {
    const remote = { ...SHOWN, remote_host: 'https://ollama.com:443', remote_model: 'qwen3-coder' }
    expect(coder({ [SHOW]: remote })).not.toHaveProperty('notes')
    const cloud = offeredBy('ollama', {
      '/api/tags': { models: [{ name: 'glm-4.6:cloud' }] },
      '/api/show {"model":"glm-4.6:cloud"}': SHOWN,
    })
    expect(cloud?.[0]).not.toHaveProperty('notes')
  })

  test.each([
    [['completion', 'vision', 'thinking'], { modalities: IMAGES, reasoning: true }, true],
    [['embedding'], {}, false],
    [[], {}, true],
    [undefined, {}, true],
  ])('with the capabilities %j', (capabilities, facts, isChat) => {
    expect(coder({ [SHOW]: { ...SHOWN, capabilities } })).toMatchObject({ facts, isChat })
  })

  test('is asked for no more than the list where the rest fails', () => {
    expect(coder({ [SHOW]: 'no' })).toEqual({ id: 'qwen3-coder:30b', facts: {}, isChat: true })
    expect(offeredBy('ollama', { '/v1/models': { data: [{ id: 'a' }] } })).toMatchObject([
      { id: 'a' },
    ])
  })

  test('is asked about the first 200 models, one by one', () => {
    const adapter = adapterNamed('@ai-sdk/openai-compatible')
    const { details, fill, parse } = listingOf('ollama', 'http://lab/ollama/v1/', adapter)
    const models = parse(
      JSON.stringify({ models: Array.from({ length: 500 }, (_, at) => ({ name: `m${at}` })) }),
    )
    const questions = details(models ?? [])
    expect(questions).toHaveLength(201)
    expect(questions.slice(0, 2)).toEqual([
      { method: 'GET', url: 'http://lab/ollama/api/ps' },
      { method: 'POST', url: 'http://lab/ollama/api/show', body: '{"model":"m0"}' },
    ])
    expect(fill(models ?? [], [])).toHaveLength(500)
  })
})
