import type { Diagnostic } from '../core/diagnostic.ts'
import { nearest } from '../core/nearest.ts'
import type { RecordedFile, RecordedState } from '../core/state/recorded.ts'
import { forgetUnits, unitsOf } from '../core/state/units.ts'
import { NOTHING } from '../core/state/wanted-of.ts'
import { InvalidInput } from '../errors.ts'
import { takeLock } from './lock-targets.ts'
import { readWorld } from './read-world.ts'
import { recordedTargets } from './recorded-targets.ts'
import type { Session } from './session.ts'
import { readState, stateFile, writeState } from './state-store.ts'

export interface Unmanaged {
  /** In the order of their names. */
  readonly units: readonly string[]
  /** Files in which their values stay. */
  readonly files: readonly string[]
}

/**
 * Stop managing providers or top-level fields, leaving all files as they are; all of them when none is
 * named. Needs no manifest.
 *
 * @throws InvalidInput for an id that is not managed
 */
export async function unmanage(session: Session, ids: readonly string[]): Promise<Unmanaged> {
  const { system } = session
  const before = await readState(system)
  const world = await readWorld(session, recordedTargets(session, before.state), NOTHING)
  const lock = await takeLock(session, world)
  try {
    // Read again: another opgen may have written until the lock was there.
    const { recorded } = await readWorld(session, world.targets, NOTHING)
    const managed = unitsOf(recorded)
    requireManaged(ids, managed, stateFile(system.machine))
    const units = managed.filter((unit) => ids.length === 0 || ids.includes(unit))
    if (units.length === 0) return { units: [], files: [] }
    const next = forgetUnits(recorded, new Set(units))
    await writeState(system, next)
    return { units, files: filesWith(recorded, new Set(units)) }
  } finally {
    await lock.release()
  }
}

function filesWith({ files }: RecordedState, units: ReadonlySet<string>): readonly string[] {
  const holds = ({ values }: RecordedFile): boolean =>
    Object.values(values).some(({ unit }) => units.has(unit))
  return Object.entries(files).flatMap(([path, file]) => (holds(file) ? [path] : []))
}

function requireManaged(ids: readonly string[], managed: readonly string[], file: string): void {
  const unknown = ids.filter((id) => !managed.includes(id))
  const problems = unknown.map((id): Diagnostic => {
    const near = nearest(id, managed)
    const names = managed.length === 0 ? 'nothing is managed' : `managed are ${managed.join(', ')}`
    return {
      code: 'not-managed',
      severity: 'error',
      message: `opgen manages no "${id}" here`,
      source: { file, line: 1, column: 1 },
      hint: near === undefined ? names : `did you mean "${near}"?`,
    }
  })
  if (problems.length > 0) throw new InvalidInput(problems)
}
