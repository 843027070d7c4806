import { describe, expect, test } from 'vitest'
import type { HttpAnswer, HttpRequest } from '../../../../src/core/http.ts'
import { neighboursOf } from '../../../../src/core/live/neighbours.ts'
import { A_LIST, answered } from '../../../support/answering-server.ts'
import { askedFor, climbAt } from '../../../support/climbing.ts'

const LIST = answered(200, A_LIST)
const NOTHING = answered(404, { error: 'no such route' })
const PAGE = answered(200, '<!doctype html>', { contentType: 'text/html' })
const DOWN = ['name ok named', 'connection ok connected', 'tls ok encrypted']

/** A server that answers by path, and what it does not know in one way. */
function serverFor(
  paths: Readonly<Record<string, HttpAnswer>>,
  otherwise: HttpAnswer = NOTHING,
): (request: HttpRequest) => HttpAnswer {
  return ({ url }) => paths[new URL(url).pathname] ?? otherwise
}

test.each([
  ['https://gw.example', ['https://gw.example/v1']],
  ['https://gw.example/v1', ['https://gw.example']],
  ['https://gw.example/v1/', ['https://gw.example']],
  ['https://gw.example/api', ['https://gw.example/api/v1']],
  ['https://gw.example/v1beta', ['https://gw.example', 'https://gw.example/v1']],
  ['https://gw.example/v1/v1', ['https://gw.example/v1', 'https://gw.example']],
  ['https://gw.example/v1/chat/completions', ['https://gw.example/v1', 'https://gw.example']],
  [
    'https://gw.example/v1/v1/messages',
    ['https://gw.example/v1/v1', 'https://gw.example/v1', 'https://gw.example'],
  ],
  ['https://gw.example/responses', ['https://gw.example', 'https://gw.example/v1']],
])('beside %s are %j', (baseURL, neighbours) => {
  expect(neighboursOf(baseURL)).toEqual(neighbours)
})

describe('where no list is', () => {
  test.each([
    ['https://gw.example', NOTHING, 404],
    ['https://gw.example', PAGE, 200],
    ['https://gw.example', answered(200, { error: 'Unexpected endpoint' }), 200],
    ['https://gw.example/v1/v1', NOTHING, 404],
    ['https://gw.example/v1/chat/completions', NOTHING, 404],
  ])('at %s, the one nearby that has one is proposed', (baseURL, otherwise, status) => {
    const server = serverFor({ '/v1/models': LIST }, otherwise)
    const { steps, last, sent } = climbAt(server, { fields: `baseURL: "${baseURL}"` })
    expect(steps.slice(0, 3)).toEqual(DOWN)
    expect(last).toMatchObject({
      what: 'wrong-address',
      better: 'https://gw.example/v1',
      status,
    })
    expect(new Set(sent.map(({ url }) => new URL(url).origin))).toEqual(
      new Set(['https://gw.example']),
    )
  })

  test('nearby either, only that is said', () => {
    const { steps, last } = climbAt(serverFor({}))
    expect(steps).toEqual([...DOWN, 'http failed wrong-address'])
    expect(last).toMatchObject({ status: 404, isWebPage: false, better: undefined })
  })

  test('a page is told from an answer', () => {
    const { last } = climbAt(serverFor({}, PAGE))
    expect(last).toMatchObject({ what: 'wrong-address', status: 200, isWebPage: true })
  })
})

describe('a server without a list', () => {
  const server = serverFor({ '/v1/chat/completions': answered(400, { error: 'no messages' }) })

  test('is known by the endpoint of its adapter', () => {
    const { steps, sent, models } = climbAt(server)
    expect(steps).toEqual([
      ...DOWN,
      'http ok answered',
      'key skipped no-list-for-key',
      'models skipped no-list',
      'protocol ok endpoint-there',
    ])
    expect(askedFor(sent)).toEqual(['GET /v1/models', 'POST /v1/chat/completions {}'])
    expect(models).toEqual([{ id: 'm', apiId: 'm', offered: undefined }])
  })

  test('is asked for a completion all the same', () => {
    const { steps } = climbAt(server, { completes: true })
    expect(steps.at(-1)).toBe('completion failed request-refused')
  })

  test.each([
    [401, 'key-rejected'],
    [403, 'key-forbidden'],
    [402, 'no-credit'],
    [429, 'rate-limited'],
  ])('and that answers %i at its endpoint does not take the key', (status, kind) => {
    const { steps, last } = climbAt(serverFor({ '/v1/chat/completions': answered(status) }))
    expect(steps).toEqual([...DOWN, 'http ok answered', 'key failed refused'])
    expect(last).toMatchObject({ refusal: { kind, status } })
  })

  test('need not have one behind an adapter of another protocol', () => {
    expect(climbAt(serverFor({}), { fields: 'npm: "@ai-sdk/google"' }).steps).toEqual([
      ...DOWN,
      'http ok answered',
      'key skipped no-list-for-key',
      'models skipped no-list',
      'protocol skipped other-protocol',
    ])
  })
})
