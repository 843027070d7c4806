import { judgeReply, modelsIn } from '../core/live/opencode-answer.ts'
import { askForModels, askForReply } from '../core/live/opencode-question.ts'
import type { OpenCodeQuestion, OpenCodeSetting } from '../core/live/opencode-question.ts'
import type {
  Listing,
  ListingFault,
  ModelAnswer,
  ThroughOpenCode,
} from '../core/live/through-opencode.ts'
import { lineOf } from '../core/opencode-line.ts'
import type { OpenCodeAnswer } from '../system/system.ts'
import { findFirstOpenCode } from './find-opencode.ts'
import { readSetting } from './opencode-setting.ts'
import type { Session } from './session.ts'

export interface ThroughRequest {
  /** The provider. */
  readonly id: string
  /** Keys of its models, as in opencode.jsonc, that are to be listed. */
  readonly models: readonly string[]
  /** Key of the one that is to answer; undefined: the first of `models` that is listed. */
  readonly model: string | undefined
  /** Milliseconds, for all of it. */
  readonly deadline: number
}

/** More than OpenCode prints, whatever there is in its catalogue. */
const MOST_BYTES = 16 * 1024 * 1024

/** The code with which OpenCode refuses its configuration (contract 1.4). */
const CONFIG_REFUSED = 1

/**
 * Ask the OpenCode of this machine for a provider's models, and for an answer of one of them, from what stands on
 * this machine now. It is started with copies in a folder of its own, and writes nowhere else. A request goes to
 * the provider with its key: whether it may, is for the caller to know.
 *
 * @throws OpgenError `template-target`
 */
export async function askThroughOpenCode(
  session: Session,
  request: ThroughRequest,
): Promise<ThroughOpenCode> {
  const { system } = session
  const ends = system.now().getTime() + request.deadline
  const found = await findFirstOpenCode(system)
  if (found === undefined) return { state: 'no-opencode' }
  const { file, version } = found
  const program = { path: file.path, version }
  const line = version === undefined ? undefined : lineOf(version)
  if (line !== 1) {
    return { state: 'not-checked', program, why: line === 2 ? 'opencode-2' : 'version-unknown' }
  }
  const setting = await readSetting(session, request.id)
  if (typeof setting === 'string') return { state: 'not-checked', program, why: setting }
  const ask: Ask = async (question) => {
    const start = system.now().getTime()
    if (start >= ends) return { answer: { state: 'no-answer' }, ms: 0 }
    const limits = { deadline: ends - start, mostBytes: MOST_BYTES }
    const answer = await system.openCode.ask(file, { ...question, ...limits })
    return { answer, ms: system.now().getTime() - start }
  }
  return { state: 'asked', program, ...(await askBoth(ask, setting, request)) }
}

type Ask = (question: OpenCodeQuestion) => Promise<{
  readonly answer: OpenCodeAnswer
  readonly ms: number
}>

async function askBoth(
  ask: Ask,
  setting: OpenCodeSetting,
  { id, models, model: wanted }: ThroughRequest,
): Promise<{ readonly listing: Listing; readonly answer: ModelAnswer }> {
  const { answer, ms } = await ask(askForModels(setting))
  if (answer.state !== 'ended' || answer.code !== 0) {
    return {
      listing: { ok: false, ms, fault: listingFault(answer) },
      answer: { state: 'not-asked', why: 'no-listing' },
    }
  }
  const listed = modelsIn(answer.printed, id)
  const missing = models.filter((one) => !listed.has(one))
  const model = wanted ?? models.find((one) => listed.has(one))
  return {
    listing: { ok: true, ms, missing },
    answer:
      model !== undefined && listed.has(model)
        ? await askModel(ask, setting, model)
        : { state: 'not-asked', why: 'not-listed' },
  }
}

function listingFault(answer: OpenCodeAnswer): ListingFault {
  if (answer.state !== 'ended') return answer.state
  return answer.code === CONFIG_REFUSED ? 'config-refused' : 'failed'
}

async function askModel(ask: Ask, setting: OpenCodeSetting, model: string): Promise<ModelAnswer> {
  const question = askForReply(setting, model)
  if (question === undefined) return { state: 'not-asked', why: 'not-json' }
  const { answer, ms } = await ask(question)
  const reply = answer.state === 'ended' ? judgeReply(answer.printed) : undefined
  if (reply?.ok === true) return { state: 'answered', model, ms }
  const fault = answer.state === 'ended' ? (reply?.fault ?? 'other') : answer.state
  return { state: 'refused', model, ms, fault, status: reply?.status }
}
