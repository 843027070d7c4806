import { describe, expect, test } from 'vitest'
import type { HttpAnswer, HttpRequest } from '../../../../src/core/http.ts'
import { judgeCompletion } from '../../../../src/core/live/completion.ts'
import type { Protocol } from '../../../../src/core/live/protocol.ts'
import { answered, failed, sentHeaders } from '../../../support/answering-server.ts'
import { climbAt } from '../../../support/climbing.ts'
import type { Climb, ClimbedLadder } from '../../../support/climbing.ts'

/** A stream of server-sent events. */
function stream(...events: readonly object[]): HttpAnswer {
  const body = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')
  return answered(200, `${body}data: [DONE]\n\n`, { contentType: 'text/event-stream' })
}

const CHAT = { choices: [{ index: 0, delta: { content: 'H' }, finish_reason: null }] }
const ROLE = { choices: [{ index: 0, delta: { role: 'assistant' }, finish_reason: null }] }
const THINKING = { choices: [{ index: 0, delta: { reasoning_content: 'so' } }] }
const USAGE = { choices: [], usage: { total_tokens: 2 } }

function judge(protocol: Protocol, answer: HttpAnswer): string {
  const url = 'https://gw.example/v1/chat/completions'
  const found = judgeCompletion(answer, { protocol, url, model: 'm' })
  return found.what === 'refused' ? found.refusal.kind : found.what
}

describe('what comes of a request for a completion', () => {
  test.each<[string, Protocol, HttpAnswer]>([
    ['completed', 'chat', stream(ROLE, CHAT, USAGE)],
    ['completed', 'chat', stream(THINKING)],
    // The one token was spent on thoughts that are not shown.
    ['completed', 'chat', stream(ROLE, { choices: [{ delta: {}, finish_reason: 'length' }] })],
    ['completed', 'chat', answered(200, { choices: [{ message: { content: 'H' } }] })],
    ['completed', 'chat', stream({ ...CHAT, error: null })],
    ['no-completion', 'chat', stream()],
    ['no-completion', 'chat', stream(USAGE)],
    ['no-completion', 'chat', answered(200, { ok: true })],
    ['no-completion', 'chat', answered(200, '<html>', { contentType: 'text/html' })],
    ['no-completion', 'chat', answered(200, '')],
    ['error-told', 'chat', stream({ error: { message: 'overloaded' } })],
    ['error-told', 'chat', stream(ROLE, { error: 'overloaded' })],
    ['error-told', 'chat', answered(200, { error: { message: 'no such model' } })],
    ['completed', 'responses', stream({ type: 'response.output_text.delta', delta: 'H' })],
    ['completed', 'responses', stream({ type: 'response.incomplete', response: {} })],
    ['completed', 'responses', stream({ type: 'response.completed', response: {} })],
    ['completed', 'responses', answered(200, { object: 'response', output: [] })],
    ['error-told', 'responses', stream({ type: 'error', message: 'no' })],
    ['error-told', 'responses', stream({ type: 'response.failed', response: {} })],
    ['no-completion', 'responses', stream({ type: 'response.created', response: {} })],
    [
      'completed',
      'messages',
      stream({ type: 'message_start' }, { type: 'content_block_delta', delta: { text: 'H' } }),
    ],
    ['completed', 'messages', stream({ type: 'message_delta', delta: {} })],
    ['completed', 'messages', answered(200, { type: 'message', content: [] })],
    ['error-told', 'messages', stream({ type: 'error', error: { type: 'overloaded_error' } })],
    ['error-told', 'messages', answered(200, { type: 'error', error: {} })],
    ['no-completion', 'messages', stream({ type: 'message_start' })],
    ['key-rejected', 'chat', answered(401)],
    ['no-credit', 'chat', answered(402)],
    ['key-forbidden', 'chat', answered(403)],
    ['model-refused', 'chat', answered(404)],
    ['request-refused', 'chat', answered(400)],
    ['request-refused', 'chat', answered(422)],
    ['rate-limited', 'chat', answered(429)],
    ['server-fault', 'chat', answered(529)],
    ['redirected', 'chat', answered(302, '', { location: '/login' })],
    ['not-reached', 'chat', failed('no-answer')],
    ['not-reached', 'chat', { ...stream(CHAT), fault: 'cut-off' }],
  ])('is %s over %s: %j', (what, protocol, answer) => {
    expect(judge(protocol, answer)).toBe(what)
  })
})

/** A server of which each path but the list is answered so, if it is asked for a completion. */
function climbTo(answer: HttpAnswer, more: Climb = {}): ClimbedLadder {
  const list = { data: [{ id: 'm' }, { id: 'n' }, { id: 'big/o' }] }
  const server = (request: HttpRequest): HttpAnswer => {
    const isDecoy = sentHeaders(request)['authorization']?.includes('opgen-asks') === true
    if (isDecoy) return answered(401)
    if (request.method === 'GET') return answered(200, list)
    return request.body === '{}' ? answered(400) : answer
  }
  return climbAt(server, { completes: true, ...more })
}

describe('a completion', () => {
  test('is told with the time to its first token, and nothing of it', () => {
    const { last, rungs } = climbTo(stream(ROLE, CHAT))
    expect(last).toEqual({ state: 'ok', what: 'completed', model: 'm', firstToken: 5 })
    expect(rungs.at(-1)?.ms).toBe(10)
  })

  test('in one piece has no first token', () => {
    const { last } = climbTo(answered(200, { choices: [{}] }))
    expect(last).toMatchObject({ what: 'completed', firstToken: undefined })
  })

  test.each([
    ['', { max_tokens: 1, stream: true, messages: [{ role: 'user', content: 'Say hi' }] }],
    ['npm: "@ai-sdk/openai"', { max_output_tokens: 16, stream: true, store: false }],
    ['npm: "@ai-sdk/anthropic"', { max_tokens: 1, stream: true }],
  ])('costs as little as can be: { %s }', (fields, body) => {
    const { sent } = climbTo(stream(CHAT), { fields })
    expect(JSON.parse(sent.at(-1)?.body ?? '')).toMatchObject({ model: 'm', ...body })
  })

  test.each([
    ['models: [x, n]', undefined, 'n'],
    ['models: [m, n]', 'n', 'n'],
    ['models: [m, n]', 'not-here', 'm'],
    ['models: { big: { id: "big/o" } }', 'big', 'big/o'],
    ['models: { m: { provider: { npm: "@ai-sdk/openai" } }, n: {} }', undefined, 'n'],
  ])('of { %s } with %j as default is asked of %s', (fields, model, chosen) => {
    const { sent } = climbTo(stream(CHAT), { fields, ...(model === undefined ? {} : { model }) })
    expect(JSON.parse(sent.at(-1)?.body ?? '')).toMatchObject({ model: chosen })
  })

  test('is asked of nothing where no model is offered', () => {
    const { steps } = climbTo(stream(CHAT), { fields: 'models: [x]' })
    expect(steps.slice(-3)).toEqual([
      'models failed not-offered',
      'protocol ok endpoint-there',
      'completion skipped no-model',
    ])
  })

  test('is not asked for with a login that is not known', () => {
    const { steps } = climbTo(stream(CHAT), { key: { state: 'external' } })
    expect(steps.at(-1)).toBe('completion skipped external')
  })
})
