import { fromPointer, isJsonObject, toPointer } from '../json.ts'
import type { Path, Pointer } from '../json.ts'
import type { GoneValue, OwnedValue, RecordedFile, RecordedValue } from '../state/recorded.ts'
import { findNode, readValue } from './actual.ts'
import { rememberable } from './before.ts'
import type { Drafts, FileDraft } from './draft.ts'
import { changedPath, unitDraft } from './draft.ts'
import { restoring } from './plan-restore.ts'

/* What stood there before opgen, at places that opgen has left since: `destroy` puts it back. */

/** Remember what was there before a value of opgen's, or one that it had adopted, when it goes. */
export function rememberGone(
  drafts: Drafts,
  draft: FileDraft,
  path: Path,
  { unit, origin, value, before }: OwnedValue,
): void {
  const { target } = draft.file
  if (drafts.ending.kind === 'restore' || target === 'keyfile') return
  if (origin === 'written') {
    if (before !== null) draft.gone.set(placeOf(draft, path), { unit, before })
    return
  }
  // Of an object only that it was there is opgen's. An adopted key is where it came from.
  const isObject = 'json' in value && isJsonObject(value.json)
  const found = isObject ? value : readValue(draft.file, path, drafts.fingerprintOf)
  const adopted = target === 'auth' ? null : rememberable(drafts, draft, path, found)
  if (adopted === null || 'fingerprint' in adopted) return
  const kept = isObject ? { json: adopted.json } : adopted
  draft.gone.set(placeOf(draft, path), { unit, before: kept })
}

/** What a value that opgen writes again takes the place of. */
export function goneBefore(draft: FileDraft, path: Path): RecordedValue | null {
  return draft.old.gone?.[placeOf(draft, path)]?.before ?? null
}

/** An entry of auth.json comes back as a whole. */
function placeOf({ file }: FileDraft, path: Path): Pointer {
  return toPointer(file.target === 'auth' ? path.slice(0, 1) : path)
}

/** Plan to put back what is gone, where nobody has put anything since. */
export function planReturn(drafts: Drafts, draft: FileDraft): void {
  if (drafts.ending.kind !== 'restore') return
  for (const [pointer, { unit, before }] of Object.entries(draft.old.gone ?? {})) {
    const path = fromPointer(pointer)
    if (isTaken(draft, path) || drafts.leftOut.has(unit)) continue
    const edit = restoring(drafts, draft, { unit, path, before })
    if (edit === undefined) continue
    draft.restores.set(pointer, edit)
    unitDraft(drafts, unit).written.push(changedPath(draft.file, path))
  }
}

/** Whether something is wanted at a place, stands there, or stands in the way. */
function isTaken(draft: FileDraft, path: Path): boolean {
  const pointer = toPointer(path)
  if (draft.claimed.has(pointer) || draft.above.has(pointer)) return true
  if (findNode(draft.file, path) !== undefined) return true
  return path.some((_, depth) => {
    const way = findNode(draft.file, path.slice(0, depth))
    return way !== undefined && way.kind !== 'object'
  })
}

/** What is still to be remembered after a plan. @param surviving objects that were to go and stay */
export function goneAfter(draft: FileDraft, surviving: ReadonlySet<Pointer>): RecordedFile['gone'] {
  const earlier = Object.entries(draft.old.gone ?? {}).filter(
    ([pointer]) => !draft.restores.has(pointer) && !isTaken(draft, fromPointer(pointer)),
  )
  const fresh = [...draft.gone].filter(([pointer]) => !surviving.has(pointer))
  const gone: Readonly<Record<Pointer, GoneValue>> = Object.fromEntries([...earlier, ...fresh])
  return Object.keys(gone).length === 0 ? undefined : gone
}
