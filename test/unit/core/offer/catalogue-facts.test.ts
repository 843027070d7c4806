import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JsonObject, JsonValue } from '../../../../src/core/json.ts'
import { catalogueFacts } from '../../../../src/core/offer/catalogue-facts.ts'

/** `OPGEN_FUZZ=10` tries ten times as many. */
const RUNS = { numRuns: 300 * Number(process.env['OPGEN_FUZZ'] ?? 1) }

const GLM = {
  id: 'glm-4.6',
  name: 'GLM-4.6',
  attachment: false,
  reasoning: true,
  tool_call: true,
  temperature: true,
  interleaved: { field: 'reasoning_content' },
  modalities: { input: ['text'], output: ['text'] },
  limit: { context: 204_800, output: 131_072 },
  cost: { input: 0.6, output: 2.2, cache_read: 0.11, cache_write: 0 },
}

const FACTS = {
  name: 'GLM-4.6',
  context: 204_800,
  output: 131_072,
  modalities: { input: ['text'], output: ['text'] },
  attachment: false,
  reasoning: true,
  tool_call: true,
  temperature: true,
  interleaved: { field: 'reasoning_content' },
}

const COST = { input: 0.6, output: 2.2, cache_read: 0.11, cache_write: 0 }

/** Providers that sell this model under these names, each with other fields. */
function sellers(models: Readonly<Record<string, JsonObject>>): JsonObject {
  return Object.fromEntries(
    Object.entries(models).map(([name, fields], at) => {
      const api = `https://seller-${at}.example/v1`
      return [`seller-${at}`, { id: `seller-${at}`, api, models: { [name]: fields } }]
    }),
  )
}

describe('of the provider at the same address', () => {
  const find = catalogueFacts({
    zai: { id: 'zai', api: 'https://api.z.ai/api/paas/v4/', models: { 'glm-4.6': GLM } },
    plan: {
      id: 'plan',
      api: 'https://plan.example/v1',
      models: { 'glm-4.6': { ...GLM, cost: { input: 0, output: 0 } } },
    },
    paid: { id: 'paid', api: 'https://plan.example/v1', models: { 'glm-4.6': GLM } },
    groq: { id: 'groq', npm: '@ai-sdk/groq', models: { 'glm-4.6': GLM } },
    filled: { id: 'filled', api: 'https://${ACCOUNT}.example/v1', models: { 'glm-4.6': GLM } },
  })

  test.each([
    ['whatever it is called', 'mine', 'https://api.z.ai/api/paas/v4', COST],
    ['up to slashes', 'mine', 'https://API.z.ai/api/paas/v4//', COST],
    ['which its adapter knows by itself', 'mine', 'https://api.groq.com/openai/v1', COST],
    [
      'of that name where there are several',
      'plan',
      'https://plan.example/v1',
      { input: 0, output: 0 },
    ],
    ['of the other name', 'paid', 'https://plan.example/v1', COST],
    ['that OpenCode fills in from its catalogue', 'zai', undefined, COST],
  ])('%s, everything is taken', (_, id, baseURL, cost) => {
    expect(find({ id, baseURL }, 'glm-4.6')).toEqual({ ...FACTS, cost })
  })

  test.each([
    ['of which several have one', 'mine', 'https://plan.example/v1'],
    ['at another path', 'mine', 'https://api.z.ai/v1'],
    ['at another port', 'mine', 'https://api.z.ai:8443/api/paas/v4'],
    ['that is not known before OpenCode fills it in', 'filled', 'https://${ACCOUNT}.example/v1'],
    ['that is none', 'mine', 'localhost'],
    ['of nobody', 'nobody', undefined],
  ])('%s, the price is not taken', (_, id, baseURL) => {
    expect(find({ id, baseURL }, 'glm-4.6')).toEqual(FACTS)
  })
})

function limit(context: number, output: number, input?: number): JsonObject {
  return { limit: input === undefined ? { context, output } : { context, input, output } }
}

function reads(...input: string[]): JsonObject {
  return { modalities: { input, output: ['text'] } }
}

describe('of others', () => {
  const gateway = { id: 'mine', baseURL: 'https://gateway.example/v1' }

  test.each([
    ['the same name', 'glm-4.6'],
    ['a name in other letters', 'GLM-4.6'],
    ['a name behind that of its maker', 'z-ai/glm-4.6'],
    ['a name behind several', 'router/zai-org/GLM-4.6'],
  ])('%s counts, without the price', (_, id) => {
    expect(catalogueFacts(sellers({ 'glm-4.6': GLM }))(gateway, id)).toEqual(FACTS)
    expect(catalogueFacts(sellers({ 'zai-org/GLM-4.6': GLM }))(gateway, id)).toEqual(FACTS)
  })

  test('a whole name counts more than the end of one', () => {
    const find = catalogueFacts(
      sellers({
        'z-ai/glm-4.6': { limit: { context: 1000, output: 100 } },
        'glm-4.6': { limit: { context: 2000, output: 200 } },
        'x/glm-4.6': { limit: { context: 2000, output: 200 } },
      }),
    )
    expect(find(gateway, 'z-ai/glm-4.6')).toEqual({ context: 1000, output: 100 })
    expect(find(gateway, 'y/glm-4.6')).toEqual({ context: 2000, output: 200 })
  })

  test.each(['glm-4', 'glm-4.6-air', '', 'x/', 'constructor', '__proto__'])(
    '%j is nobody',
    (id) => {
      expect(catalogueFacts(sellers({ 'glm-4.6': GLM, '/': GLM }))(gateway, id)).toBeUndefined()
    },
  )

  function common(...models: JsonObject[]) {
    const named = models.map((model, at): [string, JsonObject] => [`maker-${at}/m`, model])
    return catalogueFacts(sellers(Object.fromEntries(named)))(gateway, 'm')
  }

  test.each([
    [
      'that most have',
      [limit(200, 20), limit(100, 10), limit(200, 20)],
      { context: 200, output: 20 },
    ],
    ['with the smaller window', [limit(200, 10), limit(100, 20)], { context: 100, output: 20 }],
    ['with the shorter answer', [limit(100, 20), limit(100, 10)], { context: 100, output: 10 }],
    [
      'with the shorter input',
      [limit(100, 10), limit(100, 10, 90), limit(100, 10, 95)],
      { context: 100, output: 10, input: 90 },
    ],
    ['that is whole', [limit(50, 0), limit(50, 0), limit(100, 10)], { context: 100, output: 10 }],
    ['of a window alone', [limit(200, 0), limit(100, 0)], { context: 100 }],
    ['of nothing', [limit(0, 0), { limit: 'large' }], {}],
  ])('the limit %s holds', (_, models, facts) => {
    expect(common(...models)).toEqual(facts)
  })

  test('a capability that more than half have holds, of those that say', () => {
    const models = [true, true, false].map((reasoning) => ({ reasoning }))
    expect(common(...models, {}, {}, {})).toEqual({ reasoning: true })
    expect(common({ tool_call: true }, { tool_call: false })).toEqual({ tool_call: false })
  })

  test('a modality that more than half have holds, and text', () => {
    expect(common(reads('text', 'image', 'pdf'), reads('text', 'image'), reads('text'))).toEqual({
      modalities: { input: ['text', 'image'], output: ['text'] },
    })
    expect(common(reads('image', 'text'), reads('text'))).toEqual({
      modalities: { input: ['text'], output: ['text'] },
    })
  })

  test('a way to give back what was thought holds where most want it', () => {
    const interleaved = { field: 'reasoning_content' }
    expect(common({ interleaved }, { interleaved }, {})).toEqual({ interleaved })
    expect(common({ interleaved }, {})).toEqual({})
    expect(common({ interleaved: true })).toEqual({ interleaved: true })
  })

  test('the name that most use holds, or the shortest', () => {
    expect(common({ name: 'Acme: M' }, { name: 'M' }, { name: 'Acme: M' })?.name).toBe('Acme: M')
    expect(common({ name: 'Acme: M' }, { name: 'M' })?.name).toBe('M')
    expect(common({ name: 'B' }, { name: 'A' })?.name).toBe('A')
  })
})

function oneOf(...values: JsonValue[]): fc.Arbitrary<JsonValue> {
  return fc.constantFrom(...values)
}

describe('whatever the catalogue is,', () => {
  const models = fc.record(
    {
      name: oneOf('A', 'B', 'Acme: A'),
      limit: fc.record({
        context: oneOf(100, 200, 300),
        output: oneOf(0, 10, 20),
        input: oneOf(50, 0),
      }),
      cost: fc.record({ input: oneOf(1, 2), output: oneOf(1, 2) }),
      modalities: fc.record({
        input: oneOf(['text'], ['text', 'image'], ['pdf']),
        output: oneOf(['text']),
      }),
      reasoning: fc.boolean(),
      interleaved: oneOf(true, { field: 'a' }, { field: 'b' }),
    },
    { requiredKeys: [] },
  )

  const providers = fc.dictionary(
    fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    fc.record({
      api: fc.constantFrom('https://one.example/v1', 'https://two.example/v1'),
      models: fc.dictionary(fc.constantFrom('m', 'M', 'x/m', 'y/m', 'z/M'), models),
    }),
  )

  test('the order of its members changes nothing', () => {
    fc.assert(
      fc.property(providers, (catalogue) => {
        const turned = Object.fromEntries(
          Object.entries(catalogue)
            .toReversed()
            .map(([id, { api, models: all }]) => [
              id,
              { models: Object.fromEntries(Object.entries(all).toReversed()), api },
            ]),
        )
        const [one, other] = [catalogueFacts(asJson(catalogue)), catalogueFacts(asJson(turned))]
        for (const baseURL of ['https://one.example/v1', 'https://gateway.example/v1']) {
          for (const id of ['m', 'x/m', 'w/m']) {
            const provider = { id: 'mine', baseURL }
            expect(JSON.stringify(one(provider, id))).toBe(JSON.stringify(other(provider, id)))
          }
        }
      }),
      RUNS,
    )
  })

  test('nothing in it is a fault', () => {
    const anything = fc.dictionary(fc.string(), fc.jsonValue())
    const odd = fc.dictionary(
      fc.constantFrom('a', 'b'),
      fc.record({ api: fc.jsonValue(), npm: fc.jsonValue(), models: anything }),
    )
    fc.assert(
      fc.property(fc.oneof(anything, odd), fc.string(), fc.string(), (catalogue, baseURL, id) => {
        const find = catalogueFacts(asJson(catalogue))
        const all = Object.values(catalogue).flatMap((entry) =>
          Object.keys(Object(Object(entry).models)),
        )
        expect(() => {
          for (const name of [id, ...all]) find({ id: 'a', baseURL }, name)
          find({ id: 'a', baseURL: undefined }, id)
        }).not.toThrow()
      }),
      RUNS,
    )
  })
})

/** As it comes out of a file. */
function asJson(value: unknown): JsonObject {
  return JSON.parse(JSON.stringify(value))
}
