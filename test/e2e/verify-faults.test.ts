import type { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { KEY, lastOf, LIST, working } from '../support/live-world.ts'
import { freshHttp, freshTcp, nowhere } from '../support/raw-server.ts'

describe('a server that misbehaves', () => {
  test.each([
    [401, 'does not accept this key for "gw" (401)'],
    [402, 'wants to be paid before it takes this key for "gw" (402)'],
    [403, 'forbids what this key for "gw" asks for (403)'],
    [429, 'has been asked too often (429)'],
    [500, 'has a fault of its own (500)'],
  ])('with %i is told by it', async (status, words) => {
    const { origin } = await freshHttp((_, response) => {
      response.writeHead(status, { 'content-type': 'text/html' }).end(`<html>${KEY}</html>`)
    })
    expect(await lastOf(`${origin}/v1`)).toContain(`1 gw key FAIL: ${origin} ${words}; `)
  })

  test('with 404 to all is at a wrong address', async () => {
    const { origin } = await freshHttp((_, response) => response.writeHead(404).end())
    expect(await lastOf(`${origin}/v1`)).toBe(
      `1 gw http FAIL: at ${origin}/v1 there is neither a list of models nor an endpoint (404); ` +
        'check "baseURL": the one of an API often ends in "/v1"',
    )
  })

  test.each([
    ['', '/v1'],
    ['/v1/v1', '/v1'],
    ['/v1/chat/completions', '/v1'],
  ])('at "%s" has its list at "%s"', async (path, better) => {
    const { origin } = await freshHttp(working)
    expect(await lastOf(`${origin}${path}`)).toBe(
      `1 gw http FAIL: at ${origin}${path} there is neither a list of models nor an endpoint (404); ` +
        `its models are listed elsewhere: write \`baseURL: ${origin}${better}\``,
    )
  })

  test.each([
    ['a page', 'text/html', '<!doctype html>', 'a web page (200)'],
    ['no JSON', 'application/json', '{"data":[', 'a list of models'],
  ])('with %s is told so', async (_, type, body, words) => {
    const { origin } = await freshHttp((request, response) => {
      if (request.method === 'POST') response.statusCode = 404
      response.setHeader('content-type', type)
      response.end(body)
    })
    expect(await lastOf(`${origin}/v1`)).toContain(words)
  })

  test('by answering without end is cut off', async () => {
    const { origin } = await freshHttp((_, response) => {
      response.on('error', () => {})
      const piece = Buffer.alloc(1024 * 1024, ' ')
      const more = (): void => void response.write(piece, more)
      more()
    })
    expect(await lastOf(`${origin}/v1`)).toContain(
      `gw http FAIL: the answer of ${origin} is too large; `,
    )
  })

  test('by waiting is given up in time', async () => {
    const { origin } = await freshTcp(() => {})
    expect(await lastOf(`${origin}/v1`, '--timeout', '1')).toBe(
      `1 gw http FAIL: ${origin} did not answer in time; run it again later`,
    )
  })

  test('by sending its list byte by byte is given up, too', async () => {
    const { origin } = await freshHttp((_, response) => {
      response.write('{"data":')
      const slow = setInterval(() => response.write(' '), 100)
      response.on('close', () => clearInterval(slow))
    })
    expect(await lastOf(`${origin}/v1`, '--timeout', '1')).toContain('did not answer in time')
  })

  test.each<[string, (socket: Socket) => void, string]>([
    ['a reset', (socket) => socket.resetAndDestroy(), 'closed the connection'],
    ['a close', (socket) => socket.end(), 'closed the connection'],
    [
      'garbage for a chunk',
      (socket) => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n'),
      'does not speak HTTP',
    ],
    ['another protocol', (socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'), 'does not speak HTTP'],
  ])('with %s is told so', async (_, answer, words) => {
    const { origin } = await freshTcp((socket) => void socket.once('data', () => answer(socket)))
    expect(await lastOf(`${origin}/v1`)).toContain(words)
  })

  test('is not there', async () => {
    const { origin } = await nowhere()
    expect(await lastOf(`${origin}/v1`)).toContain('gw connection FAIL: nothing answers at ')
  })

  test('by not speaking TLS is told so', async () => {
    const { origin } = await freshHttp(working)
    expect(await lastOf(`${origin.replace('http:', 'https:')}/v1`)).toContain('gw tls FAIL: ')
  })

  test.each(['/v1/models', '/v1/chat/completions'])(
    'by sending whoever asks for %s elsewhere is not obeyed, and the other sees nothing',
    async (path) => {
      const seen: unknown[] = []
      const other = await freshHttp((request, response) => {
        seen.push([request.url, request.headers])
        response.end(LIST)
      })
      const { origin } = await freshHttp((request, response) => {
        const location = `${other.origin}${request.url}?key=${KEY}`
        if (request.url === path) response.writeHead(307, { location }).end()
        else working(request, response)
      })
      expect(await lastOf(`${origin}/v1`, '--complete')).toContain(
        `redirects to ${other.origin}, and no key is sent there`,
      )
      expect(seen).toEqual([])
    },
  )
})
