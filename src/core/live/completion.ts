import type { HttpAnswer } from '../http.ts'
import { isJsonObject } from '../json.ts'
import { parseJson } from '../parse-json.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { post } from './climbing.ts'
import type { Askable, Climbing } from './climbing.ts'
import type { Endpoint, Protocol } from './protocol.ts'
import { judgeAnswer } from './reception.ts'
import type { Found, Rung } from './rung.ts'

/** Have a model say one token, as its adapter would ask for it. */
export function* complete(
  askable: Askable,
  { protocol, path }: Endpoint,
  model: string,
): Climbing<Rung> {
  const url = `${askable.server.baseURL}${path}`
  const body = JSON.stringify(bodyFor(protocol, model))
  const isAwaited = (soFar: string): boolean => eventsIn(soFar).some(isToken[protocol])
  const { answer, ms, awaitedMs } = yield* post(askable, { url, body, isAwaited })
  const found = judgeCompletion(answer, { protocol, url, model })
  return {
    step: 'completion',
    ms,
    found: found.what === 'completed' ? { ...found, firstToken: awaitedMs } : found,
  }
}

const TEXT = 'Say hi'

/** As the adapters send it; the Responses API takes no smaller limit. */
function bodyFor(protocol: Protocol, model: string): JsonObject {
  const message = { role: 'user', content: TEXT }
  switch (protocol) {
    case 'chat':
      return { model, max_tokens: 1, messages: [message], stream: true }
    case 'messages':
      return {
        model,
        max_tokens: 1,
        messages: [{ role: 'user', content: [{ type: 'text', text: TEXT }] }],
        stream: true,
      }
    case 'responses':
      return {
        model,
        input: [{ role: 'user', content: [{ type: 'input_text', text: TEXT }] }],
        max_output_tokens: 16,
        store: false,
        stream: true,
      }
  }
}

interface Asked {
  readonly protocol: Protocol
  readonly url: string
  readonly model: string
}

/** What came of a request for a completion. */
export function judgeCompletion(answer: HttpAnswer, { protocol, url, model }: Asked): Found {
  const reception = judgeAnswer(answer, { url, proof: 'models' })
  const status = answer.state === 'answered' ? answer.status : 0
  if (status === 200 && reception.kind !== 'not-reached') {
    return judgeBody(answer.state === 'answered' ? answer : EMPTY, { protocol, model })
  }
  switch (reception.kind) {
    case 'accepted':
    case 'web-page':
    case 'odd-answer':
    case 'any-key':
      return { state: 'failed', what: 'request-refused', model, status }
    case 'no-model-list':
      return { state: 'failed', what: 'model-refused', model, status }
    case 'key-rejected':
    case 'key-forbidden':
    case 'no-credit':
    case 'rate-limited':
    case 'server-fault':
    case 'redirected':
    case 'not-reached':
      return { state: 'failed', what: 'refused', refusal: reception }
  }
}

type Content = Pick<Extract<HttpAnswer, { state: 'answered' }>, 'body' | 'contentType'>

const EMPTY: Content = { body: '', contentType: '' }

function judgeBody(
  { body, contentType }: Content,
  { protocol, model }: Pick<Asked, 'protocol' | 'model'>,
): Found {
  const isStream = contentType === 'text/event-stream' || /^(?:event|data|id|:)/.test(body)
  const events = isStream ? eventsIn(`${body}\n`) : [parseJson(body)].filter(isJsonObject)
  const failed = { state: 'failed', model, status: 200 } as const
  if (events.some(isError)) return { ...failed, what: 'error-told' }
  const isAnswer = isStream ? isProgress[protocol] : isWhole[protocol]
  return events.some(isAnswer)
    ? { state: 'ok', what: 'completed', model, firstToken: undefined }
    : { ...failed, what: 'no-completion' }
}

type Test = (event: JsonObject) => boolean

/** In a stream as in a whole answer: an `error`, or something of that type or state. */
function isError({ error, type, status, response }: JsonObject): boolean {
  const isGiven = error !== undefined && error !== null
  const isFailed = isJsonObject(response) && response['status'] === 'failed'
  return (
    isGiven || type === 'error' || type === 'response.failed' || status === 'failed' || isFailed
  )
}

/** Events that carry a part of the answer. */
const isToken: Readonly<Record<Protocol, Test>> = {
  chat: ({ choices }) =>
    listOf(choices).some((choice) => {
      const delta = choice['delta']
      return isJsonObject(delta) && TEXTS.some((name) => hasContent(delta[name]))
    }),
  responses: ({ type }) => typeof type === 'string' && /^response\..*\.delta$/.test(type),
  messages: ({ type }) => type === 'content_block_delta',
}

const TEXTS = ['content', 'reasoning_content', 'reasoning', 'reasoning_text', 'tool_calls'] as const

function hasContent(value: JsonValue | undefined): boolean {
  return (typeof value === 'string' || Array.isArray(value)) && value.length > 0
}

/** Events that only a model's answer has. One token may be spent on thinking, and nothing of it be shown. */
const isProgress: Readonly<Record<Protocol, Test>> = {
  chat: ({ choices }) => listOf(choices).length > 0,
  responses: ({ type }) =>
    type === 'response.completed' ||
    type === 'response.incomplete' ||
    isToken.responses({ type: type ?? null }),
  messages: ({ type }) =>
    type === 'message_delta' || type === 'content_block_start' || type === 'content_block_delta',
}

/** Answers in one piece, of servers that do not stream. */
const isWhole: Readonly<Record<Protocol, Test>> = {
  chat: ({ choices }) => listOf(choices).length > 0,
  responses: ({ object, output }) => object === 'response' || listOf(output).length > 0,
  messages: ({ type, content }) => type === 'message' || listOf(content).length > 0,
}

function listOf(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : []
}

/** The JSON of the events in a stream, as far as they are whole. */
function eventsIn(stream: string): readonly JsonObject[] {
  const lines = stream.split(/\r\n|\r|\n/).slice(0, -1)
  return lines.flatMap((line) => {
    const value = line.startsWith('data:') ? parseJson(line.slice('data:'.length)) : undefined
    return isJsonObject(value) ? [value] : []
  })
}
