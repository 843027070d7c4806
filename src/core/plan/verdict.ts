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
  recorded: OwnedValue | undefined,
): WantedVerdict {
  if (actual === undefined) return 'write'
  const kept = recorded?.origin === 'kept' ? recorded : undefined
  if (kept !== undefined && sameValue(path, wanted, kept.value)) return 'left'
  const ours = kept === undefined ? recorded : undefined
  if (sameValue(path, wanted, actual)) return ours === undefined ? 'adopt' : 'same'
  if (ours === undefined) return 'conflict'
  return sameValue(path, ours.value, actual) ? 'update' : 'drift'
}

/** Judge a place of opgen's where nothing is wanted any more. */
export function judgeUnwanted(
  path: Path,
  actual: RecordedValue | undefined,
  recorded: OwnedValue | undefined,
): UnwantedVerdict {
  if (actual === undefined || recorded === undefined) return 'forget'
  if (recorded.origin === 'kept') return 'forget'
  return sameValue(path, recorded.value, actual) ? 'delete' : 'drift'
}
