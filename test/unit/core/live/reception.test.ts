import { describe, expect, test } from 'vitest'
import type { HttpAnswer, HttpFault } from '../../../../src/core/http.ts'
import type { KeyCheck } from '../../../../src/core/live/key-check.ts'
import { compareReceptions, judgeAnswer } from '../../../../src/core/live/reception.ts'
import type { Reception } from '../../../../src/core/live/reception.ts'
import { A_LIST, answered, failed } from '../../../support/answering-server.ts'

const CHECK: KeyCheck = {
  url: 'https://gw.example/v1/models',
  origin: 'https://gw.example',
  proof: 'models',
  keyHeader: { name: 'authorization', format: 'Bearer {key}' },
  headers: [],
}

function kindOf(answer: HttpAnswer, proof: KeyCheck['proof'] = 'models'): Reception['kind'] {
  return judgeAnswer(answer, { ...CHECK, proof }).kind
}

describe('the answer to a key', () => {
  test.each<[Reception['kind'], number, unknown]>([
    ['accepted', 200, A_LIST],
    ['odd-answer', 200, { error: 'no' }],
    ['odd-answer', 200, ''],
    ['odd-answer', 204, ''],
    ['key-rejected', 401, A_LIST],
    ['no-credit', 402, ''],
    ['key-forbidden', 403, ''],
    ['no-model-list', 404, '<html>'],
    ['no-model-list', 405, ''],
    ['no-model-list', 410, ''],
    ['odd-answer', 418, ''],
    ['rate-limited', 429, ''],
    ['server-fault', 500, A_LIST],
    ['no-model-list', 501, ''],
    ['server-fault', 503, ''],
    ['server-fault', 529, ''],
    ['odd-answer', 304, ''],
  ])('is %s: %i with %j', (kind, status, body) => {
    expect(kindOf(answered(status, body))).toBe(kind)
  })

  test('is a rejection where the server complains about the key with 400', () => {
    const google = { error: { code: 400, details: [{ reason: 'API_KEY_INVALID' }] } }
    expect(kindOf(answered(400, google))).toBe('key-rejected')
    expect(kindOf(answered(400, { error: 'Incorrect API key provided: te***' }))).toBe(
      'key-rejected',
    )
    expect(kindOf(answered(400, { error: 'no such parameter' }))).toBe('odd-answer')
  })

  test('is a web page by its type or its first words', () => {
    expect(kindOf(answered(200, 'hello', { contentType: 'text/html' }))).toBe('web-page')
    expect(kindOf(answered(200, '\n<!DOCTYPE html>'))).toBe('web-page')
    expect(kindOf(answered(200, '<html lang="en">'))).toBe('web-page')
  })

  test.each(['too-large', 'cut-off', 'no-answer'] as const)(
    'proves nothing when the list ends as %s',
    (fault) => {
      expect(judgeAnswer(answered(200, A_LIST, { fault }), CHECK)).toEqual({
        kind: 'not-reached',
        fault,
      })
    },
  )

  test('is a rejection also when the body is not whole', () => {
    expect(kindOf(answered(401, '', { fault: 'no-answer' }))).toBe('key-rejected')
  })

  test('is what the network says when there is none', () => {
    const fault: HttpFault = 'certificate-untrusted'
    expect(judgeAnswer(failed(fault), CHECK)).toEqual({ kind: 'not-reached', fault })
  })

  test.each([
    ['https://other.example/v1/models?key=x', 'https://other.example'],
    ['//other.example/', 'https://other.example'],
    ['http://gw.example/v1/models', 'http://gw.example'],
    ['/v1/models/', 'https://gw.example'],
    ['https://', ''],
  ])('to %s is a redirect to %s', (location, to) => {
    for (const status of [301, 302, 303, 307, 308]) {
      expect(judgeAnswer(answered(status, '', { location }), CHECK)).toEqual({
        kind: 'redirected',
        status,
        to,
      })
    }
  })

  test('is what is known of the key where the list is public', () => {
    expect(kindOf(answered(200, { data: { usage: 0 } }), 'account')).toBe('accepted')
    expect(kindOf(answered(200, A_LIST), 'account')).toBe('odd-answer')
    expect(kindOf(answered(401), 'account')).toBe('key-rejected')
  })
})

describe('the answer to a key of nobody beside it', () => {
  const accepted: Reception = { kind: 'accepted', status: 200 }
  const withDecoy = (answer: HttpAnswer): Reception['kind'] =>
    compareReceptions(accepted, judgeAnswer(answer, CHECK)).kind

  test('proves the key when it is any refusal', () => {
    for (const status of [400, 401, 402, 403, 404, 302]) {
      expect(withDecoy(answered(status, '', { location: '/login' }))).toBe('accepted')
    }
    expect(withDecoy(answered(200, '<html>'))).toBe('accepted')
  })

  test('proves nothing when it is a list, or says nothing about the key', () => {
    expect(withDecoy(answered(200, A_LIST))).toBe('any-key')
    expect(withDecoy(answered(429))).toBe('rate-limited')
    expect(withDecoy(answered(500))).toBe('server-fault')
    expect(withDecoy(failed('cut-off'))).toBe('not-reached')
  })
})
