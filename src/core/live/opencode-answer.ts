import { isJsonObject, objectAt } from '../json.ts'
import type { JsonObject, JsonValue } from '../json.ts'

/** Why no answer came through OpenCode. */
export type ReplyFault =
  /** It did not look as if anything were to come. */
  | 'no-answer'
  | 'not-started'
  | 'key-rejected'
  | 'key-forbidden'
  /** The adapter wants a key, and there is none. */
  | 'no-key'
  | 'no-credit'
  | 'rate-limited'
  /** The server has no such model, or nothing at this path. */
  | 'not-found'
  | 'server-fault'
  | 'not-reached'
  /** The server answered, and with nothing in it that would be an answer of a model. */
  | 'nothing-said'
  /** The adapter is not there, and could not be installed. */
  | 'no-adapter'
  /** The provider has no address. */
  | 'no-address'
  | 'other'

export type Reply =
  | { readonly ok: true }
  /** `status`: of the server's answer, where there was one. */
  | { readonly ok: false; readonly fault: ReplyFault; readonly status: number | undefined }

/** The keys of a provider's models in what `opencode models` printed: a line `provider/model` each. */
export function modelsIn(printed: string, id: string): ReadonlySet<string> {
  const prefix = `${id}/`
  const lines = printed.split(/\r?\n/).filter((line) => line.startsWith(prefix))
  return new Set(lines.map((line) => line.slice(prefix.length)))
}

/** Whether all has come that is waited for: the end of a first answer, or an error. */
export function hasReplied(printed: string): boolean {
  return eventsIn(printed).some(({ type }) => type === 'step_finish' || type === 'error')
}

/** What `opencode run --format json` printed says of the model's answer. */
export function judgeReply(printed: string): Reply {
  const events = eventsIn(printed)
  const parts = events.map((event) => ({ type: event['type'], part: objectAt(event, 'part') }))
  const said = parts.some(({ type, part }) => type === 'text' && textOf(part['text']).trim() !== '')
  const counted = parts.some(({ type, part }) => type === 'step_finish' && outputOf(part) > 0)
  if (said || counted) return { ok: true }
  const error = events.find(({ type }) => type === 'error')
  if (error !== undefined) return judgeError(objectAt(error, 'error'))
  return refused(parts.some(({ type }) => type === 'step_finish') ? 'nothing-said' : 'other')
}

/** One JSON object a line; the last line may not be whole. */
function eventsIn(printed: string): readonly JsonObject[] {
  return printed.split('\n').flatMap((line) => {
    const event = parsed(line)
    return isJsonObject(event) ? [event] : []
  })
}

function parsed(line: string): JsonValue | undefined {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : ''
}

/** What a model made of tokens, also where nothing of it is text. */
function outputOf(part: JsonObject): number {
  const { output, reasoning } = objectAt(part, 'tokens')
  return numberOr0(output) + numberOr0(reasoning)
}

function numberOr0(value: JsonValue | undefined): number {
  return typeof value === 'number' ? value : 0
}

function judgeError(error: JsonObject): Reply {
  const data = objectAt(error, 'data')
  const { statusCode } = data
  const text = textOf(data['message'])
  if (error['name'] === 'ProviderAuthError') return refused('no-key')
  if (error['name'] === 'APIError') {
    if (typeof statusCode !== 'number') return refused('not-reached')
    const speaks = /api[ _-]?key/i.test(`${text} ${textOf(data['responseBody'])}`)
    return refused(faultOf(statusCode, speaks), statusCode)
  }
  if (text.startsWith('Failed to initialize provider')) return refused('no-adapter')
  if (text.includes('cannot be parsed as a URL')) return refused('no-address')
  return refused('other')
}

const FAULTS: ReadonlyMap<number, ReplyFault> = new Map([
  [401, 'key-rejected'],
  [402, 'no-credit'],
  [403, 'key-forbidden'],
  [404, 'not-found'],
  [429, 'rate-limited'],
])

function faultOf(status: number, speaksOfKey: boolean): ReplyFault {
  // Google and xAI say so of a wrong key.
  if (status === 400 && speaksOfKey) return 'key-rejected'
  return FAULTS.get(status) ?? (status >= 500 ? 'server-fault' : 'other')
}

function refused(fault: ReplyFault, status?: number): Reply {
  return { ok: false, fault, status }
}
