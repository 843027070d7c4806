import { describe, expect, test } from 'vitest'
import type { HttpAnswer, HttpRequest } from '../../../../src/core/http.ts'
import type { LadderKey } from '../../../../src/core/live/ground.ts'
import { Secret } from '../../../../src/core/secret.ts'
import { A_LIST, answered, failed, sentHeaders } from '../../../support/answering-server.ts'
import { askedFor, climbAt } from '../../../support/climbing.ts'

const DOWN = ['name ok named', 'connection ok connected', 'tls ok encrypted', 'http ok answered']
const KEYED = [...DOWN, 'key ok key-accepted']
const ALL = [...KEYED, 'models ok all-offered', 'protocol ok endpoint-there']

const BAD_REQUEST = answered(400, { error: { message: 'messages is required' } })

/** A server that lets only this key in, and answers whoever is in by path. */
function serverFor(
  paths: Readonly<Record<string, HttpAnswer>>,
  key = 'test-key-gw',
): (request: HttpRequest) => HttpAnswer {
  return (request) => {
    const isIn = Object.values(sentHeaders(request)).some((value) => value.endsWith(key))
    return isIn ? (paths[new URL(request.url).pathname] ?? answered(404)) : answered(401)
  }
}

/** A server that shows its list to everybody, and takes whoever asks for nothing for one who may. */
function open(request: HttpRequest): HttpAnswer {
  return request.method === 'GET' ? answered(200, A_LIST) : BAD_REQUEST
}

/** The same, but for whoever wants more than the list. */
function openToReaders(request: HttpRequest): HttpAnswer {
  return request.method === 'GET' ? answered(200, A_LIST) : answered(401)
}

const WORKING = serverFor({
  '/v1/models': answered(200, A_LIST),
  '/v1/chat/completions': BAD_REQUEST,
})

describe('a provider that works', () => {
  test('passes every step, and is asked for nothing that costs', () => {
    const { steps, sent, models, baseURL } = climbAt(WORKING)
    expect(steps).toEqual(ALL)
    expect(models).toEqual([{ id: 'm', apiId: 'm', offered: true }])
    expect(baseURL).toBe('https://gw.example/v1')
    expect(askedFor(sent)).toEqual([
      'GET /v1/models',
      'GET /v1/models',
      'POST /v1/chat/completions {}',
    ])
    expect(sent.map((request) => sentHeaders(request)['authorization'])).toEqual([
      'Bearer test-key-gw',
      'Bearer opgen-asks-whether-any-key-will-do',
      'Bearer test-key-gw',
    ])
  })

  test('is asked as its adapter asks', () => {
    const server = serverFor({
      '/v1/models': answered(200, A_LIST),
      '/v1/messages': BAD_REQUEST,
    })
    const { steps, sent } = climbAt(server, { fields: 'npm: "@ai-sdk/anthropic"' })
    expect(steps).toEqual(ALL)
    expect(askedFor(sent)[0]).toBe('GET /v1/models?limit=1000')
    for (const request of sent) {
      expect(sentHeaders(request)).toMatchObject({ 'anthropic-version': '2023-06-01' })
      expect(sentHeaders(request)).not.toHaveProperty('authorization')
    }
  })

  test('tells of each step how long it took', () => {
    const { rungs } = climbAt(WORKING)
    expect(rungs.map(({ step, ms }) => [step, ms])).toEqual([
      ['name', 1],
      ['connection', 1],
      ['tls', 1],
      ['http', 1],
      ['key', 10],
      ['models', 6],
      ['protocol', 10],
    ])
  })

  test('has no step of TLS over plain http', () => {
    const trace = { ...answered(200).trace, steps: [{ step: 'connection', ms: 1 } as const] }
    const local = answered(200, A_LIST, {
      trace: { ...trace, steps: [...trace.steps, { step: 'answer', ms: 1 }] },
    })
    const { steps } = climbAt(() => local, {
      fields: 'baseURL: "http://127.0.0.1:8000/v1"',
      key: { state: 'none' },
    })
    expect(steps.slice(0, 3)).toEqual([
      'name skipped numeric-host',
      'connection ok connected',
      'http ok answered',
    ])
  })
})

describe('a server that is not reached', () => {
  test.each<[HttpAnswer, readonly string[]]>([
    [failed('no-host'), ['name failed refused']],
    [failed('no-names'), ['name failed refused']],
    [failed('refused', 'name'), ['name ok named', 'connection failed refused']],
    [failed('no-connection', 'name'), ['name ok named', 'connection failed refused']],
    [failed('proxy-refused'), ['name skipped proxy-looks-up', 'connection failed refused']],
    [
      failed('certificate-untrusted', 'name', 'connection'),
      [...DOWN.slice(0, 2), 'tls failed refused'],
    ],
    [failed('no-connection', 'name', 'connection'), [...DOWN.slice(0, 2), 'tls failed refused']],
    [
      failed('no-answer', 'name', 'connection', 'tls'),
      [...DOWN.slice(0, 3), 'http failed refused'],
    ],
    [failed('not-http', 'name', 'connection', 'tls'), [...DOWN.slice(0, 3), 'http failed refused']],
    [answered(200, '{"da', { fault: 'cut-off' }), [...DOWN.slice(0, 3), 'http failed refused']],
    [answered(200, '{"da', { fault: 'too-large' }), [...DOWN.slice(0, 3), 'http failed refused']],
    [
      answered(307, '', { location: 'https://other.example/' }),
      [...DOWN.slice(0, 3), 'http failed refused'],
    ],
  ])('ends where it does: %j', (answer, steps) => {
    const climbed = climbAt(() => answer)
    expect(climbed.steps).toEqual(steps)
    expect(climbed.sent).toHaveLength(1)
    expect(climbed.models).toEqual([{ id: 'm', apiId: 'm', offered: undefined }])
  })
})

describe('a key', () => {
  test.each([
    [401, 'key-rejected'],
    [402, 'no-credit'],
    [403, 'key-forbidden'],
    [429, 'rate-limited'],
    [500, 'server-fault'],
    [503, 'server-fault'],
  ])('that is answered %i ends the ladder there', (status, kind) => {
    const { steps, last, sent } = climbAt(() => answered(status))
    expect(steps).toEqual([...DOWN, 'key failed refused'])
    expect(last).toMatchObject({ refusal: { kind, status } })
    expect(sent).toHaveLength(1)
  })

  test('is not proved by a list for any key, which is no fault', () => {
    expect(climbAt(open).steps).toEqual([...DOWN, 'key ok any-key', ...ALL.slice(5)])
  })

  test('that such a server refuses where it matters is found there', () => {
    const { steps, last } = climbAt(openToReaders)
    expect(steps.at(-1)).toBe('protocol failed refused')
    expect(last).toMatchObject({ refusal: { kind: 'key-rejected', status: 401 } })
  })

  test('is accepted also where the made-up one got no answer about itself', () => {
    let asked = 0
    const server = (request: HttpRequest): HttpAnswer => {
      asked += 1
      return asked === 2 ? answered(429) : WORKING(request)
    }
    expect(climbAt(server).steps).toEqual([...DOWN, 'key ok key-unproved', ...ALL.slice(5)])
  })

  test.each<[LadderKey, string]>([
    [{ state: 'placeholder', secret: new Secret('ollama') }, 'key ok placeholder-taken'],
    [{ state: 'none' }, 'key ok no-key-wanted'],
    [{ state: 'external' }, 'key skipped external'],
  ])('%j is not asked about where the list is for everybody', (key, step) => {
    const { steps, sent } = climbAt(open, { key })
    expect(steps).toEqual([...DOWN, step, ...ALL.slice(5)])
    expect(sent).toHaveLength(2)
    const given = 'secret' in key ? 'Bearer ollama' : undefined
    for (const request of sent) expect(sentHeaders(request)['authorization']).toBe(given)
  })

  test.each<[LadderKey, readonly string[]]>([
    [{ state: 'placeholder', secret: new Secret('ollama') }, ['key failed placeholder-refused']],
    [{ state: 'none' }, ['key failed key-wanted']],
    [
      { state: 'external' },
      ['key skipped external', 'models skipped external', 'protocol skipped external'],
    ],
  ])('%j does not do where one is wanted', (key, steps) => {
    expect(climbAt(() => answered(401), { key }).steps).toEqual([...DOWN, ...steps])
  })

  test.each(['missing', 'unreadable'] as const)('that is %s ends the ladder', (state) => {
    const { steps, sent } = climbAt(() => answered(401), { key: { state } })
    expect(steps).toEqual([...DOWN, `key failed key-${state}`])
    expect(sent.map((request) => sentHeaders(request)['authorization'])).toEqual([undefined])
  })

  test('whose way is not decided is no reason to ask anybody anything', () => {
    const { steps, sent } = climbAt(WORKING, { key: { state: 'undecided' } })
    expect(steps).toEqual(['key failed key-undecided'])
    expect(sent).toEqual([])
  })
})

test('where the list is public, the server is asked about the key, and then for the list', () => {
  const account = answered(200, { data: { label: 'x', usage: 0 } })
  const server = serverFor({
    '/api/v1/key': account,
    '/api/v1/models': answered(200, { data: [{ id: 'a/b' }, { id: 'a/c:free' }] }),
    '/api/v1/chat/completions': BAD_REQUEST,
  })
  const fields = 'baseURL: "https://openrouter.ai/api/v1", models: ["a/b:nitro", "a/c:free", "a/d"]'
  const { steps, sent, models } = climbAt(server, { fields })
  expect(steps).toEqual([...KEYED, 'models failed not-offered', 'protocol ok endpoint-there'])
  expect(askedFor(sent).slice(0, 3)).toEqual([
    'GET /api/v1/key',
    'GET /api/v1/key',
    'GET /api/v1/models',
  ])
  expect(models.map(({ offered }) => offered)).toEqual([true, true, false])
})

describe('an adapter', () => {
  test('that nobody can imitate is not asked for', () => {
    const { steps, sent } = climbAt(WORKING, { fields: 'npm: some-sdk' })
    expect(steps).toEqual(['name skipped not-asked'])
    expect(sent).toEqual([])
  })

  test('of another protocol has its models checked, and no more', () => {
    const server = serverFor({ '/v1/models': answered(200, { models: [{ name: 'models/m' }] }) })
    const fields = 'npm: "@ai-sdk/google"'
    expect(climbAt(server, { fields, completes: true }).steps).toEqual([
      ...KEYED,
      'models ok all-offered',
      'protocol skipped other-protocol',
      'completion skipped other-protocol',
    ])
  })

  test('of Azure has other names for models than the list', () => {
    const server = serverFor({
      '/v1/models': answered(200, { data: [{ id: 'gpt-5' }] }),
      '/v1/responses': BAD_REQUEST,
    })
    const { steps, models } = climbAt(server, { fields: 'npm: "@ai-sdk/azure"' })
    expect(steps).toEqual([...KEYED, 'models skipped deployments', 'protocol ok endpoint-there'])
    expect(models).toEqual([{ id: 'm', apiId: 'm', offered: undefined }])
  })
})
