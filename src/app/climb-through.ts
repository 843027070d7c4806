import { describeThrough } from '../through-words.ts'
import type { LadderStep, VerifiedProvider } from './ladder-steps.ts'
import type { Session } from './session.ts'
import { askThroughOpenCode } from './through-opencode.ts'

/** How OpenCode is to be asked. */
export interface Through {
  /** Id of the model that is to answer, where it is one of this provider's. */
  readonly preferred: string | undefined
  /** Milliseconds for one request. */
  readonly timeout: number
}

/** OpenCode starts twice: to list its models, and to have one answer. */
const STARTS = 2

/** The last step: whether OpenCode can do what opgen could. It is left out where that failed. */
export async function climbThrough(
  session: Session,
  provider: VerifiedProvider,
  { preferred, timeout }: Through,
): Promise<VerifiedProvider> {
  const { id, models, steps, state } = provider
  const isStopped = steps.some(({ step, ok }) => !ok && step !== 'models')
  if (isStopped) return provider
  const model =
    models.find((one) => one.id === preferred) ?? models.find(({ offered }) => offered === true)
  const result = await askThroughOpenCode(session, {
    id,
    models: models.map((one) => one.id),
    model: model?.id,
    deadline: timeout * STARTS,
  })
  const step = inOne(describeThrough(result, id))
  const now = step.ok ? (step.skipped === true ? state : worksToo(state)) : 'failed'
  return { ...provider, steps: [...steps, step], state: now }
}

/** What OpenCode does itself is known, though opgen could not ask. */
function worksToo(state: VerifiedProvider['state']): VerifiedProvider['state'] {
  return state === 'unknown' ? 'works' : state
}

type Told = ReturnType<typeof describeThrough>

/** The list and the answer as one step: the first that failed, else both. */
function inOne(told: Told): LadderStep {
  const failed = told.find(({ state }) => state === 'failed')
  const ms = Math.round(told.reduce((sum, one) => sum + one.ms, 0))
  if (failed !== undefined) {
    const { detail, hint } = failed
    return { step: 'opencode', ok: false, ms, detail, ...(hint === undefined ? {} : { hint }) }
  }
  const isSkipped = told.every(({ state }) => state === 'skipped')
  const detail = told.map((one) => one.detail).join(', ')
  return { step: 'opencode', ok: true, ms, detail, ...(isSkipped ? { skipped: true } : {}) }
}
