import type { JsonNode } from '../jsonc/parse.ts'
import { quote } from '../manifest/words.ts'
import { resolved } from './opencode-schema.ts'
import type { Schema } from './opencode-schema.ts'

/** What a value must be: `a whole number above 0 or false`. */
export function expectedWords(schema: Schema): string {
  const words = [...new Set(wordsOf(schema))]
  // Any text takes in the few that are named beside it.
  const isAny = words.includes(A_TEXT)
  return orList(words.filter((word) => !isAny || !word.startsWith('"')))
}

const A_TEXT = 'a text'

function wordsOf(schema: Schema): readonly string[] {
  const wanted = resolved(schema)
  if (wanted.anyOf !== undefined) return wanted.anyOf.flatMap(wordsOf)
  const { type, enum: allowed, pattern } = wanted
  if (allowed !== undefined) return allowed.map((value) => JSON.stringify(value))
  if (type === 'string') return [pattern === COLOUR ? 'a colour like "#ff5733"' : A_TEXT]
  if (type === 'integer') return [`a whole number${rangeOf(wanted)}`]
  return KIND_WORDS.get(type ?? '') ?? []
}

const KIND_WORDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['number', ['a number']],
  ['boolean', ['true', 'false']],
  ['array', ['a list']],
  ['object', ['an object']],
])

const COLOUR = '^#[0-9a-fA-F]{6}$'

function rangeOf({ minimum, maximum, exclusiveMinimum }: Schema): string {
  if (exclusiveMinimum !== undefined) return ` above ${exclusiveMinimum}`
  if (minimum === undefined) return ''
  return maximum === undefined ? `, ${minimum} or more` : ` from ${minimum} to ${maximum}`
}

/** Names with the last one behind `or`. */
export function orList(words: readonly string[]): string {
  const last = words.at(-1) ?? ''
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`
}

/** The texts that may stand in a place; none where any may. */
export function textsOf(schema: Schema): readonly string[] {
  const { anyOf, enum: allowed } = resolved(schema)
  if (anyOf !== undefined) return anyOf.flatMap(textsOf)
  return allowed?.filter((value) => typeof value === 'string') ?? []
}

/** The kinds of JSON value of which some may stand in a place. */
export function kindsOf(schema: Schema): readonly string[] {
  const { anyOf, type } = resolved(schema)
  if (anyOf !== undefined) return anyOf.flatMap(kindsOf)
  return [type === 'integer' ? 'number' : (type ?? '')]
}

export function kindOf(node: JsonNode): string {
  if (node.kind !== 'scalar') return node.kind
  return node.value === null ? 'null' : typeof node.value
}

/** What kind of value there is; never the value itself. */
export function foundWords(node: JsonNode): string {
  if (node.kind !== 'scalar') return node.kind === 'array' ? 'a list' : 'an object'
  const { value } = node
  if (typeof value === 'string') return A_TEXT
  return typeof value === 'number' ? 'a number' : String(value)
}

/** A place as OpenCode names it, `provider.acme.options.baseURL`, in quotes, with nothing that may be a key. */
export function quotePath(path: readonly string[]): string {
  return `"${path.map((name) => quote(name).slice(1, -1)).join('.')}"`
}
