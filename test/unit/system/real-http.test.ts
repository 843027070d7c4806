import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { EventEmitter, once } from 'node:events'
import type { IncomingHttpHeaders } from 'node:http'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type {
  HttpAnswer,
  HttpFault,
  HttpHeader,
  HttpRequest,
  HttpStep,
} from '../../../src/core/http.ts'
import { Secret } from '../../../src/core/secret.ts'
import { createRealHttp } from '../../../src/system/real-http.ts'
import type { HttpPatience } from '../../../src/system/system.ts'
import { freshHttp, freshHttps, freshTcp, nowhere } from '../../support/raw-server.ts'

const KEY = new Secret('test-key-gw')
/** Long enough for a busy machine. */
const LONG: HttpPatience = { connectDeadline: 30_000, deadline: 40_000, mostBytes: 1000 }

const door = createRealHttp({ version: '1.2.3', env: {} })

function ask(
  url: string,
  patience: HttpPatience = LONG,
  more: Partial<HttpRequest> = {},
): Promise<HttpAnswer> {
  const key: HttpHeader = { name: 'authorization', value: { format: 'Bearer {key}', key: KEY } }
  return door.ask({ method: 'GET', url, headers: [key], ...more }, patience)
}

afterEach(() => {
  vi.unstubAllEnvs()
  vi.useRealTimers()
})

/** How far a request went. */
function went(...steps: readonly HttpStep['step'][]): unknown {
  const taken = steps.map((step) => ({ step, ms: expect.any(Number) }))
  return { steps: taken, proxy: undefined, issuer: undefined }
}

/** No answer, after these steps. */
function failedAfter(fault: HttpFault, ...steps: readonly HttpStep['step'][]): unknown {
  return { state: 'failed', fault, trace: went(...steps) }
}

/** From here on time passes only when a test says so. */
function stopTheClock(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
}

/** Resolves when a client of this process has received the headers of an answer. */
function headersReceived(): Promise<void> {
  return new Promise((resolve) => {
    const channel = 'http.client.response.finish'
    const received = (): void => {
      unsubscribe(channel, received)
      resolve()
    }
    subscribe(channel, received)
  })
}

describe('a server that answers', () => {
  test('is given the headers with the key in them, and the name of opgen', async () => {
    const seen: IncomingHttpHeaders[] = []
    const { origin } = await freshHttp((request, response) => {
      seen.push(request.headers)
      response.setHeader('content-type', 'Application/JSON; charset=utf-8')
      response.end('{"data":[]}')
    })
    expect(await ask(`${origin}/v1/models`)).toEqual({
      state: 'answered',
      status: 200,
      contentType: 'application/json',
      location: undefined,
      body: '{"data":[]}',
      fault: undefined,
      trace: went('connection', 'answer'),
    })
    expect(seen).toMatchObject([
      { authorization: 'Bearer test-key-gw', 'user-agent': 'opgen/1.2.3' },
    ])
  })

  test('is given a body', async () => {
    const { origin } = await freshHttp((request, response) => {
      request.pipe(response)
    })
    const answer = await ask(origin, LONG, { method: 'POST', body: '{"a":"é"}' })
    expect(answer).toMatchObject({ body: '{"a":"é"}' })
  })

  test('is given a key that holds what replacing could take for a pattern', async () => {
    const { origin } = await freshHttp((request, response) => {
      response.end(request.headers['x-key'])
    })
    const value = { format: '<{key}>', key: new Secret("test-key-$&$1$'") }
    const answer = await ask(origin, LONG, { headers: [{ name: 'x-key', value }] })
    expect(answer).toMatchObject({ body: "<test-key-$&$1$'>" })
  })

  test.each([301, 302, 303, 307, 308])(
    '%i with another address is not followed, and the other sees nothing',
    async (status) => {
      const seen: string[] = []
      const other = await freshHttp((request, response) => {
        seen.push(request.url ?? '')
        response.end('[]')
      })
      const { origin } = await freshHttp((_, response) => {
        response.writeHead(status, { location: `${other.origin}/models` }).end()
      })
      const location = `${other.origin}/models`
      expect(await ask(origin)).toMatchObject({ state: 'answered', status, location })
      expect(seen).toEqual([])
    },
  )

  test('with more than is wanted is cut off there', async () => {
    const { origin } = await freshHttp((_, response) => {
      response.on('error', () => {})
      const more = (): void => void response.write('x'.repeat(700), more)
      more()
    })
    expect(await ask(origin)).toMatchObject({
      state: 'answered',
      status: 200,
      body: 'x'.repeat(700),
      fault: 'too-large',
    })
  })

  test('and breaks off in its body is known by its status', async () => {
    const { origin } = await freshHttp((_, response) => {
      response.writeHead(401, { 'content-length': '100' })
      response.write('no', () => response.destroy())
    })
    expect(await ask(origin)).toMatchObject({ status: 401, body: 'no', fault: 'cut-off' })
  })

  test('and never ends its body is given up', async () => {
    const { origin } = await freshHttp((_, response) => {
      response.writeHead(403)
      response.write('no')
    })
    stopTheClock()
    const received = headersReceived()
    const answer = ask(origin)
    await received
    vi.advanceTimersByTime(LONG.deadline)
    expect(await answer).toMatchObject({ status: 403, fault: 'no-answer' })
  })
})

describe('no answer', () => {
  test('comes from a port where nothing listens', async () => {
    const { origin } = await nowhere()
    expect(await ask(origin)).toEqual(failedAfter('refused'))
  })

  test('comes from a host that there is not', async () => {
    const answer = await ask('http://no-such-host.invalid/')
    // Where there is no network, names cannot even be looked up.
    expect(['no-host', 'no-names']).toContain(answer.state === 'failed' && answer.fault)
  })

  test.each<[string, string, number, HttpFault]>([
    ['is silent', '', LONG.deadline, 'no-answer'],
    ['never ends its headers', 'HTTP/1.1 200 OK\r\nX-A: ', LONG.deadline, 'no-answer'],
    ['never ends its handshake', '', LONG.connectDeadline, 'no-connection'],
  ])('comes from a server that %s', async (name, text, deadline, fault) => {
    stopTheClock()
    const sockets = new EventEmitter()
    const { origin } = await freshTcp((socket) => {
      socket.once('data', () => {
        socket.write(text)
        sockets.emit('data')
      })
    })
    const isSent = once(sockets, 'data')
    const answer = ask(name.includes('handshake') ? origin.replace('http:', 'https:') : origin)
    await isSent
    vi.advanceTimersByTime(deadline)
    expect(await answer).toEqual(failedAfter(fault, 'connection'))
  })

  test('comes from a server that resets the connection', async () => {
    const { origin } = await freshTcp((socket) => {
      socket.once('data', () => socket.resetAndDestroy())
    })
    expect(await ask(origin)).toEqual(failedAfter('cut-off', 'connection'))
  })

  test('comes from a server that closes it', async () => {
    const { origin } = await freshTcp((socket) => void socket.once('data', () => socket.end()))
    expect(await ask(origin)).toEqual(failedAfter('cut-off', 'connection'))
  })

  test.each([
    ['something else', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['headers without end', `HTTP/1.1 200 OK\r\nX-A: ${'a'.repeat(100_000)}\r\n\r\n`],
    [
      'a switch of protocols',
      'HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n',
    ],
  ])('comes from a server that speaks %s', async (_, text) => {
    const { origin } = await freshTcp((socket) => {
      socket.once('data', () => socket.write(text))
    })
    expect(await ask(origin)).toEqual(failedAfter('not-http', 'connection'))
  })

  test('comes from a server whose certificate nobody has signed, whatever Node.js is told', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    const seen: string[] = []
    const { origin } = await freshHttps((request, response) => {
      seen.push(request.url ?? '')
      response.end('[]')
    })
    expect(await ask(origin)).toEqual(failedAfter('certificate-untrusted', 'connection'))
    expect(seen).toEqual([])
  })

  test('comes from a server that speaks no TLS', async () => {
    const { origin } = await freshHttp((_, response) => response.end('[]'))
    expect(await ask(origin.replace('http:', 'https:'))).toEqual(
      failedAfter('no-tls', 'connection'),
    )
  })

  test.each([
    ['a URL of another kind', { url: 'ftp://gw.example/' }],
    ['no URL', { url: 'gw.example/v1' }],
    ['a header that there cannot be', { headers: [{ name: 'x', value: 'a\nb' }] }],
    ['the name of one', { headers: [{ name: 'x y', value: 'a' }] }],
  ])('comes of %s', async (_, more) => {
    const { origin } = await freshHttp((_request, response) => response.end('[]'))
    expect(await ask(origin, LONG, more)).toEqual(failedAfter('not-sent'))
  })
})

describe('whoever listens', () => {
  test('is given the body piece by piece, and no half of a character', async () => {
    const pieces: string[] = []
    const sockets = new EventEmitter()
    const { origin } = await freshHttp((_, response) => {
      const [first, second] = [Buffer.from('aé').subarray(0, 2), Buffer.from('é').subarray(1)]
      response.write(first)
      sockets.once('piece', () => response.end(second))
    })
    const onText = (text: string): void => {
      pieces.push(text)
      sockets.emit('piece')
    }
    expect(await ask(origin, { ...LONG, onText })).toMatchObject({ body: 'aé' })
    expect(pieces).toEqual(['a', 'é'])
  })
})

describe('whoever waits', () => {
  test('is told when there is no answer for a while, and once', async () => {
    const onWaiting = vi.fn<() => void>()
    const { origin } = await freshHttp((_, response) => {
      // The answer comes when it has been told.
      onWaiting.mockImplementation(() => response.end('[]'))
      vi.advanceTimersByTime(500)
    })
    stopTheClock()
    expect(await ask(origin, { ...LONG, onWaiting })).toMatchObject({ body: '[]' })
    expect(onWaiting).toHaveBeenCalledOnce()
  })

  test('is told nothing when the answer is there', async () => {
    const onWaiting = vi.fn<() => void>()
    const { origin } = await freshHttp((_, response) => response.end('[]'))
    stopTheClock()
    await ask(origin, { ...LONG, onWaiting })
    vi.advanceTimersByTime(LONG.deadline)
    expect(onWaiting).not.toHaveBeenCalled()
  })
})
