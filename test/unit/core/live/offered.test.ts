import { describe, expect, test } from 'vitest'
import {
  checkModels,
  declaredModels,
  meaningOf,
  parseListed,
} from '../../../../src/core/live/offered.ts'
import type { DeclaredModel } from '../../../../src/core/live/offered.ts'
import { resolveManifest } from '../../../support/resolve-manifest.ts'

function declared(...ids: readonly string[]): readonly DeclaredModel[] {
  return ids.map((id) => ({ id, apiId: id, isElsewhere: false }))
}

function offeredOf(
  list: readonly string[],
  ids: readonly string[],
  isOpenRouter = false,
): readonly (boolean | undefined)[] {
  const listed = { ids: list, isWhole: true }
  const checked = checkModels(declared(...ids), listed, meaningOf(listed, { isOpenRouter }))
  return checked.map(({ offered }) => offered)
}

test('models are known to a server by their own ids, if they have some', () => {
  const text = `version: 1
providers:
  gw:
    baseURL: "https://gw.example/v1"
    models:
      a: {}
      b: { id: vendor/b, name: B }
      c: { provider: { api: "https://other.example/v1" } }
`
  const [provider] = resolveManifest(text).wanted?.providers ?? []
  expect(provider && declaredModels(provider)).toEqual([
    { id: 'a', apiId: 'a', isElsewhere: false },
    { id: 'b', apiId: 'vendor/b', isElsewhere: false },
    { id: 'c', apiId: 'c', isElsewhere: true },
  ])
})

describe('a declared model is offered', () => {
  test('under its own name, letter by letter', () => {
    expect(offeredOf(['a', 'b/c:d'], ['a', 'b/c:d', 'A', 'b/c'])).toEqual([
      true,
      true,
      false,
      false,
    ])
  })

  test('where Ollama adds what it takes for granted', () => {
    expect(offeredOf(['llama3:latest'], ['llama3', 'llama3:8b'])).toEqual([true, false])
  })

  test('where Anthropic adds a date', () => {
    const list = ['claude-sonnet-4-5-20250929']
    expect(
      offeredOf(list, ['claude-sonnet-4-5', 'claude-sonnet-4-5-latest', 'claude-sonnet-4']),
    ).toEqual([true, true, false])
  })

  test('where OpenRouter is told how to route it', () => {
    expect(offeredOf(['a/b'], ['a/b:nitro', 'a/b:free'], true)).toEqual([true, false])
    expect(offeredOf(['a/b'], ['a/b:nitro'])).toEqual([false])
  })
})

describe('a declared model that is not offered', () => {
  test('is told with the nearest name', () => {
    const listed = { ids: ['z-ai/glm-4.6', 'other'], isWhole: true }
    expect(checkModels(declared('z-ai/glm-4.5'), listed)).toEqual([
      { id: 'z-ai/glm-4.5', apiId: 'z-ai/glm-4.5', offered: false, suggestion: 'z-ai/glm-4.6' },
    ])
  })

  test('may be in the part of a list that was not given', () => {
    const body = '{"data":[{"id":"a"}],"has_more":true}'
    const listed = parseListed(body)
    expect(listed).toEqual({ ids: ['a'], isWhole: false })
    if (listed === undefined) return
    const meaning = meaningOf(listed, { isOpenRouter: false })
    const checked = checkModels(declared('a', 'b'), listed, meaning)
    expect(checked.map(({ offered }) => offered)).toEqual([true, undefined])
  })

  test('is none where another server has it', () => {
    const elsewhere = [{ id: 'a', apiId: 'a', isElsewhere: true }]
    expect(checkModels(elsewhere, { ids: [], isWhole: true })).toEqual([
      { id: 'a', apiId: 'a', offered: undefined },
    ])
  })
})

test.each([
  ['{"data":[],"has_more":false}', true],
  ['{"models":[],"nextPageToken":""}', true],
  ['{"models":[],"nextPageToken":"x"}', false],
  ['{"models":[],"next_page_token":"x"}', false],
  ['[{"id":"has_more","nextPageToken":"x"}]', true],
])('%s is whole: %j', (body, isWhole) => {
  expect(parseListed(body)?.isWhole).toBe(isWhole)
})

test('of thousands of models that went only the first are compared with all that is offered', () => {
  const ids = Array.from({ length: 10_000 }, (_, index) => `vendor/model-${index}`)
  const listed = { ids: ids.map((id) => `${id}x`), isWhole: true }
  const checked = checkModels(declared(...ids), listed)
  expect(checked.map(({ offered }) => offered)).toEqual(ids.map(() => false))
  expect(checked.findLastIndex(({ suggestion }) => suggestion !== undefined)).toBe(99)
})
