import { fromPointer, toPointer } from '../json.ts'
import { nodeAt } from '../jsonc/parse.ts'
import type { JsonDocument } from '../jsonc/parse.ts'
import type { RecordedRepair, UndoEdit } from '../state/recorded.ts'
import type { FingerprintOf } from './actual.ts'
import { afterEdits, concreteEdits } from './concrete-edits.ts'
import { fingerprint, valueAt } from './repaired-value.ts'

/** The edits that undo repairs, the newest first, and those that cannot be undone any more. */
export interface PlannedUndo {
  readonly edits: readonly UndoEdit[]
  readonly undone: readonly RecordedRepair[]
  /** Somebody has changed what the repair left. */
  readonly stays: readonly RecordedRepair[]
  /** With all of that undone. */
  readonly document: JsonDocument | undefined
}

/**
 * Plan to undo the repairs of one file. Each is looked at as those after it have left the file once they are
 * undone, so that several of one place lead back to what was there before the first.
 *
 * @param repairs oldest first
 */
export function planUndo(
  document: JsonDocument | undefined,
  repairs: readonly RecordedRepair[],
  fingerprintOf: FingerprintOf,
): PlannedUndo {
  const edits: UndoEdit[] = []
  const undone: RecordedRepair[] = []
  const stays: RecordedRepair[] = []
  let running = document
  for (const repair of repairs.toReversed()) {
    const next =
      running !== undefined && isAsLeft(running, repair, fingerprintOf)
        ? after(running, repair.undo)
        : undefined
    if (next === undefined) {
      stays.push(repair)
      continue
    }
    running = next
    edits.push(...repair.undo)
    undone.push(repair)
  }
  for (const edit of emptied(running, undone)) {
    edits.push(edit)
    running = running && after(running, [edit])
  }
  return { edits, undone, stays, document: running }
}

function isAsLeft(
  document: JsonDocument,
  { left }: RecordedRepair,
  fingerprintOf: FingerprintOf,
): boolean {
  return Object.entries(left).every(([pointer, expected]) => {
    const value = valueAt(document, fromPointer(pointer))
    if (value === undefined || expected === null) return value === undefined && expected === null
    return fingerprint(fingerprintOf, value) === expected
  })
}

function after(document: JsonDocument, edits: readonly UndoEdit[]): JsonDocument | undefined {
  const concrete = concreteEdits(document, edits)
  return concrete && afterEdits(document, concrete)
}

/** Objects that repairs have made, and that hold nothing any more once these are undone. */
function emptied(
  document: JsonDocument | undefined,
  undone: readonly RecordedRepair[],
): readonly UndoEdit[] {
  const made = [...new Set(undone.flatMap((repair) => repair.made))]
  const gone = new Set<string>()
  // Innermost first.
  for (const pointer of made.toSorted((a, b) => b.length - a.length)) {
    const node = document && nodeAt(document, fromPointer(pointer))
    if (node?.kind !== 'object') continue
    if (node.members.every(({ key }) => gone.has(`${pointer}${toPointer([key])}`)))
      gone.add(pointer)
  }
  return [...gone].map((pointer) => ({ op: 'delete', path: fromPointer(pointer) }))
}
