import { isJsonObject, objectAt, sameJson, toPointer } from '../../src/core/json.ts'
import type { JsonObject, JsonValue, Path } from '../../src/core/json.ts'

/**
 * What is different between two schemas of a configuration, one line each, with the place in the configuration:
 * `/compaction/reserved: minimum 0 → 1`. `*` is any other name, `#` any element of a list.
 */
export function schemaDifferences(before: JsonObject, after: JsonObject): readonly string[] {
  const walk: Walk = { before, after, open: new Set(), found: [] }
  compare(walk, [], [before, after])
  return walk.found
}

interface Walk {
  readonly before: JsonObject
  readonly after: JsonObject
  /** Pairs of definitions that are being compared: a schema may refer to itself. */
  readonly open: Set<string>
  readonly found: string[]
}

type Pair<T> = readonly [before: T, after: T]

function compare(walk: Walk, path: Path, refs: Pair<JsonValue>): void {
  const names = JSON.stringify([refName(refs[0]), refName(refs[1])])
  const isDefinition = refName(refs[0]) !== undefined && refName(refs[1]) !== undefined
  if (isDefinition && walk.open.has(names)) return
  walk.open.add(names)
  const pair = [resolved(walk.before, refs[0]), resolved(walk.after, refs[1])] as const
  const [before, after] = pair
  if (isJsonObject(before) && isJsonObject(after)) compareObjects(walk, path, [before, after])
  else if (!sameJson(before, after)) say(walk, path, `${shown(before)} → ${shown(after)}`)
  walk.open.delete(names)
}

function refName(schema: JsonValue): string | undefined {
  const ref = isJsonObject(schema) ? schema['$ref'] : undefined
  return typeof ref === 'string' ? ref.replace('#/$defs/', '') : undefined
}

function resolved(root: JsonObject, schema: JsonValue): JsonValue {
  const name = refName(schema)
  if (name === undefined) return schema
  const found = objectAt(root, '$defs')[name]
  if (found === undefined) throw new Error(`no definition ${name}`)
  return resolved(root, found)
}

/** Keywords with schemas in them, which are looked into, and those that constrain nothing. */
const LOOKED_INTO = ['properties', 'additionalProperties', 'items', 'prefixItems', 'anyOf']
const LEFT_OUT = ['$schema', '$comment', '$defs', '$ref', 'description', 'title', 'examples']

function compareObjects(walk: Walk, path: Path, pair: Pair<JsonObject>): void {
  const [before, after] = pair
  const words = new Set([...Object.keys(before), ...Object.keys(after)])
  for (const word of words) {
    if (LOOKED_INTO.includes(word) || LEFT_OUT.includes(word)) continue
    compareKeyword(walk, path, { word, was: before[word], is: after[word] })
  }
  compareMembers(walk, path, [objectAt(before, 'properties'), objectAt(after, 'properties')])
  for (const [word, name] of [
    ['additionalProperties', '*'],
    ['items', '#'],
  ] as const) {
    const was = before[word]
    const is = after[word]
    if (isJsonObject(was) && isJsonObject(is)) compare(walk, [...path, name], [was, is])
    else if (!sameJson(was, is)) {
      say(walk, [...path, name], `${word} ${shown(was)} → ${shown(is)}`)
    }
  }
  compareLists(walk, path, [listOf(before['prefixItems']), listOf(after['prefixItems'])])
  compareForms(walk, path, [listOf(before['anyOf']), listOf(after['anyOf'])])
}

interface Keyword {
  readonly word: string
  readonly was: JsonValue | undefined
  readonly is: JsonValue | undefined
}

function compareKeyword(walk: Walk, path: Path, { word, was, is }: Keyword): void {
  if (sameJson(was, is)) return
  if (word === 'required' || (word === 'enum' && was !== undefined && is !== undefined)) {
    const [gone, added] = [without(was, is), without(is, was)]
    for (const one of gone) {
      if (word === 'required') say(walk, [...path, shown(one)], 'not required any more')
      else say(walk, path, `value ${shown(one)} gone`)
    }
    for (const one of added) {
      if (word === 'required') say(walk, [...path, shown(one)], 'required')
      else say(walk, path, `value ${shown(one)} new`)
    }
    return
  }
  say(walk, path, `${word} ${shown(was)} → ${shown(is)}`)
}

function without(
  values: JsonValue | undefined,
  others: JsonValue | undefined,
): readonly JsonValue[] {
  return listOf(values).filter((one) => !listOf(others).some((other) => sameJson(one, other)))
}

function compareMembers(walk: Walk, path: Path, [before, after]: Pair<JsonObject>): void {
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [was, is] = [before[name], after[name]]
    if (was === undefined) say(walk, [...path, name], 'new')
    else if (is === undefined) say(walk, [...path, name], 'gone')
    else compare(walk, [...path, name], [was, is])
  }
}

function compareLists(walk: Walk, path: Path, [before, after]: Pair<readonly JsonValue[]>): void {
  if (before.length !== after.length) {
    say(walk, path, `${before.length} elements → ${after.length} elements`)
    return
  }
  before.forEach((was, index) => {
    compare(walk, [...path, String(index)], [was, after[index] ?? {}])
  })
}

/** Forms of a value are paired by what tells them apart, whatever their order. */
function compareForms(walk: Walk, path: Path, [before, after]: Pair<readonly JsonValue[]>): void {
  const left = after.map((form) => ({ form, sign: signOf(walk.after, form) }))
  for (const was of before) {
    const sign = signOf(walk.before, was)
    const at = left.findIndex((other) => other.sign === sign)
    const [match] = at < 0 ? [] : left.splice(at, 1)
    if (match === undefined) say(walk, path, `form gone: ${sign}`)
    else compare(walk, path, [was, match.form])
  }
  for (const { sign } of left) say(walk, path, `form new: ${sign}`)
}

/** The kind of a form; of an object, what its members must be to be of this form. */
function signOf(root: JsonObject, form: JsonValue): string {
  const schema = resolved(root, form)
  if (!isJsonObject(schema)) return shown(schema)
  const { type, required, properties } = schema
  if (type !== 'object') return `${shown(type)}${'enum' in schema ? ' of few' : ''}`
  const names = listOf(required).map((name) => {
    const member = objectAt(isJsonObject(properties) ? properties : {}, shown(name))
    return `${shown(name)}${'enum' in member ? `=${shown(member['enum'])}` : ''}`
  })
  return `object with ${names.join(', ') || 'nothing required'}`
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : []
}

function say(walk: Walk, path: Path, words: string): void {
  walk.found.push(`${toPointer(path) || '/'}: ${words}`)
}

function shown(value: JsonValue | undefined): string {
  if (value === undefined) return 'nothing'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
