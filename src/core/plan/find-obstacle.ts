import { pointerAbove } from '../json.ts'
import type { Path, Pointer } from '../json.ts'
import { findNode } from './actual.ts'
import type { Drafts, FileDraft } from './draft.ts'
import { standsAsRecorded } from './draft.ts'

/** The nearest existing value above a path that is no object, so that nothing can be written below it. */
export function findObstacle(
  drafts: Drafts,
  draft: FileDraft,
  { path, pointer }: { readonly path: Path; readonly pointer: Pointer },
): Path | undefined {
  const above = pointerAbove(pointer)
  // Of thousands of values in one object, only the first looks.
  if (draft.free.has(above)) return undefined
  const obstacle = nearestObstacle(drafts, draft, path)
  if (obstacle === undefined) draft.free.add(above)
  return obstacle
}

function nearestObstacle(drafts: Drafts, draft: FileDraft, path: Path): Path | undefined {
  for (let depth = path.length - 1; depth >= 1; depth -= 1) {
    const ancestor = path.slice(0, depth)
    const node = findNode(draft.file, ancestor)
    if (node === undefined) continue
    if (node.kind === 'object') return undefined
    return standsAsRecorded(drafts, draft, ancestor) ? undefined : ancestor
  }
  return undefined
}
