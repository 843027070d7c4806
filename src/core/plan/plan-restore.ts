import { toPointer } from '../json.ts'
import type { Path } from '../json.ts'
import type { OwnedValue, RecordedValue } from '../state/recorded.ts'
import { findNode } from './actual.ts'
import { savedAs } from './before.ts'
import type { Drafts, FileDraft } from './draft.ts'
import { unitDraft } from './draft.ts'
import type { PlannedEdit } from './plan.ts'

/** Members of an auth entry that may be there when it gives way to the one before. */
const ENTRY_MEMBERS: readonly string[] = ['type', 'key', 'metadata']

/**
 * Plan to put back what stood where a value of opgen's goes.
 *
 * @returns false where there is nothing to put back, so that the value is to be deleted
 */
export function planRestore(
  drafts: Drafts,
  draft: FileDraft,
  path: Path,
  owned: OwnedValue,
): boolean {
  if (drafts.ending.kind !== 'restore') return false
  const { unit } = owned
  if (draft.file.target === 'auth') return planEntryBack(drafts, draft, unit)
  if (owned.before === null) return false
  const edit = restoring(drafts, draft, { unit, path, before: owned.before })
  if (edit !== undefined) draft.restores.set(toPointer(path), edit)
  return edit !== undefined
}

/** An entry of auth.json comes back as a whole: opgen's `type` and the tokens of a login make no entry. */
function planEntryBack(drafts: Drafts, draft: FileDraft, unit: string): boolean {
  const { values } = draft.old
  const former = [values[toPointer([unit, 'type'])], values[toPointer([unit, 'key'])]]
  if (former.every((owned) => owned === undefined || owned.before === null)) return false
  const entry = findNode(draft.file, [unit])
  const others =
    entry?.kind === 'object'
      ? entry.members.filter(({ key }) => !ENTRY_MEMBERS.includes(key)).map(({ key }) => key)
      : []
  if (others.length > 0) {
    say(drafts, unit, 'its former login is not put back: the entry holds what opgen did not write')
    return false
  }
  const before = { fingerprint: '' }
  const edit = restoring(drafts, draft, { unit, path: [unit], before })
  if (edit !== undefined) draft.restores.set(toPointer([unit]), edit)
  return edit !== undefined
}

/** The edit that puts something back; undefined when it is known no more. */
export function restoring(
  drafts: Drafts,
  { file }: Pick<FileDraft, 'file'>,
  { unit, path, before }: { unit: string; path: Path; before: RecordedValue },
): PlannedEdit | undefined {
  if (drafts.ending.kind !== 'restore') return undefined
  const place = file.target === 'auth' ? 'its former login' : toPointer(path)
  if ('json' in before) {
    say(drafts, unit, `${place} is put back as it was before`)
    return { op: 'set', path, value: before.json, spelling: before.spelling }
  }
  const account = savedAs(file, unit, path)
  if (drafts.ending.saved.has(account)) {
    say(drafts, unit, `${place} is put back as it was before, from the keychain`)
    return { op: 'set-saved', path, account }
  }
  say(drafts, unit, `${place} is not put back: it may be a secret, and the keychain has it not`)
  return undefined
}

function say(drafts: Drafts, unit: string, note: string): void {
  const { notes } = unitDraft(drafts, unit)
  if (!notes.includes(note)) notes.push(note)
}
