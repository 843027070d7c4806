import { fromPointer, isJsonObject, toPointer } from '../json.ts'
import type { Path } from '../json.ts'
import type { OwnedValue, RecordedValue } from '../state/recorded.ts'
import { readValue } from './actual.ts'
import { describeFound } from './describe.ts'
import type { Drafts, FileDraft } from './draft.ts'
import {
  askFor,
  changedPath,
  draftDelete,
  forceOrKeep,
  ownedPointers,
  ownersOf,
  unitDraft,
} from './draft.ts'
import { answerTo } from './plan.ts'
import { judgeUnwanted } from './verdict.ts'

/** Plan the end of every value that opgen recorded in a file and nobody wants there any more. */
export function planUnwanted(
  drafts: Drafts,
  draft: FileDraft,
  released: ReadonlySet<string>,
): void {
  for (const pointer of ownedPointers(draft)) {
    const owners = ownersOf(draft, pointer)
    const unit = owners[0]?.unit
    if (unit === undefined || draft.claimed.has(pointer) || drafts.leftOut.has(unit)) continue
    if (draft.file.target === 'auth' && released.has(unit)) continue
    planEnd(drafts, draft, { unit, path: fromPointer(pointer), owners })
  }
}

function planEnd(
  drafts: Drafts,
  draft: FileDraft,
  ending: {
    readonly unit: string
    readonly path: Path
    readonly owners: readonly OwnedValue[]
  },
): void {
  const { unit, path, owners } = ending
  const actual = readValue(draft.file, path, drafts.fingerprintOf)
  const pointer = toPointer(path)
  if (draft.above.has(pointer) && isObjectValue(owners[0]?.value)) {
    // The other way round: `{}` becomes the container of what is wanted now.
    const origin = owners[0]?.origin === 'adopted' ? 'adopted' : 'written'
    draft.containers.set(pointer, { unit, origin })
    return
  }
  const verdict = judgeUnwanted(path, actual, owners)
  if (verdict === 'forget') return
  const changes = unitDraft(drafts, unit)
  if (verdict === 'drift') {
    changes.drifted = true
    if (answerTo(drafts.choices, unit) === 'keep') return
    if (answerTo(drafts.choices, unit) !== 'force') {
      changes.disputed.push(changedPath(draft.file, path))
      const detail = `${describeFound(path, actual)}, changed since opgen wrote it and no longer wanted`
      askFor(drafts, { id: unit, kind: 'drift', detail }, forceOrKeep(unit))
      return
    }
  }
  if (verdict === 'drift' && draft.file.target === 'auth') drafts.replacedLogins.add(unit)
  changes.deleted.push(changedPath(draft.file, path))
  draftDelete(draft, path, actual)
}

function isObjectValue(value: RecordedValue | undefined): boolean {
  return value !== undefined && 'json' in value && isJsonObject(value.json)
}
