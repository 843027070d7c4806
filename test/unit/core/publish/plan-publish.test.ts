import { describe, expect, test } from 'vitest'
import { editJson } from '../../../../src/core/jsonc/edit.ts'
import { EMPTY_DOCUMENT, parseJsonDocument } from '../../../../src/core/jsonc/parse.ts'
import type { JsonDocument } from '../../../../src/core/jsonc/parse.ts'
import { planPublish } from '../../../../src/core/publish/plan-publish.ts'
import type { PublishFormat } from '../../../../src/core/publish/published.ts'
import type { Wanted, WantedProvider } from '../../../../src/core/wanted.ts'

const source = { file: 'providers.yaml', line: 1, column: 1 }

function provider(id: string, models: readonly string[]): WantedProvider {
  const at = (...path: readonly string[]): readonly string[] => ['provider', id, ...path]
  return {
    id,
    source,
    preset: 'openai-compatible',
    values: [
      { path: at('npm'), value: '@ai-sdk/openai-compatible', source },
      { path: at('options', 'baseURL'), value: `https://${id}.example`, source },
      ...models.map((model) => ({ path: at('models', model), value: {}, source })),
    ],
    key: { source, sources: [], placeholder: undefined, keyPage: undefined },
    keyIn: { kind: 'apiKey' },
    baseURL: undefined,
    npm: '@ai-sdk/openai-compatible',
  }
}

function wanted(...providers: readonly WantedProvider[]): Wanted {
  return {
    providers,
    notHere: [],
    model: undefined,
    smallModel: undefined,
    enabledProviders: { mode: 'auto' },
    disabledProviders: undefined,
    delivery: 'auto',
  }
}

function parsed(text: string): JsonDocument {
  const result = parseJsonDocument(text, 'strict')
  if (!result.ok) throw new Error('no JSON')
  return result.document
}

function publishedInto(text: string | undefined, want: Wanted, format: PublishFormat): string {
  const found = text === undefined ? undefined : parsed(text)
  const { edits } = planPublish(want, format, found)
  const edited = editJson(found ?? EMPTY_DOCUMENT, edits, { syntax: 'strict' })
  if ('problem' in edited) throw new Error(edited.problem.message)
  return edited.text
}

const states = [
  wanted(),
  wanted(provider('a', ['m'])),
  wanted(provider('a', ['n', 'm/with "quotes"']), provider('b', ['m'])),
  wanted(provider('b', ['x', 'y'])),
]

describe.each<PublishFormat>(['well-known', 'managed'])('what is published as %s', (format) => {
  const pairs = states.flatMap((from) => states.map((to) => ({ from, to })))

  test.each(pairs)('comes out the same from whatever was published before', ({ from, to }) => {
    const before = publishedInto(undefined, from, format)
    const after = publishedInto(before, to, format)

    const fresh = JSON.parse(publishedInto(undefined, to, format))
    expect(JSON.parse(after)).toEqual(fresh)
    expect(publishedInto(after, to, format)).toBe(after)
    expect(planPublish(to, format, parsed(after)).changes.map(({ action }) => action)).toEqual(
      to.providers.map(() => 'none'),
    )
  })

  test('leaves every other byte of a file', () => {
    const [empty, one] = states
    const theirs = '{"auth":  {"env":"X"},"config":{"theme" :"y"},"theme" :"y"}'
    const there = publishedInto(theirs, one ?? wanted(), format)
    for (const piece of ['"auth":  {"env":"X"}', '"theme" :"y"']) expect(there).toContain(piece)
    expect(publishedInto(there, empty ?? wanted(), format)).toBe(theirs)
  })
})
