import type { Plan } from '../core/plan/plan.ts'
import { changedValues } from '../core/state/generation.ts'
import type { Cause, Generation, GenerationChange } from '../core/state/generation.ts'
import type { RecordedState } from '../core/state/recorded.ts'
import type { System } from '../system/system.ts'
import type { Planned } from './planned.ts'

/** The record of a plan that has been carried out. */
export function generationOf(
  { plan, stored, origin }: Planned,
  next: RecordedState,
  { system, cause }: { readonly system: System; readonly cause: Cause },
): Generation {
  const { files, delivery, keys, seen, repairs, generation: number } = next
  const { manifest, machine: name, profile, lists } = origin
  return {
    version: 1,
    number,
    time: system.now().toISOString(),
    opgen: system.version,
    cause,
    manifest,
    machine: { hostname: system.machine.hostname, name, profile },
    changes: changesOf(plan),
    before: changedValues(stored.state.files, files),
    after: { files, delivery, keys, seen, ...(repairs === undefined ? {} : { repairs }) },
    lists,
  }
}

function changesOf({ changes }: Plan): readonly GenerationChange[] {
  return changes.flatMap(({ id, action, drifted }) =>
    action === 'none' ? [] : [{ id, action, drifted }],
  )
}
