import type { JsonValue, Path } from './json.ts'
import { isJsonObject } from './json.ts'

/**
 * What OpenCode fills in where a config is read, `{env:NAME}` and `{file:path}` (contract 1.5), and in
 * base URLs at request time, `${NAME}`.
 */
export type Token =
  | { readonly kind: 'env'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string }

const TOKEN = /\{env:([^{}]*)\}|\{file:((?:[^{}]|\{env:[^{}]*\})*)\}|\$\{([^{}]*)\}/g

/**
 * Every token in these texts, each once. The path of `{file:{env:X}/y}` is given as it stands: what it
 * leads to is known to OpenCode alone.
 */
export function tokensIn(texts: readonly string[]): readonly Token[] {
  const found = new Map<string, Token>()
  for (const text of texts) {
    for (const [whole, variable, path, inUrl] of text.matchAll(TOKEN)) {
      if (path === undefined) found.set(whole, { kind: 'env', name: variable ?? inUrl ?? '' })
      else found.set(whole, { kind: 'file', path })
    }
  }
  return [...found.values()]
}

/** The same of everything that is rendered: names and values, however deep. */
export function tokensInValues(
  values: readonly { readonly path: Path; readonly value: JsonValue }[],
): readonly Token[] {
  return tokensIn(values.flatMap(({ path, value }) => [...path, ...textsIn(value)]))
}

function textsIn(value: JsonValue): readonly string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(textsIn)
  if (!isJsonObject(value)) return []
  return Object.entries(value).flatMap(([name, member]) => [name, ...textsIn(member)])
}
