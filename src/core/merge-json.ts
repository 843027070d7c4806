import { isJsonObject } from './json.ts'
import type { JsonObject } from './json.ts'

/** Merge as OpenCode merges its sources: objects member by member, all else replaced (contract 1.2). */
export function mergeOver(below: JsonObject, above: JsonObject): JsonObject {
  const merged = new Map(Object.entries(below))
  for (const [name, value] of Object.entries(above)) {
    const other = merged.get(name)
    const both = isJsonObject(value) && isJsonObject(other)
    merged.set(name, both ? mergeOver(other, value) : value)
  }
  return Object.fromEntries(merged)
}
