import { askList } from './climbing.ts'
import type { Climbing, Heard } from './climbing.ts'
import { completionRungs } from './climb-to-completion.ts'
import { refusedRungs } from './ground.ts'
import type { Climbed, Ground } from './ground.ts'
import { neighboursOf } from './neighbours.ts'
import { checkModels, parseListed } from './offered.ts'
import { askEndpoint } from './protocol.ts'
import { isWebPage, judgeAnswer } from './reception.ts'
import type { Refusal } from './reception.ts'
import { rung } from './rung.ts'
import type { Found, Rung } from './rung.ts'

/** What it took to ask, and what came in the place of a list. */
export interface Below {
  readonly rungs: readonly Rung[]
  readonly heard: Heard
}

/**
 * The steps of a server that has no list where one was asked for: either it has none at all, which the
 * adapter's endpoint tells, or the address is wrong.
 */
export function* climbWithoutList(ground: Ground, { rungs, heard }: Below): Climbing<Climbed> {
  const { climber, endpoint, declared } = ground
  const noList = rung('models', { state: 'skipped', what: 'no-list' })
  const noProof = rung('key', { state: 'skipped', what: 'no-list-for-key' })
  const models = checkModels(declared, undefined)
  if (endpoint !== undefined) {
    const { found, ms } = yield* askEndpoint(ground, endpoint.path)
    if (found.state === 'refused')
      return { rungs: [...rungs, ...refusedAt(climber, found.refusal)] }
    if (found.state === 'there') {
      const refusal = refusalOf(found.status)
      if (refusal !== undefined) return { rungs: [...rungs, ...refusedRungs(climber.key, refusal)] }
      const there: Found = { state: 'ok', what: 'endpoint-there', path: endpoint.path }
      const completion = yield* completionRungs(ground, models)
      const own = climber.key.state === 'external' ? rung('key', EXTERNAL) : noProof
      return { rungs: [...rungs, own, noList, rung('protocol', there, ms), ...completion], models }
    }
  }
  const wrong = yield* judgeAddress(ground, heard)
  if (wrong === undefined) {
    const other: Found = { state: 'skipped', what: 'other-protocol' }
    return { rungs: [...rungs, noProof, noList, rung('protocol', other)], models }
  }
  const below = rungs.filter(({ step }) => step !== 'http')
  const ms = rungs.find(({ step }) => step === 'http')?.ms
  return { rungs: [...below, rung('http', wrong, ms)] }
}

const EXTERNAL: Found = { state: 'skipped', what: 'external' }

/** What the endpoint says instead of the list. */
function refusedAt({ key }: Ground['climber'], refusal: Refusal): readonly Rung[] {
  const isOnTheWay = refusal.kind === 'redirected' || refusal.kind === 'not-reached'
  if (isOnTheWay) return [rung('protocol', { state: 'failed', what: 'refused', refusal })]
  return refusedRungs(key, refusal)
}

function refusalOf(status: number): Refusal | undefined {
  if (status === 402) return { kind: 'no-credit', status }
  return status === 429 ? { kind: 'rate-limited', status } : undefined
}

/** Undefined: a server of a protocol of its own need not have a list. */
function* judgeAddress(ground: Ground, { answer }: Heard): Climbing<Found | undefined> {
  const better = yield* findBetter(ground)
  if (answer.state === 'failed') return undefined
  const { status } = answer
  const page = isWebPage(answer)
  const isSilent = judgeAnswer(answer, { url: '', proof: 'models' }).kind === 'no-model-list'
  if (better === undefined && ground.endpoint === undefined && isSilent) return undefined
  return { state: 'failed', what: 'wrong-address', status, isWebPage: page, better }
}

/** A base URL nearby at which the same server lists its models. */
function* findBetter(ground: Ground): Climbing<string | undefined> {
  const { server } = ground
  for (const baseURL of neighboursOf(server.baseURL)) {
    const { answer } = yield* askList(
      ground,
      `${baseURL}${server.adapter.proof === 'models' ? server.adapter.path : '/models'}`,
    )
    const isList =
      answer.state === 'answered' &&
      answer.status === 200 &&
      answer.fault === undefined &&
      parseListed(answer.body) !== undefined
    if (isList) return baseURL
  }
  return undefined
}
