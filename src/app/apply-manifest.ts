import type { Choices } from '../core/plan/plan.ts'
import { carryOut } from './carry-out.ts'
import type { CarriedOut, Decide } from './carry-out.ts'
import { keepLearnt } from './find-opencode.ts'
import type { Loaded } from './load-plan.ts'
import { startPlanning } from './load-plan.ts'
import type { Session } from './session.ts'

export type Applied = CarriedOut<Loaded>

/** Make this machine as the manifest says. */
export async function applyManifest(
  session: Session,
  choices: Choices,
  decide: Decide<Loaded>,
): Promise<Applied> {
  const plan = await startPlanning(session, choices, { forApply: true })
  const applied = await carryOut(session, { cause: 'apply', choices, plan, decide })
  // Commands that only look write nothing, and nothing is written while a decision is open.
  if (applied.executed !== undefined) await keepLearnt(session.system, applied.planned.found)
  return applied
}
