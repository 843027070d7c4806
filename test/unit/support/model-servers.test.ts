import { describe, expect, test } from 'vitest'
import { listingOf } from '../../../src/core/offer/listing.ts'
import type { OfferedModel } from '../../../src/core/offer/model-facts.ts'
import { modelServer } from '../../support/model-servers.ts'
import type { ServedModel } from '../../support/model-servers.ts'
import { adapterNamed } from '../../support/offered.ts'
import { freshHttp } from '../../support/raw-server.ts'

type Kind = Parameters<typeof modelServer>[0]

const KEY = 'test-key-lab'

const MODELS: readonly ServedModel[] = [
  {
    id: 'acme/large',
    name: 'Acme Large',
    window: 131_072,
    served: 32_768,
    output: 8192,
    price: { input: 0.6, output: 2.2, cached: 0.06 },
    sees: true,
    thinks: true,
    usesTools: true,
  },
  { id: 'acme/embed', window: 2048, embeds: true },
]

/** What a client learns over HTTP, with a key or without one. */
async function learn(kind: Kind, models: readonly ServedModel[], key?: string) {
  const { origin } = await freshHttp(modelServer(kind, { models, key: KEY }))
  const headers = { authorization: `Bearer ${key ?? KEY}` }
  const listing = listingOf(kind, `${origin}/v1`, adapterNamed('@ai-sdk/openai-compatible'))
  const ask = async (question: (typeof listing.lists)[number]) => {
    const { method, url, body = null } = question
    const answer = await fetch(url, { method, headers, body })
    return answer.status === 200 ? [{ question, body: await answer.text() }] : []
  }
  for (const list of listing.lists) {
    const [answer] = await ask(list)
    const offered = answer === undefined ? undefined : listing.parse(answer.body)
    if (offered === undefined) continue
    const answers = await Promise.all(listing.details(offered).map(ask))
    return listing.fill(offered, answers.flat())
  }
  return undefined
}

const IMAGES = { input: ['text', 'image'], output: ['text'] }
const COST = { input: 0.6, output: 2.2, cache_read: 0.06 }

describe('a server for tests', () => {
  test.each<[Kind, OfferedModel['facts'], boolean]>([
    ['openai', {}, true],
    [
      'openrouter',
      {
        name: 'Acme Large',
        context: 131_072,
        output: 8192,
        cost: COST,
        modalities: { input: ['text', 'image'], output: ['text'] },
        reasoning: true,
        tool_call: true,
        temperature: true,
      },
      false,
    ],
    [
      'ollama',
      {
        context: 32_768,
        modalities: { input: ['text', 'image'], output: ['text'] },
        reasoning: true,
        tool_call: true,
      },
      false,
    ],
    [
      'lmstudio',
      {
        context: 32_768,
        modalities: { input: ['text', 'image'], output: ['text'] },
        tool_call: true,
      },
      false,
    ],
    [
      'litellm',
      {
        context: 131_072,
        output: 8192,
        cost: COST,
        modalities: { input: ['text', 'image'], output: ['text'] },
        reasoning: true,
        tool_call: true,
      },
      false,
    ],
    ['vllm', { context: 32_768 }, true],
  ])('of %s tells what it can of its models', async (kind, facts, isChat) => {
    expect(await learn(kind, MODELS)).toMatchObject([
      { id: 'acme/large', facts, isChat: true },
      { id: 'acme/embed', isChat },
    ])
  })

  test('of llama.cpp tells what it serves, alone or as a router', async () => {
    const facts = { context: 32_768, modalities: IMAGES, tool_call: true }
    expect(await learn('llamacpp', MODELS.slice(0, 1))).toMatchObject([{ facts }])
    expect(await learn('llamacpp', MODELS)).toMatchObject([{ facts }, { facts: { context: 2048 } }])
  })

  test('wants its key, unless its list is for everybody', async () => {
    expect(await learn('litellm', MODELS, 'test-key-other')).toBeUndefined()
    expect(await learn('openrouter', MODELS, 'test-key-other')).toHaveLength(2)
  })
})
