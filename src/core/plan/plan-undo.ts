import { fromPointer, toPointer } from '../json.ts'
import type { Pointer } from '../json.ts'
import { nodeAt } from '../jsonc/parse.ts'
import type { JsonDocument } from '../jsonc/parse.ts'
import type { RecordedRepair } from '../state/recorded.ts'
import type { FingerprintOf } from './actual.ts'
import { copied } from './copied.ts'
import { fingerprint, valueAt } from './plan-repairs.ts'
import type { PlannedEdit } from './plan.ts'

/** The edits that undo repairs, the newest first, and those that cannot be undone any more. */
export interface PlannedUndo {
  readonly edits: readonly PlannedEdit[]
  readonly undone: readonly RecordedRepair[]
  /** Somebody has changed what the repair left. */
  readonly stays: readonly RecordedRepair[]
}

/**
 * Plan to undo the repairs of one file.
 *
 * @param repairs oldest first
 */
export function planUndo(
  document: JsonDocument | undefined,
  repairs: readonly RecordedRepair[],
  fingerprintOf: FingerprintOf,
): PlannedUndo {
  const edits: PlannedEdit[] = []
  const undone: RecordedRepair[] = []
  const stays: RecordedRepair[] = []
  const touched = new Set<Pointer>()
  for (const repair of repairs.toReversed()) {
    const pointers = Object.keys(repair.left)
    const isFree = pointers.every((pointer) => !touched.has(pointer))
    if (document === undefined || !isFree || !isAsLeft(document, repair, fingerprintOf)) {
      stays.push(repair)
      continue
    }
    for (const pointer of pointers) touched.add(pointer)
    edits.push(...repair.undo)
    undone.push(repair)
  }
  if (document !== undefined) edits.push(...emptied(document, undone, edits))
  return { edits, undone, stays }
}

function isAsLeft(
  document: JsonDocument,
  { left, undo }: RecordedRepair,
  fingerprintOf: FingerprintOf,
): boolean {
  const isThere = Object.entries(left).every(([pointer, expected]) => {
    const value = valueAt(document, fromPointer(pointer))
    if (value === undefined || expected === null) return value === undefined && expected === null
    return fingerprint({ fingerprintOf }, value) === expected
  })
  return isThere && undo.every((edit) => edit.op !== 'copy' || copied(document, edit) !== undefined)
}

/** Objects that repairs have made, and that hold nothing any more once these are undone. */
function emptied(
  document: JsonDocument,
  undone: readonly RecordedRepair[],
  edits: readonly PlannedEdit[],
): readonly PlannedEdit[] {
  const gone = new Set(edits.flatMap(({ op, path }) => (op === 'delete' ? [toPointer(path)] : [])))
  const made = [...new Set(undone.flatMap((repair) => repair.made))]
  const ends: PlannedEdit[] = []
  // Innermost first.
  for (const pointer of made.toSorted((a, b) => b.length - a.length)) {
    const node = nodeAt(document, fromPointer(pointer))
    if (node?.kind !== 'object') continue
    const isEmptied = node.members.every(({ key }) => gone.has(`${pointer}${toPointer([key])}`))
    if (!isEmptied) continue
    gone.add(pointer)
    ends.push({ op: 'delete', path: fromPointer(pointer) })
  }
  return ends
}
