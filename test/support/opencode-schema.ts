import path from 'node:path'
import { OPENCODE_VERSION, root } from '../../scripts/set-up.mjs'
import { isJsonObject, objectAt } from '../../src/core/json.ts'
import type { JsonObject, JsonValue } from '../../src/core/json.ts'

/*
 * OpenCode's schema of its configuration: as the real program gives it, as the repository keeps it, and as the
 * program carries it. `npm run schema:opencode` writes both files.
 */

/** What the repository keeps, to read and to compare with. */
export const SNAPSHOT = path.join(root, 'schema', `opencode-${OPENCODE_VERSION}.schema.json`)

/** What the program carries. */
export const COMPACT = path.join(root, 'src', 'core', 'doctor', 'opencode-schema.json')

/**
 * The schema of the configuration and all that it refers to, out of what `GET /doc` gives. Names and keywords come
 * in an order of their own, so that a new version differs where it differs.
 */
export function snapshotOf(doc: JsonObject): JsonObject {
  const schemas = objectAt(objectAt(doc, 'components'), 'schemas')
  const found = new Map<string, JsonValue>()
  const queue = ['Config']
  for (const name of queue) {
    const schema = schemas[name]
    if (schema === undefined) throw new Error(`no schema ${name}`)
    if (found.has(name)) continue
    found.set(name, ordered(schema, 'schema'))
    queue.push(...namesIn(schema))
  }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $comment: `components.schemas.Config of GET /doc of opencode-ai ${OPENCODE_VERSION}, and all that it refers to; written by \`npm run schema:opencode\`. It is not what opencode.ai/config.json has.`,
    $ref: '#/$defs/Config',
    $defs: Object.fromEntries([...found].toSorted(byName)),
  }
}

const COMPONENTS = '#/components/schemas/'

function namesIn(value: JsonValue): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(namesIn)
  if (!isJsonObject(value)) return []
  return Object.entries(value).flatMap(([name, inside]) =>
    name === '$ref' && typeof inside === 'string'
      ? [inside.slice(COMPONENTS.length)]
      : namesIn(inside),
  )
}

function byName([a]: readonly [string, JsonValue], [b]: readonly [string, JsonValue]): number {
  return a < b ? -1 : 1
}

/** Keywords that say what a value must be, in the order in which they are written. */
export const KEYWORDS: readonly string[] = [
  '$ref',
  'type',
  'enum',
  'pattern',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'required',
  'properties',
  'additionalProperties',
  'items',
  'prefixItems',
  'minItems',
  'maxItems',
  'anyOf',
]

/** Keywords that only tell something to people. */
const NOTES: readonly string[] = ['description']

/** @param of `names`: the members are names of the configuration; else they are keywords */
function ordered(value: JsonValue, of: 'schema' | 'names'): JsonValue {
  if (Array.isArray(value)) return value.map((item) => ordered(item, of))
  if (!isJsonObject(value)) return value
  const known = [...KEYWORDS, ...NOTES]
  const place = (name: string): number => known.indexOf(name)
  const unknown = of === 'schema' && Object.keys(value).find((name) => place(name) < 0)
  // The program would not heed it.
  if (typeof unknown === 'string') throw new Error(`the keyword "${unknown}" is not known`)
  const members = Object.entries(value).map(([name, inside]): readonly [string, JsonValue] => {
    if (name === '$ref' && typeof inside === 'string' && of === 'schema') {
      return [name, inside.replace(COMPONENTS, '#/$defs/')]
    }
    const isNames = of === 'schema' && name === 'properties'
    return [name, ordered(inside, isNames ? 'names' : 'schema')]
  })
  const sorted =
    of === 'names' ? members.toSorted(byName) : members.toSorted(([a], [b]) => place(a) - place(b))
  return Object.fromEntries(sorted)
}

/** The definitions of a snapshot by name, without what is for people. */
export function compactOf(snapshot: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(objectAt(snapshot, '$defs')).map(([name, schema]) => [name, bare(schema)]),
  )
}

function bare(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(bare)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, inside]) => !(NOTES.includes(name) && typeof inside === 'string'))
      .map(([name, inside]) => [name, name === '$ref' ? nameIn(inside) : bare(inside)]),
  )
}

function nameIn(ref: JsonValue): JsonValue {
  return typeof ref === 'string' ? ref.replace('#/$defs/', '') : ref
}
