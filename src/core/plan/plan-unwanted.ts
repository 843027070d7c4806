import { fromPointer, isJsonObject, toPointer } from '../json.ts'
import type { Path } from '../json.ts'
import type { OwnedValue, RecordedValue } from '../state/recorded.ts'
import { readValue } from './actual.ts'
import { planToSave } from './before.ts'
import { detailOf } from './describe.ts'
import type { Drafts, FileDraft } from './draft.ts'
import { askFor, changedPath, draftDelete, forceOrKeep, unitDraft } from './draft.ts'
import { answerTo } from './plan.ts'
import { rememberGone } from './plan-gone.ts'
import { planRestore } from './plan-restore.ts'
import { judgeUnwanted } from './verdict.ts'

/** Plan the end of every value that opgen recorded in a file and nobody wants there any more. */
export function planUnwanted(
  drafts: Drafts,
  draft: FileDraft,
  released: ReadonlySet<string>,
): void {
  for (const [pointer, recorded] of Object.entries(draft.old.values)) {
    if (draft.claimed.has(pointer) || drafts.leftOut.has(recorded.unit)) continue
    if (draft.file.target === 'auth' && released.has(recorded.unit)) continue
    planEnd(drafts, draft, fromPointer(pointer), recorded)
  }
}

function planEnd(drafts: Drafts, draft: FileDraft, path: Path, recorded: OwnedValue): void {
  const { unit } = recorded
  const actual = readValue(draft.file, path, drafts.fingerprintOf)
  const pointer = toPointer(path)
  if (draft.above.has(pointer) && isObjectValue(recorded.value)) {
    // The other way round: `{}` becomes the container of what is wanted now, if it is there.
    if (actual === undefined || !isObjectValue(actual)) return
    const origin = recorded.origin === 'adopted' ? 'adopted' : 'written'
    draft.containers.set(pointer, { unit, origin })
    return
  }
  // Somebody's object took its place, and is wanted there now: what is in it is judged by itself.
  if (draft.above.has(pointer) && actual !== undefined && isObjectValue(actual)) return
  // What was there before opgen stays when it is to be as it was.
  if (drafts.ending.kind === 'restore' && recorded.origin === 'adopted') return
  const verdict = judgeUnwanted(path, actual, recorded)
  if (verdict === 'forget') return
  const changes = unitDraft(drafts, unit)
  if (verdict === 'drift') {
    changes.drifted = true
    const answer = answerTo(drafts.choices, { id: unit, kind: 'drift' })
    if (answer === 'keep') return
    if (answer !== 'force') {
      changes.disputed.push(changedPath(draft.file, path))
      const details = [detailOf(draft.file, path, { found: actual, wanted: 'nothing' })]
      askFor(drafts, { id: unit, kind: 'drift', details }, forceOrKeep(unit))
      return
    }
    if (draft.file.target === 'auth') planToSave(drafts, draft, { unit, path })
  }
  changes.deleted.push(changedPath(draft.file, path))
  rememberGone(drafts, draft, path, recorded)
  if (!planRestore(drafts, draft, path, recorded)) draftDelete(draft, path, actual)
}

function isObjectValue(value: RecordedValue): boolean {
  return 'json' in value && isJsonObject(value.json)
}
