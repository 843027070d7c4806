import { describe, expect, test } from 'vitest'
import { isJsonObject } from '../../../../src/core/json.ts'
import type { JsonObject } from '../../../../src/core/json.ts'
import type { Modality, ModelFacts } from '../../../../src/core/offer/model-facts.ts'
import { settleFacts } from '../../../../src/core/offer/settle-facts.ts'

function settle(server: ModelFacts, catalogue: ModelFacts = {}, given: JsonObject = {}) {
  return settleFacts({ server, catalogue, given })
}

describe('who has the last word', () => {
  const server: ModelFacts = {
    context: 8192,
    tool_call: false,
    modalities: { input: ['text'], output: ['text'] },
  }
  const catalogue: ModelFacts = {
    name: 'Acme Large',
    context: 200_000,
    output: 2000,
    cost: { input: 1, output: 2, cache_read: 0.1 },
    tool_call: true,
    reasoning: true,
    temperature: true,
    interleaved: { field: 'reasoning_content' },
    modalities: { input: ['text', 'image'], output: ['text'] },
    attachment: true,
  }

  test('is the server, then the catalogue, field by field', () => {
    const { values, from, notes } = settle(server, catalogue)
    expect(JSON.stringify(values)).toBe(
      JSON.stringify({
        name: 'Acme Large',
        reasoning: true,
        temperature: true,
        tool_call: false,
        interleaved: { field: 'reasoning_content' },
        cost: { input: 1, output: 2, cache_read: 0.1 },
        limit: { context: 8192, output: 2000 },
        modalities: { input: ['text'], output: ['text'] },
      }),
    )
    expect(from).toEqual({
      name: 'catalogue',
      reasoning: 'catalogue',
      temperature: 'catalogue',
      tool_call: 'server',
      interleaved: 'catalogue',
      cost: 'catalogue',
      'limit.context': 'server',
      'limit.output': 'catalogue',
      modalities: 'server',
    })
    expect(notes).toEqual([])
  })

  test('is the manifest before both, as it stands', () => {
    const given = {
      name: 'Mine',
      limit: { context: 8000, output: 8000 },
      cost: { input: 0, output: 0, context_over_200k: { input: 1, output: 1 } },
      modalities: { input: ['image'] },
      tool_call: true,
      options: { more: 1 },
    }
    const { values, from } = settle(server, catalogue, given)
    const { options: _, ...fields } = given
    expect(values).toMatchObject({ ...fields, attachment: true, reasoning: true })
    expect(values).not.toHaveProperty('options')
    expect(from).toMatchObject({
      name: 'manifest',
      'limit.context': 'manifest',
      'limit.output': 'manifest',
      cost: 'manifest',
      modalities: 'manifest',
      tool_call: 'manifest',
      reasoning: 'catalogue',
    })
  })

  test('is nobody where nothing is known', () => {
    expect(settleFacts({ server: undefined, catalogue: undefined, given: {} })).toEqual({
      values: {},
      from: {},
      notes: [],
    })
  })
})

describe('the limit', () => {
  test.each([
    [
      'of a window alone',
      { context: 131_072 },
      {},
      { context: 131_072, output: 32_000 },
      'derived',
    ],
    ['of a small window', { context: 8192 }, {}, { context: 8192, output: 2048 }, 'derived'],
    ['in round numbers', { context: 5000 }, {}, { context: 5000, output: 1024 }, 'derived'],
    ['of the smallest', { context: 1024 }, {}, { context: 1024, output: 256 }, 'derived'],
    [
      'whose answer fills the window',
      { context: 32_768, output: 32_768 },
      {},
      { context: 32_768, output: 8192 },
      'derived',
    ],
    [
      'that leaves next to nothing',
      { context: 32_768, output: 32_000 },
      {},
      { context: 32_768, output: 8192 },
      'derived',
    ],
    [
      'that would loop, as OpenCode asks for 32,000 at most',
      { context: 32_000, output: 31_999 },
      {},
      { context: 32_000, output: 7936 },
      'derived',
    ],
    [
      'whose answer is long and the window longer',
      { context: 1_000_000, output: 900_000 },
      {},
      { context: 1_000_000, output: 900_000 },
      'server',
    ],
    [
      'with the answer of the catalogue',
      { context: 131_072 },
      { context: 262_144, output: 65_536 },
      { context: 131_072, output: 65_536 },
      'catalogue',
    ],
    [
      'with an answer of the catalogue that does not fit',
      { context: 16_384 },
      { context: 262_144, output: 65_536 },
      { context: 16_384, output: 4096 },
      'derived',
    ],
  ])('%s', (_, server, catalogue, limit, output) => {
    const settled = settle(server, catalogue)
    expect(settled.values).toEqual({ limit })
    expect(settled.from).toEqual({ 'limit.context': 'server', 'limit.output': output })
  })

  test.each([
    ['is kept', { context: 400_000, input: 272_000, output: 128_000 }, {}, 272_000],
    [
      'is left out where it is the window',
      { context: 8192, input: 8192, output: 1000 },
      {},
      undefined,
    ],
    [
      'is left out where it would loop',
      { context: 40_000, input: 4000, output: 8000 },
      {},
      undefined,
    ],
    [
      "is the catalogue's for the catalogue's own window",
      { context: 400_000 },
      { context: 400_000, input: 272_000, output: 128_000 },
      272_000,
    ],
    [
      "is not the catalogue's for another window",
      { context: 300_000 },
      { context: 400_000, input: 272_000, output: 128_000 },
      undefined,
    ],
  ])('of the input %s', (_, server, catalogue, input) => {
    const { values, from } = settle(server, catalogue)
    expect(values['limit']).toHaveProperty('output')
    expect(isJsonObject(values['limit']) && values['limit']['input']).toBe(input ?? undefined)
    expect('limit.input' in from).toBe(input !== undefined)
  })

  test('is left out where no answer is short enough, and that is told', () => {
    expect(settle({ context: 512, output: 100 })).toEqual({
      values: {},
      from: {},
      notes: ['no limit is set: OpenCode cannot work in a window of 512 tokens'],
    })
  })

  test('is left out where nobody knows the window', () => {
    expect(settle({ output: 4096 }, { input: 10_000 }).values).toEqual({})
  })
})

function reads(...input: readonly Modality[]): ModelFacts {
  return { modalities: { input, output: ['text'] } }
}

describe('images', () => {
  test.each([
    ['that are read are attached', reads('text', 'image'), true, 'derived'],
    ['such as PDFs', reads('text', 'pdf'), true, 'derived'],
    ['whatever else is said', { ...reads('text', 'image'), attachment: false }, true, 'derived'],
    ['as is said', { ...reads('text', 'image'), attachment: true }, true, 'server'],
    ['that are not read are not', { ...reads('text'), attachment: true }, undefined, undefined],
    ['as is said, too', { ...reads('text'), attachment: false }, false, 'server'],
    ['of a model of which no more is known', { attachment: true }, true, 'server'],
  ])('%s', (_, server, attachment, source) => {
    const { values, from } = settle(server)
    expect([values['attachment'], from['attachment']]).toEqual([attachment, source])
  })

  test.each([
    ['in', ['image'], ['text']],
    ['out', ['text'], ['image']],
  ] as const)('alone %s are no modalities of a model that chats', (_, input, output) => {
    expect(settle({ modalities: { input, output } }).values).toEqual({})
  })
})
