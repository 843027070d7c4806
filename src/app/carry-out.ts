import { isDeepStrictEqual } from 'node:util'
import { filesOf } from '../core/plan/actual.ts'
import type { Choices } from '../core/plan/plan.ts'
import type { Cause } from '../core/state/generation.ts'
import type { RecordedState } from '../core/state/recorded.ts'
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
) => Promise<Decided | undefined>

export interface Decided {
  readonly choices: Choices
  /** Ids of providers for which a key was stored. */
  readonly entered: readonly string[]
}

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
 * Answers are to what was shown: where something else is there then, they are asked for again.
 *
 * @throws OpgenError `target-changed` when a file changed again
 */
export async function carryOut<P extends Planned>(
  session: Session,
  { cause, choices, plan, decide }: Undertaking<P>,
): Promise<CarriedOut<P>> {
  let answers: Decided = { choices, entered: [] }
  let shown: P | undefined
  let mayChange = true
  let lock: Lock | undefined
  try {
    for (;;) {
      const planned: P = await plan(answers.choices, answers.entered)
      answers = { ...answers, entered: [] }
      if (shown !== undefined && !isSameWorld(shown, planned)) {
        answers = { choices, entered: [] }
        shown = undefined
        continue
      }
      const isUndecided = planned.plan.decisions.length > 0
      // What looks like a question may be another opgen that is not finished yet.
      if (lock === undefined && (isUndecided || writesAnything(planned))) {
        lock = await takeLock(session, planned)
        if (await isStateOutdated(session.system, planned.stored, planned.machineSecret)) continue
      }
      if (isUndecided) {
        await lock?.release()
        lock = undefined
        const decided = await decide(planned, answers.choices)
        if (decided === undefined) return { planned, executed: undefined, staleProcesses: [] }
        answers = decided
        shown = planned
        continue
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

/**
 * Whether two plans are about the same texts and the same record. Keys may have come, and from a vault also
 * where they may go; and an answer may have made key files matter that did not before.
 */
function isSameWorld(one: Planned, other: Planned): boolean {
  const shown = new Map(filesOf(one.actual).map(({ path, document }) => [path, document?.text]))
  const texts = filesOf(other.actual).filter(({ path }) => shown.has(path))
  return (
    texts.every(({ path, document }) => shown.get(path) === document?.text) &&
    isDeepStrictEqual(withoutBindings(one), withoutBindings(other))
  )
}

function withoutBindings({ stored }: Planned): RecordedState {
  return { ...stored.state, bindings: [] }
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
