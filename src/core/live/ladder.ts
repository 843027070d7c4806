import { CATALOGUE_IDS } from '../catalogue.ts'
import { listBehind } from '../offer/questions.ts'
import { adapterName } from './adapters.ts'
import { askList } from './climbing.ts'
import type { Climbing, Heard } from './climbing.ts'
import { climbWithList } from './climb-with-list.ts'
import { climbWithoutList } from './climb-without-list.ts'
import { makeKeyCheck, serverOf } from './key-check.ts'
import { checkModels, declaredModels } from './offered.ts'
import { endpointOf } from './protocol.ts'
import { refusedRungs } from './ground.ts'
import type { Climbed, Climber, Ground, Ladder, Question } from './ground.ts'
import { rungsOf } from './reach.ts'
import { judgeAnswer } from './reception.ts'
import type { Refusal } from './reception.ts'
import { rung } from './rung.ts'
import type { Rung } from './rung.ts'

/**
 * Climb a provider's ladder as far as it goes: each step is taken when those below it have held. The list of
 * models is the question; what it takes to ask it are the first steps.
 */
export function* climb(climber: Climber): Climbing<Ladder> {
  const { provider, key } = climber
  const declared = declaredModels(provider)
  const server = serverOf(provider)
  const models = checkModels(declared, undefined)
  const baseURL = typeof server === 'string' ? provider.baseURL?.value : server.baseURL
  // Somebody may have changed where it goes: there is no talking to them.
  if (key.state === 'undecided') {
    return { baseURL, rungs: [rung('key', { state: 'failed', what: 'key-undecided' })], models }
  }
  if (typeof server === 'string') {
    const rungs = [rung('name', { state: 'skipped', what: 'not-asked', why: server })]
    return { baseURL, rungs, models }
  }
  const secret = 'secret' in key ? key.secret : undefined
  const npm = adapterName(provider, CATALOGUE_IDS.has(provider.id))
  const endpoint = npm === undefined ? undefined : endpointOf(npm)
  const climbed = yield* climbFrom({ climber, server, secret, npm, endpoint, declared })
  return { baseURL, models, ...climbed }
}

function* climbFrom(ground: Ground): Climbing<Climbed> {
  const { key } = ground.climber
  const check = questionOf(ground)
  const heard = yield* askList(ground, check.url)
  const { rungs, isAnswered } = rungsOf(heard, check.url)
  if (!isAnswered) return { rungs }
  if (key.state === 'missing' || key.state === 'unreadable') {
    return { rungs: [...rungs, rung('key', { state: 'failed', what: `key-${key.state}` })] }
  }
  const reception = judgeAnswer(heard.answer, check)
  switch (reception.kind) {
    case 'accepted': {
      const above = yield* climbWithList(ground, { check, heard })
      return { ...above, rungs: [...rungs, ...above.rungs] }
    }
    case 'not-reached':
    case 'redirected':
      return { rungs: withFailed(rungs, heard, reception) }
    case 'no-model-list':
    case 'web-page':
    case 'odd-answer':
      return yield* climbWithoutList(ground, { rungs, heard })
    case 'key-rejected':
    case 'key-forbidden':
    case 'no-credit':
    case 'rate-limited':
    case 'server-fault':
    case 'any-key':
      return { rungs: [...rungs, ...refusedRungs(key, reception)] }
  }
}

/** With a key, where the list is for everybody, what the server knows of it; else the list. */
function questionOf({ climber, server }: Ground): Question {
  const check = climber.key.state === 'key' ? makeKeyCheck(climber.provider) : undefined
  if (typeof check === 'object' && check.proof === 'account') return check
  return { url: listBehind(server.baseURL, server.adapter).url, proof: 'models' }
}

/** The same, where what came over HTTP is no answer after all. */
function withFailed(rungs: readonly Rung[], { ms }: Heard, refusal: Refusal): readonly Rung[] {
  const below = rungs.filter(({ step }) => step !== 'http')
  const spent = below.reduce((sum, one) => sum + one.ms, 0)
  return [...below, rung('http', { state: 'failed', what: 'refused', refusal }, ms - spent)]
}
