import { sameJson } from '../json.ts'
import type { Path } from '../json.ts'
import type { JsonDocument, JsonNode } from '../jsonc/parse.ts'
import { nodeAt, valueOf } from '../jsonc/parse.ts'

/**
 * Whether edits that were planned for one text mean the same in another one: at each of their places the
 * same value stands, or none, and every container on the way is there in both or in neither.
 */
export function isSameGround(
  before: JsonDocument,
  after: JsonDocument,
  paths: readonly Path[],
): boolean {
  return paths.every((path) => {
    for (let depth = 0; depth < path.length; depth += 1) {
      const way = path.slice(0, depth)
      if (nodeAt(before, way)?.kind !== nodeAt(after, way)?.kind) return false
    }
    return sameNode(nodeAt(before, path), nodeAt(after, path))
  })
}

function sameNode(a: JsonNode | undefined, b: JsonNode | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return sameJson(valueOf(a), valueOf(b))
}
