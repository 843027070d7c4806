import { isDeepStrictEqual } from 'node:util'
import { planUndo } from '../core/plan/plan-undo.ts'
import type { PlannedUndo } from '../core/plan/plan-undo.ts'
import type { Change, FilePlan, Plan } from '../core/plan/plan.ts'
import type { RecordedRepair, RecordedState } from '../core/state/recorded.ts'
import type { World } from './read-world.ts'

type Repairs = NonNullable<RecordedState['repairs']>

/**
 * The plan that also undoes what `doctor --fix` has changed, but for what was changed by then. What somebody
 * has changed since stays as it is, and is said.
 *
 * @param then the repairs that the generation which is led back to had; none: all are undone
 */
export function withRepairsUndone(plan: Plan, world: World, then: Repairs = {}): Plan {
  const { repairs: _, ...next } = plan.next
  const files = new Map(plan.files.map((file) => [file.path, file]))
  const kept: Record<string, readonly RecordedRepair[]> = {}
  let { changes } = plan
  for (const [path, repairs] of Object.entries(world.recorded.repairs ?? {})) {
    const wasThere = (repair: RecordedRepair): boolean =>
      (then[path] ?? []).some((other) => isDeepStrictEqual(other, repair))
    const old = repairs.filter(wasThere)
    if (old.length > 0) kept[path] = old
    const { undo, file } = undoIn(
      world,
      path,
      repairs.filter((repair) => !wasThere(repair)),
    )
    changes = withNotes(changes, undo, path)
    if (file === undefined) continue
    const planned = files.get(path)
    if (planned?.action === 'remove') continue
    files.set(path, { ...file, edits: [...undo.edits, ...(planned?.edits ?? [])] })
  }
  return {
    ...plan,
    changes,
    files: [...files.values()],
    next: Object.keys(kept).length === 0 ? next : { ...next, repairs: kept },
  }
}

function undoIn(
  { actual, fingerprintOf }: World,
  path: string,
  repairs: readonly RecordedRepair[],
): { readonly undo: PlannedUndo; readonly file: FilePlan | undefined } {
  const { config, auth, formerAuth = [] } = actual
  const found = [...config, auth, ...formerAuth].find((one) => one.path === path)
  const undo = planUndo(found?.document, repairs, fingerprintOf)
  if (found === undefined || undo.edits.length === 0) return { undo, file: undefined }
  return { undo, file: { target: found.target, path, action: 'edit', edits: undo.edits } }
}

const UNDONE = 'what `opgen doctor --fix` changed is as it was before'
const STAYS = 'what `opgen doctor --fix` changed stays: somebody has changed it since'

function withNotes(
  changes: readonly Change[],
  { undone, stays }: PlannedUndo,
  file: string,
): readonly Change[] {
  const all = new Map(changes.map((change) => [change.id, change]))
  for (const repair of [...undone, ...stays]) {
    const { unit: id, target, left } = repair
    const isUndone = undone.includes(repair)
    const before = all.get(id) ?? unchanged(id)
    const note = isUndone ? UNDONE : STAYS
    const paths = Object.keys(left).map((pointer) => ({ target, file, pointer }))
    all.set(id, {
      ...before,
      action: isUndone && before.action === 'none' ? 'update' : before.action,
      paths: isUndone ? [...before.paths, ...paths] : before.paths,
      notes: before.notes.includes(note) ? before.notes : [...before.notes, note],
    })
  }
  return [...all.values()]
}

function unchanged(id: string): Change {
  return { id, action: 'none', drifted: false, paths: [], key: 'unchanged', notes: [] }
}
