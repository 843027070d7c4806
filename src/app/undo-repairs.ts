import { isDeepStrictEqual } from 'node:util'
import type { JsonDocument } from '../core/jsonc/parse.ts'
import { parseJsonDocument } from '../core/jsonc/parse.ts'
import type { JsonFile } from '../core/plan/actual.ts'
import { planUndo } from '../core/plan/plan-undo.ts'
import type { PlannedUndo } from '../core/plan/plan-undo.ts'
import type { Change, FilePlan, Plan } from '../core/plan/plan.ts'
import type { RecordedRepair, RecordedState } from '../core/state/recorded.ts'
import type { World } from './read-world.ts'
import { renderTarget } from './render-target.ts'
import type { RenderFacts } from './render-target.ts'

type Repairs = NonNullable<RecordedState['repairs']>

export interface UndoFacts extends RenderFacts {
  readonly world: World
  /** The repairs that the generation which is led back to had; none: all are undone. */
  readonly former?: Repairs | undefined
}

/**
 * The plan that also undoes what `doctor --fix` has changed, but for what was changed by then. What somebody
 * has changed since stays as it is, and is said. What opgen itself has changed since goes first.
 */
export function withRepairsUndone(plan: Plan, { world, former = {}, ...facts }: UndoFacts): Plan {
  const { repairs: _, ...next } = plan.next
  const files = new Map(plan.files.map((file) => [file.path, file]))
  const kept: Record<string, readonly RecordedRepair[]> = {}
  let { changes } = plan
  for (const [path, repairs] of Object.entries(world.recorded.repairs ?? {})) {
    const { old, since } = split(repairs, former[path] ?? [])
    const isLink = path === world.targets.auth && world.authLink !== undefined
    const found = fileAt(world, path)
    // A file that this run leaves out, as another `--config` may, waits for one that does not.
    const stillThere = isLink || found === undefined ? repairs : old
    if (stillThere.length > 0) kept[path] = stillThere
    const planned = files.get(path)
    if (planned?.action === 'remove') continue
    if (isLink) {
      changes = withNotes(changes, { undone: [], stays: since, path, why: BEHIND_LINK })
      continue
    }
    if (found === undefined) continue
    const document = plannedDocument(found, planned, { ...facts, world })
    const { undone, stays, edits } = planUndo(document, since, world.fingerprintOf)
    changes = withNotes(changes, { undone, stays, path, why: STAYS })
    if (edits.length === 0) continue
    const { target } = found
    files.set(path, {
      ...(planned ?? { target, path, action: 'edit' }),
      edits: [...(planned?.edits ?? []), ...edits],
    })
  }
  return {
    ...plan,
    changes,
    files: [...files.values()],
    next: Object.keys(kept).length === 0 ? next : { ...next, repairs: kept },
  }
}

/** Those that were there then, and those since. The same repair may have been made more than once. */
function split(
  repairs: readonly RecordedRepair[],
  then: readonly RecordedRepair[],
): { readonly old: readonly RecordedRepair[]; readonly since: readonly RecordedRepair[] } {
  const left = [...then]
  const old: RecordedRepair[] = []
  const since: RecordedRepair[] = []
  for (const repair of repairs) {
    const index = left.findIndex((other) => isDeepStrictEqual(other, repair))
    if (index < 0) since.push(repair)
    else {
      left.splice(index, 1)
      old.push(repair)
    }
  }
  return { old, since }
}

function fileAt({ actual }: World, path: string): JsonFile | undefined {
  const { config, auth, formerAuth = [] } = actual
  return [...config, auth, ...formerAuth].find((one) => one.path === path)
}

/** The file as the plan leaves it. */
function plannedDocument(
  file: JsonFile,
  planned: FilePlan | undefined,
  { world, secrets, saved }: UndoFacts,
): JsonDocument | undefined {
  if (planned === undefined) return file.document
  const recorded = world.recorded.files[file.path]
  const { text } = renderTarget(file, planned.edits, { secrets, ...(saved && { saved }), recorded })
  const parsed = parseJsonDocument(text, 'jsonc')
  return parsed.ok ? parsed.document : undefined
}

const UNDONE = 'what `opgen doctor --fix` changed is as it was before'
const STAYS = 'what `opgen doctor --fix` changed stays: somebody has changed it since'
const BEHIND_LINK = 'what `opgen doctor --fix` changed stays: the file is a link now'

interface Noted extends Pick<PlannedUndo, 'undone' | 'stays'> {
  readonly path: string
  /** Why some stay. */
  readonly why: string
}

function withNotes(
  changes: readonly Change[],
  { undone, stays, path: file, why }: Noted,
): readonly Change[] {
  const all = new Map(changes.map((change) => [change.id, change]))
  for (const repair of [...undone, ...stays]) {
    const { unit: id, target, left } = repair
    const isUndone = undone.includes(repair)
    const before = all.get(id) ?? unchanged(id)
    const note = isUndone ? UNDONE : why
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
