import { originOf } from '../url.ts'
import { listBehind } from '../offer/questions.ts'
import { askList } from './climbing.ts'
import type { Climbing, Heard } from './climbing.ts'
import { DECOY, OPENROUTER } from './key-check.ts'
import type { Climbed, Ground, Question } from './ground.ts'
import { checkModels, meaningOf, parseListed } from './offered.ts'
import type { CheckedModel, Listed } from './offered.ts'
import { compareReceptions, judgeAnswer } from './reception.ts'
import { rung } from './rung.ts'
import type { Found, Rung } from './rung.ts'
import { climbToCompletion } from './climb-to-completion.ts'

/** The server has answered the question: with the list, or with what it knows of the key. */
export interface Answered {
  readonly check: Question
  readonly heard: Heard
}

/** The steps of a server that has answered with its list, or with what it knows of a key. */
export function* climbWithList(ground: Ground, answered: Answered): Climbing<Climbed> {
  const key = yield* proveKey(ground, answered)
  const { listed, ms } = yield* listOf(ground, answered)
  const models = compare(ground, listed)
  const above = yield* climbToCompletion(ground, models)
  const found = judgeModels(ground, { listed, models })
  return { rungs: [key, rung('models', found, ms), ...above], models }
}

/** Many list their models to everybody: whoever accepts a key is asked with one that is none. */
function* proveKey({ climber, server }: Ground, { check }: Answered): Climbing<Rung> {
  switch (climber.key.state) {
    case 'key': {
      const { answer, ms } = yield* askList({ server, secret: DECOY }, check.url)
      const accepted = { kind: 'accepted', status: 200 } as const
      const proof = compareReceptions(accepted, judgeAnswer(answer, check))
      if (proof.kind === 'accepted') return rung('key', { state: 'ok', what: 'key-accepted' }, ms)
      const isOpen = proof.kind === 'any-key'
      const found: Found = isOpen
        ? { state: 'ok', what: 'any-key' }
        : { state: 'ok', what: 'key-unproved', refusal: proof }
      return rung('key', found, ms)
    }
    case 'placeholder':
      return rung('key', { state: 'ok', what: 'placeholder-taken' })
    case 'external':
      return rung('key', { state: 'skipped', what: 'external' })
    case 'none':
    case 'missing':
    case 'unreadable':
    case 'undecided':
      return rung('key', { state: 'ok', what: 'no-key-wanted' })
  }
}

interface Offer {
  /** Undefined: there is none. */
  readonly listed: Listed | undefined
  readonly ms: number
}

function* listOf(ground: Ground, { check, heard }: Answered): Climbing<Offer> {
  const { server } = ground
  const isList = check.proof === 'models'
  const asked = isList
    ? heard
    : yield* askList(ground, listBehind(server.baseURL, server.adapter).url)
  const { answer, ms } = asked
  const { steps } = answer.trace
  const isWhole = answer.state === 'answered' && answer.status === 200 && answer.fault === undefined
  return {
    listed: isWhole ? parseListed(answer.body) : undefined,
    // How long the answer took to begin is told already.
    ms: isList ? ms - steps.reduce((sum, step) => sum + step.ms, 0) : ms,
  }
}

function compare(
  { declared, server, npm }: Ground,
  listed: Listed | undefined,
): readonly CheckedModel[] {
  if (listed === undefined || npm === AZURE) return checkModels(declared, undefined)
  const isOpenRouter = originOf(server.baseURL) === OPENROUTER
  return checkModels(declared, listed, meaningOf(listed, { isOpenRouter }))
}

/** Its list has models, and its customers' names for them are others. */
const AZURE = '@ai-sdk/azure'

function judgeModels(
  { npm }: Ground,
  {
    listed,
    models,
  }: { readonly listed: Listed | undefined; readonly models: readonly CheckedModel[] },
): Found {
  if (npm === AZURE) return { state: 'skipped', what: 'deployments' }
  if (models.length === 0) return { state: 'skipped', what: 'none-declared' }
  if (listed === undefined) return { state: 'skipped', what: 'no-list' }
  const missing = models.filter(({ offered }) => offered === false).length
  if (missing > 0) return { state: 'failed', what: 'not-offered', missing, count: models.length }
  const count = models.filter(({ offered }) => offered === true).length
  return count === 0
    ? { state: 'skipped', what: 'list-not-whole' }
    : { state: 'ok', what: 'all-offered', count }
}
