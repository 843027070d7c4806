import { isDeepStrictEqual } from 'node:util'
import { filesOf } from '../core/plan/actual.ts'
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

/**
 * Have the open decisions of a plan answered by whoever can. Gives the choices with the answers, or
 * undefined to leave the decisions open.
 */
export type Decide = (loaded: Loaded, choices: Choices) => Promise<Choices | undefined>

/** Plan, have it decided, and carry out. A target that changes under the plan is planned afresh once. */
export async function applyManifest(
  session: Session,
  choices: Choices,
  decide: Decide,
): Promise<Applied> {
  const loaded = await loadDecided(session, choices, decide)
  try {
    return await execute(session, loaded)
  } catch (error) {
    if (!(error instanceof OpgenError) || error.failure.code !== 'target-changed') throw error
    return await execute(session, await loadDecided(session, choices, decide))
  }
}

/**
 * Plan until no decision is left, or nobody answers. Answers are to what was shown: where something
 * else is there the next time, they are asked for again.
 */
export async function loadDecided(
  session: Session,
  choices: Choices,
  decide: Decide,
): Promise<Loaded> {
  const load = (given: Choices): Promise<Loaded> => loadPlan(session, given, { forApply: true })
  let given = choices
  let loaded = await load(given)
  while (loaded.plan.decisions.length > 0) {
    const answered = await decide(loaded, given)
    if (answered === undefined) return loaded
    const next = await load(answered)
    const isSame = sameWorld(loaded, next)
    given = isSame ? answered : choices
    loaded = isSame ? next : await load(given)
  }
  return loaded
}

/** Whether two plans are about the same manifest, files and record; keys may have come. */
function sameWorld(one: Loaded, other: Loaded): boolean {
  return isDeepStrictEqual(shownOf(one), shownOf(other))
}

function shownOf({ manifest, actual, stored }: Loaded): readonly unknown[] {
  const texts = filesOf(actual).map(({ path, document }) => [path, document?.text])
  return [manifest.wanted, texts, stored]
}

async function execute(session: Session, loaded: Loaded): Promise<Applied> {
  if (loaded.plan.decisions.length > 0) return { loaded, executed: undefined, staleProcesses: [] }
  const executed = await executePlan(loaded, session)
  const staleProcesses = executed.applied ? await findStale(session.system) : []
  return { loaded, executed, staleProcesses }
}

async function findStale(system: System): Promise<readonly number[]> {
  const now = system.now().getTime()
  const running = await system.processes.named('opencode')
  return running.filter(({ startedAt }) => startedAt < now).map(({ pid }) => pid)
}
