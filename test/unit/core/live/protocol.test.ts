import { describe, expect, test } from 'vitest'
import type { HttpAnswer, HttpRequest } from '../../../../src/core/http.ts'
import { endpointOf, judgeEndpoint } from '../../../../src/core/live/protocol.ts'
import type { AtEndpoint } from '../../../../src/core/live/protocol.ts'
import { A_LIST, answered, failed, sentHeaders } from '../../../support/answering-server.ts'
import { climbAt } from '../../../support/climbing.ts'

test.each([
  ['@ai-sdk/openai-compatible', 'chat', '/chat/completions'],
  ['@ai-sdk/groq', 'chat', '/chat/completions'],
  ['@openrouter/ai-sdk-provider', 'chat', '/chat/completions'],
  ['@ai-sdk/deepinfra', 'chat', '/openai/chat/completions'],
  ['@ai-sdk/openai', 'responses', '/responses'],
  ['@ai-sdk/azure', 'responses', '/responses'],
  ['@ai-sdk/anthropic', 'messages', '/messages'],
])('%s speaks %s at %s', (npm, protocol, path) => {
  expect(endpointOf(npm)).toEqual({ protocol, path })
})

test.each(['@ai-sdk/google', '@ai-sdk/cohere', '@ai-sdk/amazon-bedrock', 'some-sdk'])(
  '%s speaks another protocol',
  (npm) => expect(endpointOf(npm)).toBeUndefined(),
)

describe('what answers a request for nothing', () => {
  const url = 'https://gw.example/v1/chat/completions'
  const html = { contentType: 'text/html' } as const
  const cases: readonly (readonly [AtEndpoint['state'], HttpAnswer])[] = [
    ['there', answered(400, { error: { message: "'messages' is required" } })],
    ['there', answered(400, { error: { message: 'Incorrect parameter' } })],
    ['there', answered(422, { detail: [] })],
    ['there', answered(402)],
    ['there', answered(413)],
    ['there', answered(415)],
    ['there', answered(429)],
    ['there', answered(500, { error: 'key error: messages' })],
    ['there', answered(200, { choices: [] })],
    ['there', answered(404, { error: { message: 'The model `` does not exist' } })],
    ['there', answered(200, { error: { message: 'no model given' } })],
    ['absent', answered(404, { detail: 'Not Found' })],
    ['absent', answered(404, '404 page not found', { contentType: 'text/plain' })],
    ['absent', answered(404, '<html>all our models</html>', html)],
    ['absent', answered(405, { detail: 'Method Not Allowed' })],
    ['absent', answered(410)],
    ['absent', answered(501)],
    ['absent', answered(200, '<!doctype html>', html)],
    ['absent', answered(200, { error: 'Unexpected endpoint or method' })],
    ['refused', answered(401)],
    ['refused', answered(403)],
    ['refused', answered(502, '<html>Bad Gateway</html>', html)],
    ['refused', answered(308, '', { location: 'https://other.example/' })],
    ['refused', failed('cut-off')],
  ]

  test.each(cases)('is %s: %j', (state, answer) => {
    expect(judgeEndpoint(answer, url).state).toBe(state)
  })
})

/** A server that lists its models to everybody, and has these endpoints. */
function serverWith(...paths: readonly string[]): (request: HttpRequest) => HttpAnswer {
  return ({ url, method }) => {
    if (method === 'GET') return answered(200, A_LIST)
    return paths.includes(new URL(url).pathname) ? answered(400) : answered(404)
  }
}

describe('an endpoint that is not there', () => {
  test.each([
    ['', ['/v1/responses'], ['@ai-sdk/openai']],
    ['', ['/v1/messages'], ['@ai-sdk/anthropic']],
    ['', [], []],
    [
      'npm: "@ai-sdk/openai"',
      ['/v1/chat/completions', '/v1/messages'],
      ['@ai-sdk/openai-compatible', '@ai-sdk/anthropic'],
    ],
  ])('of { %s } beside %j is made up for by %j', (fields, paths, fitting) => {
    const { steps, last } = climbAt(serverWith(...paths), { fields, completes: true })
    expect(steps.at(-1)).toBe('protocol failed no-endpoint')
    expect(last).toMatchObject({ status: 404, fitting })
  })

  test('is looked for beside as the adapter of each would ask', () => {
    const { sent } = climbAt(serverWith('/v1/messages'))
    const asked = sent.find(({ url }) => url.endsWith('/messages'))
    if (asked === undefined) throw new Error('it was not asked')
    expect(sentHeaders(asked)).toMatchObject({
      'x-api-key': 'test-key-gw',
      'anthropic-version': '2023-06-01',
    })
    expect(sentHeaders(asked)).not.toHaveProperty('authorization')
  })

  test('is looked for with the key where the manifest has it', () => {
    const fields = 'keyIn: { header: X-Gw, format: "{key}" }'
    const { sent } = climbAt(serverWith(), { fields })
    const posted = sent.filter(({ method }) => method === 'POST')
    expect(posted.map((request) => sentHeaders(request)['x-gw'])).toEqual([
      'test-key-gw',
      'test-key-gw',
      'test-key-gw',
    ])
  })
})
