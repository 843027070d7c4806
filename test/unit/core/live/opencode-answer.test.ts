import { describe, expect, test } from 'vitest'
import { hasReplied, judgeReply, modelsIn } from '../../../../src/core/live/opencode-answer.ts'
import type { ReplyFault } from '../../../../src/core/live/opencode-answer.ts'

/** Events as OpenCode 1.18.33 prints them. */
function events(...listed: readonly object[]): string {
  return listed
    .map((event) => `${JSON.stringify({ timestamp: 1, sessionID: 's', ...event })}\n`)
    .join('')
}

const START = { type: 'step_start', part: { type: 'step-start' } }

function text(said: string): object {
  return { type: 'text', part: { type: 'text', text: said } }
}

function finish(reason: string, output = 0, reasoning = 0): object {
  const tokens = { input: 11, output, reasoning, cache: { write: 0, read: 0 } }
  return { type: 'step_finish', part: { type: 'step-finish', reason, tokens } }
}

function failure(name: string, data: object): object {
  return { type: 'error', error: { name, data } }
}

describe('the models that OpenCode lists', () => {
  test('are those of the provider, with all that is in their keys', () => {
    const printed = 'opencode/big\nacme/m\nacme/vendor/big:free\nacme-2/n\r\nacme/last'
    expect([...modelsIn(printed, 'acme')]).toEqual(['m', 'vendor/big:free', 'last'])
    expect([...modelsIn('', 'acme')]).toEqual([])
  })
})

describe('an answer of a model', () => {
  test.each([
    ['a text', [START, text('pong'), finish('stop', 3)]],
    ['a text of unknown cost', [START, text('pong'), finish('stop')]],
    ['a text that OpenCode was ended after', [START, text('pong')]],
    ['thoughts alone', [START, finish('length', 0, 12)]],
    ['a call of a tool that it does not have', [START, finish('tool-calls', 9)]],
  ])('is %s', (_, listed) => {
    expect(judgeReply(events(...listed))).toEqual({ ok: true })
  })

  test('is waited for until a first step ends, or with an error', () => {
    expect(hasReplied('')).toBe(false)
    expect(hasReplied(events(START, text('"type":"step_finish"')))).toBe(false)
    expect(hasReplied(events(START, finish('unknown')))).toBe(true)
    expect(hasReplied(events(failure('UnknownError', {})))).toBe(true)
    // What has not come to the end of its line.
    expect(hasReplied(events(START, finish('stop')).slice(0, -3))).toBe(false)
  })
})

describe('what is no answer', () => {
  test.each<[ReplyFault, readonly object[]]>([
    ['nothing-said', [START, finish('unknown')]],
    ['nothing-said', [START, text(' '), finish('stop')]],
    ['other', []],
    ['other', [START]],
    ['no-key', [failure('ProviderAuthError', { providerID: 'acme', message: 'key is missing' })]],
    ['not-reached', [failure('APIError', { message: 'Cannot connect', isRetryable: true })]],
    ['no-adapter', [failure('UnknownError', { message: 'Failed to initialize provider: acme' })]],
    [
      'no-address',
      [failure('UnknownError', { message: '"undefined/x" cannot be parsed as a URL.' })],
    ],
    ['other', [failure('UnknownError', { message: 'Unexpected server error.' })]],
    ['other', [{ type: 'error' }]],
  ])('is %s', (fault, listed) => {
    expect(judgeReply(events(...listed))).toEqual({ ok: false, fault, status: undefined })
  })

  test.each<[ReplyFault, number, string]>([
    ['key-rejected', 401, ''],
    ['key-rejected', 400, '{"error":"API key not valid"}'],
    ['other', 400, '{"error":"no such parameter"}'],
    ['no-credit', 402, ''],
    ['key-forbidden', 403, ''],
    ['not-found', 404, ''],
    ['rate-limited', 429, ''],
    ['server-fault', 500, ''],
    ['server-fault', 529, ''],
    ['other', 418, ''],
  ])('is %s after status %i: %s', (fault, statusCode, responseBody) => {
    const printed = events(failure('APIError', { message: 'no', statusCode, responseBody }))
    expect(judgeReply(printed)).toEqual({ ok: false, fault, status: statusCode })
  })

  test('is what OpenCode prints when it is none', () => {
    expect(judgeReply('Usage: opencode run [message..]\n{"type": "text"')).toMatchObject({
      ok: false,
      fault: 'other',
    })
  })
})
