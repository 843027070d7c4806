import { isJsonObject } from '../json.ts'
import type { JsonObject, JsonValue, Path } from '../json.ts'
import type { CarriedValue } from '../plan/plan.ts'
import { modelShape } from './model-schema.ts'

/* Where in a manifest a value of OpenCode's configuration can be said. */

/** Names in the order given; a model is found by its id, and has a place in a list only when printed. */
export type Tree = Map<string, Tree | JsonValue>

export function put(tree: Tree, [name = '', ...deeper]: Path, value: JsonValue): void {
  if (deeper.length === 0) {
    const isThere = tree.get(name) instanceof Map
    const isEmpty = isJsonObject(value) && Object.keys(value).length === 0
    if (!(isThere && isEmpty)) tree.set(name, isEmpty ? new Map() : value)
    return
  }
  const below = tree.get(name)
  const branch: Tree = below instanceof Map ? below : new Map()
  tree.set(name, branch)
  put(branch, deeper, value)
}

export function treeOf(values: readonly CarriedValue[]): Tree {
  const tree: Tree = new Map()
  for (const { path, value } of values) put(tree, path, value)
  return tree
}

/** A tree as JSON, in its own order. */
export function plain(value: Tree | JsonValue): JsonValue {
  return value instanceof Map ? plainObject(value) : value
}

export function plainObject(tree: Tree): JsonObject {
  return Object.fromEntries([...tree].map(([name, value]) => [name, plain(value)]))
}

/** What to put into a manifest for a value on disk; paths are the manifest's. */
export type Way = readonly CarriedValue[]

export interface Sayable {
  readonly value: CarriedValue
  /** The best one first. */
  readonly ways: readonly Way[]
}

export interface Saying {
  readonly value: CarriedValue
  /** Undefined: there is no way that a manifest's own reader accepts. */
  readonly said: Way | undefined
}

/** Find the first way for each value that is accepted: all at once, or else those of each half. */
export function sayAll(
  sayables: readonly Sayable[],
  isAccepted: (tree: Tree) => boolean,
): readonly Saying[] {
  const best = sayables.flatMap(({ ways }) => ways[0] ?? [])
  if (sayables.every(({ ways }) => ways.length > 0) && isAccepted(treeOf(best))) {
    return sayables.map(({ value, ways }) => ({ value, said: ways[0] }))
  }
  if (sayables.length <= 1) {
    return sayables.map(({ value, ways }) => ({
      value,
      said: ways.slice(1).find((way) => isAccepted(treeOf(way))),
    }))
  }
  const half = Math.ceil(sayables.length / 2)
  return [
    ...sayAll(sayables.slice(0, half), isAccepted),
    ...sayAll(sayables.slice(half), isAccepted),
  ]
}

/** Where a value of a provider's block may stand in a manifest. @param path from the root of opencode.jsonc */
export function waysInProvider(
  [, id = '', field, ...rest]: Path,
  value: JsonValue,
): readonly Way[] {
  const one = (...at: Path): Way => [{ path: ['providers', id, ...at], value }]
  if (field === undefined) return []
  if (field === 'models') return sayModel(rest, value).map((at) => one(...at))
  if (field === 'options' && rest.length === 1 && rest[0] === 'baseURL') return [one('baseURL')]
  const inExtra = one('extra', field, ...rest)
  // "npm: null" would mean that no adapter is wanted, and not this value.
  if (field === 'npm') return typeof value === 'string' ? [one('npm')] : []
  return BLOCK_FIELDS.has(field) ? [one(field, ...rest), inExtra] : [inExtra]
}

/** Fields of a block that the manifest has by the same name. */
const BLOCK_FIELDS = new Set(['name', 'env', 'options', 'whitelist', 'blacklist'])

/** Where below a provider of the manifest a value of a model may stand. */
function sayModel([id, field, ...deeper]: Path, value: JsonValue): readonly Path[] {
  if (id === undefined) return []
  if (field === undefined) return isJsonObject(value) ? [['models', id]] : []
  const inExtra = ['models', id, 'extra', field, ...deeper]
  return isModelField(field) ? [['models', id, field, ...deeper], inExtra] : [inExtra]
}

function isModelField(name: string): boolean {
  return name !== 'extra' && Object.hasOwn(modelShape, name)
}
