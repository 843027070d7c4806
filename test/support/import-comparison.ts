import { isJsonObject } from '../../src/core/json.ts'
import type { JsonObject, JsonValue, Path } from '../../src/core/json.ts'

/**
 * Blocks of providers without some of their values, for comparing what a setup says with what its manifest comes
 * to: slashes at the end of an address do not count, since opgen writes none.
 *
 * @param paths from the root of OpenCode's configuration; an object that has nothing else goes as well
 */
export function blocksWithout(
  providers: JsonObject,
  ids: readonly string[],
  paths: readonly Path[],
): JsonObject {
  const kept = Object.entries(structuredClone(providers)).filter(([id]) => ids.includes(id))
  const provider = Object.fromEntries(kept)
  for (const path of paths) takeOut({ provider }, path)
  return Object.fromEntries(kept.map(([id, block]) => [id, withoutSlashes(block)]))
}

function takeOut(object: JsonValue, [name = '', ...rest]: Path): void {
  if (!isJsonObject(object) || !Object.hasOwn(object, name)) return
  const value = object[name] ?? null
  if (rest.length > 0) takeOut(value, rest)
  const isEmpty = isJsonObject(value) && Object.keys(value).length === 0
  if (rest.length === 0 || (isEmpty && name !== 'provider')) Reflect.deleteProperty(object, name)
}

function withoutSlashes(block: JsonValue): JsonValue {
  if (!isJsonObject(block) || !isJsonObject(block['options'])) return block
  const { baseURL } = block['options']
  if (typeof baseURL !== 'string') return block
  return { ...block, options: { ...block['options'], baseURL: baseURL.replace(/\/+$/, '') } }
}
