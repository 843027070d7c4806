import { fromPointer } from '../json.ts'
import type { Pointer } from '../json.ts'
import type { OwnedValue, RecordedFile, RecordedState } from '../state/recorded.ts'
import type { ActualFile, ActualState, FingerprintOf } from './actual.ts'
import { filesOf, readValue, sameValue } from './actual.ts'

/**
 * The recorded state after an apply that was interrupted: of each place, what was meant where that
 * stands there, else what was recorded before. Containers, elements and opened texts are the sum of
 * both. What was meant for files that are no targets of this run is kept for the run that they are
 * targets of.
 */
export function settleInterrupted(
  recorded: RecordedState,
  actual: ActualState,
  fingerprintOf: FingerprintOf,
): RecordedState {
  if (recorded.intended === null) return recorded
  const files = { ...recorded.files }
  const unsettled = { ...recorded.intended }
  for (const file of filesOf(actual)) {
    const intended = unsettled[file.path]
    if (intended === undefined) continue
    delete unsettled[file.path]
    files[file.path] = settleFile(file, files[file.path] ?? intended, intended, fingerprintOf)
  }
  const done = Object.keys(unsettled).length === 0
  return { ...recorded, files, intended: done ? null : unsettled }
}

function settleFile(
  file: ActualFile,
  old: RecordedFile,
  intended: RecordedFile,
  fingerprintOf: FingerprintOf,
): RecordedFile {
  const settleValue = (pointer: Pointer, meant: OwnedValue): OwnedValue => {
    const path = fromPointer(pointer)
    const actual = readValue(file, path, fingerprintOf)
    const stands = actual !== undefined && sameValue(path, meant.value, actual)
    return stands || meant.origin === 'kept' ? meant : (old.values[pointer] ?? meant)
  }
  const meant = Object.entries(intended.values).map(
    ([pointer, value]) => [pointer, settleValue(pointer, value)] as const,
  )
  const lists = new Set([...Object.keys(old.elements), ...Object.keys(intended.elements)])
  return {
    target: intended.target ?? old.target,
    manifest: old.manifest,
    created: old.created || intended.created,
    values: { ...old.values, ...Object.fromEntries(meant) },
    containers: { ...intended.containers, ...old.containers },
    elements: Object.fromEntries(
      [...lists].map((list) => [list, { ...intended.elements[list], ...old.elements[list] }]),
    ),
    opened: { ...old.opened, ...intended.opened },
  }
}
