import type { Choices } from '../core/plan/plan.ts'
import { OpgenError } from '../errors.ts'
import type { System } from '../system/system.ts'
import type { Executed } from './execute-plan.ts'
import { executePlan } from './execute-plan.ts'
import type { Loaded } from './load-plan.ts'
import { loadPlan } from './load-plan.ts'
import type { Session } from './session.ts'

export interface Applied {
  readonly loaded: Loaded
  /** Undefined: decisions are open, and nothing was written. */
  readonly executed: Executed | undefined
  /** Pids of OpenCode processes older than the change: 1.x does not read its files again. */
  readonly staleProcesses: readonly number[]
}

/** Plan and carry out. A target that changes under the plan is planned afresh once. */
export async function applyManifest(session: Session, choices: Choices): Promise<Applied> {
  try {
    return await planAndExecute(session, choices)
  } catch (error) {
    if (!(error instanceof OpgenError) || error.failure.code !== 'target-changed') throw error
    return await planAndExecute(session, choices)
  }
}

async function planAndExecute(session: Session, choices: Choices): Promise<Applied> {
  const { system } = session
  const loaded = await loadPlan(session, choices, { forApply: true })
  if (loaded.plan.decisions.length > 0) return { loaded, executed: undefined, staleProcesses: [] }
  const executed = await executePlan(loaded, session)
  const staleProcesses = executed.applied ? await findStale(system) : []
  return { loaded, executed, staleProcesses }
}

async function findStale(system: System): Promise<readonly number[]> {
  const now = system.now().getTime()
  const running = await system.processes.named('opencode')
  return running.filter(({ startedAt }) => startedAt < now).map(({ pid }) => pid)
}
