import { isDeepStrictEqual } from 'node:util'
import type { RecordedRepair } from '../state/recorded.ts'

/** Without those that a run which was killed has written down ahead, and that are only made now. */
export function withoutAhead(
  made: readonly RecordedRepair[],
  now: readonly RecordedRepair[],
): readonly RecordedRepair[] {
  const left = [...made]
  for (const repair of now) {
    const ahead = left.findLastIndex((other) => isDeepStrictEqual(other, repair))
    if (ahead >= 0) left.splice(ahead, 1)
  }
  return left
}
