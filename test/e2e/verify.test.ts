import { describe, expect, test } from 'vitest'
import { openCodeOnPath } from '../support/asked-through.ts'
import { freshServer, servedModels } from '../support/fresh.ts'
import { opgen, succeeds } from '../support/opgen.ts'
import {
  BEARER,
  KEY,
  lastOf,
  stepsOf,
  verify,
  working,
  worldAt,
  worldOf,
} from '../support/live-world.ts'
import { CERTIFICATE, freshHttp, freshHttps, freshProxy } from '../support/raw-server.ts'
import { typeAtOpgen } from '../support/pseudo-terminal.ts'
import { need } from '../support/tools.ts'

describe('opgen verify', () => {
  test('climbs to the first token of a server that works', async () => {
    const server = await freshServer(KEY)
    const models = `models: ["${servedModels[0]}", "${servedModels[1]}"]`
    const world = await worldOf({ gw: `baseURL: "${server.baseURL}", ${models}` })
    const { status, steps } = await stepsOf(world, '--complete')
    expect({ status, steps }).toEqual({
      status: 0,
      steps: [
        'gw name --: 127.0.0.1 is no name',
        expect.stringMatching(/^gw connection ok: 127\.0\.0\.1:\d+$/),
        'gw http ok: status 200',
        'gw key ok: accepted, and a made-up one is not',
        'gw models ok: all 2 models are offered',
        'gw protocol ok: /chat/completions is there',
        expect.stringMatching(
          /^gw completion ok: "anthropic\/claude-sonnet-4-6" answers, the first token after \d+ ms$/,
        ),
      ],
    })
    expect(server.seen.at(-1)).toMatchObject({
      path: '/v1/chat/completions',
      model: servedModels[0],
    })
  })

  test('asks all providers at the same time', async () => {
    const waiting: (() => void)[] = []
    const providers: [id: string, fields: string][] = []
    for (const id of ['a', 'b', 'c']) {
      const { origin } = await freshHttp((request, response) => {
        const isFirst = request.method === 'GET' && request.headers.authorization === BEARER
        if (!isFirst) {
          working(request, response)
          return
        }
        waiting.push(() => working(request, response))
        // Each is answered when all have been asked.
        if (waiting.length === 3) for (const answer of waiting) answer()
      })
      providers.push([id, `baseURL: "${origin}/v1"`])
    }
    const world = await worldOf(Object.fromEntries(providers))
    // The same key goes to three places.
    const trusted = ['a', 'b', 'c'].flatMap((id) => ['--trust-origin', id])
    const { status, stdout } = await verify(world, ...trusted)
    expect({ status, last: stdout.split('\n').at(-2) }).toEqual({
      status: 0,
      last: '3 of 3 providers work.',
    })
  })

  test('names who signed the certificate once it is trusted', async () => {
    const { origin } = await freshHttps(working)
    const world = await worldAt(`${origin}/v1`)
    const untrusted = await stepsOf(world)
    expect(untrusted.status).toBe(1)
    expect(untrusted.steps.at(-1)).toBe(
      `gw tls FAIL: nobody whom this machine trusts has signed the certificate of ${origin}; ` +
        'for a certificate authority of your own, name its file in $NODE_EXTRA_CA_CERTS',
    )
    const environment = { ...world.environment, NODE_EXTRA_CA_CERTS: CERTIFICATE }
    const { status, steps } = await stepsOf({ ...world, environment })
    expect(status).toBe(0)
    expect(steps).toContain('gw tls ok: signed by opgen test, $NODE_EXTRA_CA_CERTS is trusted, too')
  })

  test('goes through the proxy, which sees no key', async () => {
    const { origin } = await freshHttps(working)
    const proxy = await freshProxy(origin)
    const HTTPS_PROXY = proxy.origin.replace('//', '//ana:test-key-gw@')
    const world = await worldAt(`${origin}/v1`, {
      HTTPS_PROXY,
      NO_PROXY: '',
      NODE_EXTRA_CA_CERTS: CERTIFICATE,
    })
    const { status, steps } = await stepsOf(world)
    expect(status).toBe(0)
    expect(steps[2]).toBe(
      `gw tls ok: signed by opgen test, through the proxy ${proxy.origin}, $NODE_EXTRA_CA_CERTS is trusted, too`,
    )
    expect(new Set(proxy.seen.map(({ method }) => method))).toEqual(new Set(['CONNECT']))
    expect(JSON.stringify(proxy.seen)).not.toContain(BEARER)
  })
})

describe('a completion', () => {
  test.each([
    [200, 'data: {"error":{"message":"overloaded"}}\n\n', 'answered with an error'],
    [200, 'data: [DONE]\n\n', 'answered with something else than words'],
    [404, '{}', 'has no model "m" to answer with (404)'],
    [400, '{}', 'does not take a request for "m" (400)'],
    [529, '{}', 'has a fault of its own (529)'],
  ])('that is answered %i with %j has failed', async (status, body, words) => {
    const { origin } = await freshHttp((request, response) => {
      const isAsked = Number(request.headers['content-length'] ?? 0) > '{}'.length
      if (!isAsked) {
        working(request, response)
        return
      }
      const type = body.startsWith('data:') ? 'text/event-stream' : 'application/json'
      response.writeHead(status, { 'content-type': type }).end(body)
    })
    const last = await lastOf(`${origin}/v1`, '--complete')
    expect(last).toContain(`1 gw completion FAIL: ${origin} ${words}`)
  })
})

const terminal = await need('pseudo-terminal')
describe.skipIf(terminal.skip)(`on a terminal${terminal.note}`, () => {
  test('who is waited for is shown', async () => {
    const waiting: (() => void)[] = []
    const { origin } = await freshHttp((request, response) => {
      if (waiting.length > 0) working(request, response)
      // The first answer has to wait until the screen says so.
      else waiting.push(() => working(request, response))
    })
    const { sandbox, environment } = await worldAt(`${origin}/v1`)
    const screen = await typeAtOpgen(sandbox, {
      args: ['verify'],
      environment,
      prompt: 'asking gw (1 of 1)',
      typed: '',
      onShown: (text) => {
        if (text.includes('asking gw (1 of 1)')) waiting[0]?.()
      },
    })
    expect(screen).toMatchObject({ status: 0 })
    expect(screen.text).not.toContain('test-key')
  })
})

const installed = await need('opencode')
describe.skipIf(installed.skip)(`through OpenCode${installed.note}`, () => {
  test('the server is asked as OpenCode asks it, after opgen has asked', async () => {
    const server = await freshServer(KEY)
    const models = `models: ["${servedModels[0]}", "${servedModels[1]}"]`
    const world = await worldOf({ gw: `baseURL: "${server.baseURL}", ${models}` })
    const { sandbox } = world
    const withOpenCode = {
      ...world,
      environment: { ...world.environment, ...openCodeOnPath(sandbox) },
    }
    const { environment } = withOpenCode
    await succeeds(opgen(sandbox, ['apply'], { environment }))
    const { status, steps } = await stepsOf(withOpenCode, '--through-opencode', '--timeout', '100')
    expect({ status, last: steps.at(-1) }).toEqual({
      status: 0,
      last: `gw opencode ok: OpenCode 1.18.33 lists the models, "${servedModels[0]}" answers through it`,
    })
    expect(server.seen.at(-1)).toMatchObject({ authorization: BEARER, model: servedModels[0] })
  })
})
