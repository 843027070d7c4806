import type { Path } from '../json.ts'
import type { OwnedValue, RecordedValue } from '../state/recorded.ts'
import { sameValue } from './actual.ts'

/**
 * What a three-way comparison of one path says (spec "Who owns what", the table).
 *
 * - `same`: opgen's own value stands as wanted
 * - `adopt`: the wanted value stands there, written by somebody else
 * - `write`: nothing is there
 * - `update`: opgen's own old value, untouched, gives way to the wanted one
 * - `drift`: a value of opgen's that somebody changed
 * - `conflict`: somebody else's different value stands in the way
 * - `left`: the user chose to keep a different value, and the wanted one has not changed since
 * - `delete`: opgen's own value, untouched, no longer wanted
 * - `forget`: nothing to do but to stop remembering
 */
export type WantedVerdict = 'same' | 'adopt' | 'write' | 'update' | 'drift' | 'conflict' | 'left'

export type UnwantedVerdict = 'delete' | 'drift' | 'forget'

/** Judge a place where something is wanted. */
export function judgeWanted(
  path: Path,
  wanted: RecordedValue,
  actual: RecordedValue | undefined,
  recorded: readonly OwnedValue[],
): WantedVerdict {
  const kept = recorded.some(
    (owned) => owned.origin === 'kept' && sameValue(path, wanted, owned.value),
  )
  if (actual === undefined) return 'write'
  if (kept) return 'left'
  const ours = recorded.filter((owned) => owned.origin !== 'kept')
  if (sameValue(path, wanted, actual)) return ours.length > 0 ? 'same' : 'adopt'
  if (ours.length === 0) return 'conflict'
  const untouched = ours.some((owned) => sameValue(path, owned.value, actual))
  return untouched ? 'update' : 'drift'
}

/** Judge a place of opgen's where nothing is wanted any more. */
export function judgeUnwanted(
  path: Path,
  actual: RecordedValue | undefined,
  recorded: readonly OwnedValue[],
): UnwantedVerdict {
  const ours = recorded.filter((owned) => owned.origin !== 'kept')
  if (actual === undefined || ours.length === 0) return 'forget'
  const untouched = ours.some((owned) => sameValue(path, owned.value, actual))
  return untouched ? 'delete' : 'drift'
}
