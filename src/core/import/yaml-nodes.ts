import { Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml'
import { isJsonObject } from '../json.ts'
import type { JsonValue } from '../json.ts'
import type { Tree } from '../manifest/say-values.ts'

/** What may stand in YAML: `Tree`s are maps in the order given. */
export type Content = Tree | JsonValue

/** Characters up to which a small map is written on one line. */
const ONE_LINE = 72

/** A value as YAML: maps of plain values in braces where they are short, all others line by line. */
export function nodeOf(content: Content, isSmall = false): YAMLMap | YAMLSeq | Scalar {
  if (content instanceof Map) return mapOf([...content], isSmall)
  if (isJsonObject(content)) return mapOf(Object.entries(content), isSmall)
  if (!Array.isArray(content)) return scalarOf(content)
  const list = new YAMLSeq()
  for (const item of content) list.items.push(nodeOf(item))
  list.flow = JSON.stringify(content).length <= ONE_LINE && content.every(isPlain)
  // `[a, b]`, and maps as `{ a: b }`; the library has one padding for both.
  const print = list.toString.bind(list)
  list.toString = (context, ...rest) =>
    print(context === undefined ? undefined : { ...context, flowCollectionPadding: '' }, ...rest)
  return list
}

function mapOf(entries: readonly (readonly [string, Content])[], isSmall: boolean): YAMLMap {
  const map = new YAMLMap()
  for (const [name, value] of entries) map.items.push(pairOf(name, nodeOf(value, true)))
  const length = JSON.stringify(Object.fromEntries(entries.filter(isPair))).length
  const isFlat = entries.every(([, value]) => isPlain(value) || isList(value))
  map.flow = entries.length === 0 || (isSmall && isFlat && length <= ONE_LINE)
  return map
}

function isPair(entry: readonly [string, Content]): entry is readonly [string, JsonValue] {
  return !(entry[1] instanceof Map)
}

function isPlain(value: Content): boolean {
  return typeof value !== 'object' || value === null
}

function isList(value: Content): boolean {
  return Array.isArray(value) && value.every(isPlain)
}

export function pairOf(name: string, value: YAMLMap | YAMLSeq | Scalar | null): Pair<Scalar> {
  return new Pair(quoted(name), value)
}

/** A text of a manifest that comes out as this one: braces that are text are no expression. */
export function literal(text: string): string {
  return text.replaceAll('{{', String.raw`\{{`)
}

/** Texts that YAML, or an older version of it, could take for something else are in quotes. */
const DOUBTFUL = /^[\d@~.-]|[:#]|^\S+ *: |^(?:yes|no|on|off|y|n)$/i

/** Names hold no expressions, and values do. */
function scalarOf(value: JsonValue): Scalar {
  return quoted(typeof value === 'string' ? literal(value) : value)
}

function quoted(value: JsonValue): Scalar {
  const scalar = new Scalar(value)
  const isUrl = typeof value === 'string' && /^https?:\/\/[^\s#]*$/.test(value)
  if (typeof value === 'string' && DOUBTFUL.test(value) && !isUrl) scalar.type = 'QUOTE_DOUBLE'
  return scalar
}
