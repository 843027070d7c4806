import type { RequestListener, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { askedAt, KEYS, locked, refusedFor, run, worldAt } from '../support/faulty-offer.ts'
import { freshSandbox } from '../support/fresh.ts'
import { modelServer } from '../support/model-servers.ts'
import { opgen, succeeds, textOf, writeManifest } from '../support/opgen.ts'
import { CERTIFICATE, freshHttp, freshHttps, freshTcp, nowhere } from '../support/raw-server.ts'

/** Servers may repeat what they were sent, wherever they like. */
const repeatingAll =
  (status: number, type = 'application/json'): RequestListener =>
  (request, response) => {
    const told = JSON.stringify(request.headers)
    response.writeHead(status, { 'content-type': type, 'x-told': told })
    response.end(type === 'text/html' ? `<!doctype html><title>${told}</title>` : told)
  }

/** More than any list of models has, as fast as it is taken. */
function pour(response: ServerResponse): void {
  const chunk = Buffer.alloc(1024 * 1024, ' ')
  const more = (): void => {
    while (!response.destroyed && response.write(chunk));
    response.once('drain', more)
  }
  more()
}

/** What a server of bare connections sends when it was asked. */
const sending =
  (...lines: readonly string[]) =>
  (socket: Socket): void =>
    void socket.once('data', () => socket.end(['HTTP/1.1 200 OK', ...lines].join('\r\n')))

describe('what was known stays, and other providers are updated', () => {
  test.each([
    [401, 'does not accept this key'],
    [402, 'wants to be paid'],
    [403, 'forbids what this key'],
    [404, 'the server has no list of models'],
    [429, 'has been asked too often'],
    [500, 'has a fault of its own'],
    [200, 'answered with something else than a list of models'],
  ])('when the server answers %i and repeats the key', async (status, reason) => {
    const { origin } = await freshHttp(repeatingAll(status))
    expect(await askedAt(origin)).toEqual(refusedFor(reason))
  })

  test.each<[string, RequestListener, string]>([
    ['a web page', repeatingAll(200, 'text/html'), 'answered with a web page'],
    ['a web page of its proxy', repeatingAll(502, 'text/html'), 'has a fault of its own'],
    [
      'half a list',
      (_, response) => response.end('{"data": [{"id": "half"}, {"id"'),
      'answered with something else than a list of models',
    ],
    [
      'text that is none',
      (_, response) => response.end(Buffer.from([0xff, 0xfe, 0x00, 0x80])),
      'answered with something else than a list of models',
    ],
    ['nothing', (_, response) => response.end(), 'answered with something else than a list'],
    ['without end', (_, response) => pour(response), 'is too large'],
    [
      'with a redirect in a circle',
      ({ url }, response) => response.writeHead(308, { location: url }).end(),
      'redirects to another path of its own, where no key is sent',
    ],
  ])('when the server answers %s', async (_, listener, reason) => {
    const { origin } = await freshHttp(listener)
    expect(await askedAt(origin)).toEqual(refusedFor(reason))
  })

  test.each<[string, RequestListener]>([
    ['never answers', () => {}],
    [
      'stops in the middle of its answer',
      (_, response) => response.writeHead(200).write('{"data": ['),
    ],
  ])('when the server %s, as long as it is waited for', async (_, listener) => {
    const { origin } = await freshHttp(listener)
    const asked = await askedAt(origin, '--timeout', '1')
    expect(asked).toEqual(refusedFor('did not answer in time'))
  })

  test('when the server redirects, and the other host is not asked at all', async () => {
    const seen: unknown[] = []
    const elsewhere = await freshHttp((request, response) => {
      seen.push([request.url, request.headers])
      response.end('{"data": [{"id": "stolen"}]}')
    })
    const { origin } = await freshHttp((request, response) => {
      const told = encodeURIComponent(request.headers.authorization ?? '')
      const location = `${elsewhere.origin}${request.url}?key=${told}`
      response.writeHead(307, { location }).end()
    })
    expect(await askedAt(origin)).toEqual(
      refusedFor(`redirects to ${elsewhere.origin}, and no key is sent there`),
    )
    expect(seen).toEqual([])
  })

  test.each<[string, (socket: Socket) => void, string]>([
    [
      'resets the connection',
      (socket) => void socket.once('data', () => socket.resetAndDestroy()),
      'closed the connection before its answer ended',
    ],
    [
      'resets it within its answer',
      (socket) =>
        void socket.once('data', () => {
          const head = 'HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{"data": ['
          socket.write(head, () => socket.resetAndDestroy())
        }),
      'closed the connection before its answer ended',
    ],
    [
      'speaks another protocol',
      (socket) => void socket.once('data', () => socket.end('220 mail.example ESMTP\r\n')),
      'does not speak HTTP',
    ],
    [
      'sends no chunks where it says so',
      sending('transfer-encoding: chunked', '', 'zz', '{"data": []}'),
      'does not speak HTTP',
    ],
    [
      'ends before its last chunk',
      sending('transfer-encoding: chunked', '', 'c', '{"data": []}', ''),
      'closed the connection before its answer ended',
    ],
    [
      'sends less than it says',
      sending('content-length: 500', '', '{"data": [{"id": "less"}]}'),
      'closed the connection before its answer ended',
    ],
    [
      'sends more than it says',
      sending('content-length: 11', '', '{"data": []}{"data": [{"id": "more"}]}'),
      'does not speak HTTP',
    ],
    [
      'says two lengths',
      sending('content-length: 12', 'content-length: 500', '', '{"data": []}'),
      'does not speak HTTP',
    ],
  ])('when the server %s', async (_, connected, reason) => {
    const { origin } = await freshTcp(connected)
    expect(await askedAt(origin)).toEqual(refusedFor(reason))
  })

  test('when nothing listens there', async () => {
    const { origin } = await nowhere()
    expect(await askedAt(origin)).toEqual(refusedFor('the connection was refused'))
  })

  test('when the server does not speak TLS', async () => {
    const { origin } = await freshHttp(repeatingAll(200))
    const asked = await askedAt(origin.replace('http:', 'https:'))
    expect(asked).toEqual(refusedFor('does not speak TLS as it should'))
  })

  test('when nobody has signed its certificate, until Node.js is told whom to trust', async () => {
    const models = [{ id: 'behind-tls', window: 65_536 }]
    const { origin } = await freshHttps(modelServer('vllm', { models, key: KEYS.ACME_KEY }))
    expect(await askedAt(origin)).toEqual(
      refusedFor('nobody whom this machine trusts has signed the certificate'),
    )
    const { sandbox, lock } = await worldAt(origin)
    const environment = { ...KEYS, NODE_TLS_REJECT_UNAUTHORIZED: '0' }
    expect(await opgen(sandbox, ['update', 'acme'], { environment })).toMatchObject({ status: 1 })
    const trusting = { ...KEYS, NODE_EXTRA_CA_CERTS: CERTIFICATE }
    await succeeds(opgen(sandbox, ['update', 'acme'], { environment: trusting }))
    expect(await textOf(lock)).toBe(locked([['acme', origin, 'behind-tls']]))
  })
})

describe('what is no fault', () => {
  test('a server that answers later than all others, piece by piece', async () => {
    let answer: (() => void) | undefined
    const { origin } = await freshHttp((_, response) => {
      answer = () => {
        for (const piece of '{"data": [{"id": "late", "max_model_len": 65536}]}') {
          response.write(piece)
        }
        response.end()
      }
    })
    const world = await worldAt(origin)
    const other = await freshHttp((_, response) => {
      response.end('{"data": [{"id": "early"}]}')
      response.once('close', () => answer?.())
    })
    const path = join(world.sandbox.work, 'providers.yaml')
    const text = ((await textOf(path)) ?? '').replace(
      /(other:\n {4}baseURL: ).*/,
      `$1${other.origin}`,
    )
    await writeManifest(world.sandbox, text)
    await succeeds(run(world, 'update'))
    expect(await textOf(world.lock)).toContain('"late": { "limit": { "context": 65536,')
    expect(await textOf(world.lock)).toContain('"early"')
  })

  test('details that an Ollama does not have of one of its models', async () => {
    const models = ['whole', 'damaged'].map((id) => ({ id, window: 65_536 }))
    const ollama = modelServer('ollama', { models })
    const { origin } = await freshHttp((request, response) => {
      if (request.url !== '/api/show') return ollama(request, response)
      request.once('data', (body: Buffer) => {
        if (body.includes('damaged')) repeatingAll(500)(request, response)
        else
          response.end('{"model_info": {"general.architecture": "a", "a.context_length": 65536}}')
      })
    })
    const sandbox = await freshSandbox()
    const fields = `preset: ollama, baseURL: "${origin}/v1", models: { discover: true }`
    await writeManifest(sandbox, `version: 1\nproviders:\n  acme: { ${fields} }\n`)
    const { stdout } = await succeeds(opgen(sandbox, ['update']))
    expect(stdout).toMatch(/^ {2}\+ damaged {2}no limit known$/m)
    expect(stdout).toMatch(/^ {2}\+ whole {4}context 65,536, output 16,384$/m)
    expect((await succeeds(opgen(sandbox, ['models', 'acme']))).stdout).toContain('2 offered')
  })
})
