import { EventEmitter, once } from 'node:events'
import { readFileSync } from 'node:fs'
import { describe, expect, test, vi } from 'vitest'
import type { HttpAnswer, HttpHeader } from '../../../src/core/http.ts'
import { Secret } from '../../../src/core/secret.ts'
import { createRealHttp } from '../../../src/system/real-http.ts'
import type { HttpPatience } from '../../../src/system/system.ts'
import { failed } from '../../support/answering-server.ts'
import {
  CERTIFICATE,
  freshHttp,
  freshHttps,
  freshProxy,
  freshTcp,
  nowhere,
} from '../../support/raw-server.ts'

const KEY = 'test-key-gw'
/** Long enough for a busy machine. */
const LONG: HttpPatience = { connectDeadline: 30_000, deadline: 40_000, mostBytes: 1000 }

type Env = Readonly<Record<string, string>>

/** Ask as one does who trusts the certificate of the tests. */
function askTrusting(url: string, env: Env): Promise<HttpAnswer> {
  return ask(url, env, readFileSync(CERTIFICATE, 'utf8'))
}

function ask(url: string, env: Env, authorities?: string): Promise<HttpAnswer> {
  const key: HttpHeader = {
    name: 'authorization',
    value: { format: 'Bearer {key}', key: new Secret(KEY) },
  }
  const door = createRealHttp({ version: '1.2.3', env, authorities })
  return door.ask({ method: 'GET', url, headers: [key] }, LONG)
}

const step = (name: string): unknown => ({ step: name, ms: expect.any(Number) })

describe('over TLS', () => {
  test.each([false, true])(
    'a proxy sees no more than host and port (TLS to itself: %s)',
    async (isEncrypted) => {
      const { origin } = await freshHttps((request, response) => {
        response.end(JSON.stringify(request.headers))
      })
      const proxy = await freshProxy(origin, { tls: isEncrypted })
      const answer = await askTrusting(`${origin}/v1/models?a=b`, { HTTPS_PROXY: proxy.origin })
      expect(answer).toMatchObject({
        status: 200,
        trace: {
          steps: [step('connection'), step('tls'), step('answer')],
          proxy: proxy.origin,
          issuer: 'opgen test',
        },
      })
      expect(JSON.stringify(answer)).toContain(KEY)
      const target = origin.replace('https://', '')
      expect(proxy.seen).toEqual([
        { method: 'CONNECT', target, headers: { host: target, connection: 'close' } },
      ])
    },
  )

  test('a user is told to the proxy and not to the server', async () => {
    const { origin } = await freshHttps((request, response) => {
      response.end(JSON.stringify(request.headers))
    })
    const proxy = await freshProxy(origin)
    const named = proxy.origin.replace('http://', 'http://ana:test-key-proxy@')
    const answer = await askTrusting(origin, { https_proxy: named })
    const encoded = Buffer.from('ana:test-key-proxy').toString('base64')
    expect(proxy.seen).toMatchObject([{ headers: { 'proxy-authorization': `Basic ${encoded}` } }])
    expect(answer).toMatchObject({ status: 200, trace: { proxy: proxy.origin } })
    expect(JSON.stringify(answer)).not.toContain(encoded)
  })

  test('the certificate has to be one for the server, and not for the proxy', async () => {
    const server = await freshHttps((_, response) => response.end())
    const proxy = await freshProxy(server.origin)
    const answer = await askTrusting('https://gw.example/v1', { HTTPS_PROXY: proxy.origin })
    expect(answer).toMatchObject({
      state: 'failed',
      fault: 'certificate-name',
      trace: { steps: [step('connection')], proxy: proxy.origin },
    })
  })

  test.each([407, 403, 502, 301])(
    'a proxy that answers %i denies the connection',
    async (status) => {
      const { origin } = await freshTcp((socket) => {
        socket.once('data', () => socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`))
      })
      const answer = await askTrusting('https://gw.example/', { HTTPS_PROXY: origin })
      expect(answer).toMatchObject({ state: 'failed', fault: 'proxy-denied', trace: { steps: [] } })
    },
  )
})

test('a certificate that nobody has signed is none behind a proxy either', async () => {
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
  const seen: unknown[] = []
  const { origin } = await freshHttps((request) => void seen.push(request.url))
  const proxy = await freshProxy(origin)
  const answer = await ask(origin, { HTTPS_PROXY: proxy.origin })
  vi.unstubAllEnvs()
  expect(answer).toMatchObject({ state: 'failed', fault: 'certificate-untrusted' })
  expect(seen).toEqual([])
})

describe('over plain HTTP', () => {
  test('a proxy is given the whole request', async () => {
    const { origin } = await freshHttp((request, response) => response.end(request.url))
    const proxy = await freshProxy(origin)
    const answer = await ask('http://gw.example:8080/v1/models?a=b', { HTTP_PROXY: proxy.origin })
    expect(answer).toMatchObject({
      body: '/v1/models?a=b',
      trace: {
        steps: [step('connection'), step('answer')],
        proxy: proxy.origin,
        issuer: undefined,
      },
    })
    expect(proxy.seen).toMatchObject([
      {
        method: 'GET',
        target: 'http://gw.example:8080/v1/models?a=b',
        headers: { host: 'gw.example:8080', authorization: `Bearer ${KEY}` },
      },
    ])
  })

  test('one that does not know who asks denies the request', async () => {
    const { origin } = await freshHttp((_, response) => response.writeHead(407).end())
    const answer = await ask('http://gw.example/', { HTTP_PROXY: origin })
    expect(answer).toMatchObject({ state: 'failed', fault: 'proxy-denied' })
  })

  test('nobody but a proxy can deny so', async () => {
    const { origin } = await freshHttp((_, response) => response.writeHead(407).end())
    expect(await ask(origin, {})).toMatchObject({ state: 'answered', status: 407 })
  })
})

describe('no connection to a proxy', () => {
  test.each(['http', 'https'])('comes about where nothing listens, for %s', async (scheme) => {
    const { origin } = await nowhere()
    const env = { HTTP_PROXY: origin, HTTPS_PROXY: origin }
    expect(await ask(`${scheme}://gw.example/`, env)).toEqual({
      ...failed('proxy-refused'),
      trace: { steps: [], proxy: origin, issuer: undefined },
    })
  })

  test('comes about where its certificate is not trusted', async () => {
    const { origin } = await freshHttps((_, response) => response.end())
    const answer = await ask('http://gw.example/', { HTTP_PROXY: origin })
    expect(answer).toMatchObject({ state: 'failed', fault: 'proxy-refused' })
  })

  test('comes about in time', async () => {
    const waiting = new EventEmitter()
    const { origin } = await freshTcp((socket) => {
      socket.once('data', () => waiting.emit('asked'))
    })
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const isAsked = once(waiting, 'asked')
    const answer = ask('https://gw.example/', { HTTPS_PROXY: origin })
    await isAsked
    vi.advanceTimersByTime(LONG.connectDeadline)
    vi.useRealTimers()
    expect(await answer).toMatchObject({ state: 'failed', fault: 'proxy-refused' })
  })

  test('is tried where the variable names none', async () => {
    const answer = await ask('http://gw.example/', { HTTP_PROXY: 'socks5://127.0.0.1:1' })
    expect(answer).toEqual(failed('proxy-unusable'))
  })
})
