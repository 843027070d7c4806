import { isDeepStrictEqual } from 'node:util'
import type { Choices } from '../core/plan/plan.ts'
import type { Cause } from '../core/state/generation.ts'
import { OpgenError } from '../errors.ts'
import type { Lock } from '../system/system.ts'
import { executePlan } from './execute-plan.ts'
import type { Executed } from './execute-plan.ts'
import { takeLock } from './lock-targets.ts'
import type { MakePlanned, Planned } from './planned.ts'
import type { Session } from './session.ts'
import { isStateOutdated } from './state-store.ts'

/** Asked about the decisions of a plan; undefined: they stay open, and nothing is written. */
export type Decide<P extends Planned> = (
  planned: P,
  choices: Choices,
) => Promise<Choices | undefined>

export interface Undertaking<P extends Planned> {
  readonly cause: Cause
  readonly choices: Choices
  readonly plan: MakePlanned<P>
  readonly decide: Decide<P>
}

export interface CarriedOut<P extends Planned> {
  readonly planned: P
  /** Undefined: decisions are open, and nothing was written. */
  readonly executed: Executed | undefined
  /** Pids of OpenCode processes older than the change: 1.x does not read its files again. */
  readonly staleProcesses: readonly number[]
}

/**
 * Plan, settle what is to be decided, and write, as one opgen at a time.
 *
 * Planning and asking need no lock: whoever takes their time does not keep others waiting. What another
 * opgen wrote until the lock was there is planned afresh, and so is, once, what any other program wrote.
 *
 * @throws OpgenError `target-changed` when a file changed again
 */
export async function carryOut<P extends Planned>(
  session: Session,
  { cause, choices, plan, decide }: Undertaking<P>,
): Promise<CarriedOut<P>> {
  let answers = choices
  let mayChange = true
  let lock: Lock | undefined
  try {
    for (;;) {
      const planned = await plan(answers)
      if (planned.plan.decisions.length > 0) {
        await lock?.release()
        lock = undefined
        const decided = await decide(planned, answers)
        if (decided === undefined) return { planned, executed: undefined, staleProcesses: [] }
        answers = decided
        continue
      }
      if (lock === undefined && writesAnything(planned)) {
        lock = await takeLock(session, planned)
        if (await isStateOutdated(session.system, planned.stored, planned.machineSecret)) continue
      }
      try {
        const executed = await executePlan(planned, session, cause)
        const staleProcesses = executed.applied ? await findStale(session) : []
        return { planned, executed, staleProcesses }
      } catch (error) {
        if (!mayChange || !isChange(error)) throw error
        mayChange = false
      }
    }
  } finally {
    await lock?.release()
  }
}

function writesAnything({ plan, stored }: Planned): boolean {
  return plan.files.length > 0 || !isDeepStrictEqual(plan.next, stored.state)
}

function isChange(error: unknown): boolean {
  return error instanceof OpgenError && error.failure.code === 'target-changed'
}

async function findStale({ system }: Session): Promise<readonly number[]> {
  const now = system.now().getTime()
  const running = await system.processes.named('opencode')
  return running.filter(({ startedAt }) => startedAt < now).map(({ pid }) => pid)
}
