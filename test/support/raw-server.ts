import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import net from 'node:net'
import path from 'node:path'
import { onTestFinished } from 'vitest'

/** Made for the tests alone, for `localhost` and `127.0.0.1`, signed by itself, good for a century. */
const tls = path.join(import.meta.dirname, 'tls')
export const CERTIFICATE = path.join(tls, 'certificate.pem')

interface Listening {
  /** Without a slash at its end. */
  readonly origin: string
}

/** A server for this test alone that answers as the test says. */
export async function freshHttp(listener: http.RequestListener): Promise<Listening> {
  const server = http.createServer(listener)
  return { origin: `http://127.0.0.1:${await listen(server)}` }
}

/**
 * A server that answers with these statuses in turn, and each time with the headers that it was given: in
 * its own, in an address to go to, and in a list of models.
 */
export function repeating(statuses: number[]): http.RequestListener {
  return (request, response) => {
    const { authorization = '' } = request.headers
    const told = JSON.stringify(request.headers)
    response.writeHead(statuses.shift() ?? 500, {
      'x-authorization': authorization,
      location: `https://elsewhere.example/?key=${encodeURIComponent(told)}`,
    })
    response.end(JSON.stringify({ data: [{ id: told }] }))
  }
}

/** The same over TLS, with a certificate that nobody trusts by themselves. */
export async function freshHttps(listener: http.RequestListener): Promise<Listening> {
  const server = https.createServer(ownTls(), listener)
  return { origin: `https://127.0.0.1:${await listen(server)}` }
}

/** What a proxy was asked, as far as it can see it. */
export interface PassedOn {
  readonly method: string | undefined
  /** The whole address, or host and port for a tunnel. */
  readonly target: string | undefined
  readonly headers: http.IncomingHttpHeaders
}

export interface FreshProxy extends Listening {
  readonly seen: readonly PassedOn[]
}

/**
 * A proxy that leads every request to the server at `origin`, whoever it is for.
 *
 * @param tls whether it speaks TLS itself
 */
export async function freshProxy(
  origin: string,
  { tls: isEncrypted = false }: { readonly tls?: boolean } = {},
): Promise<FreshProxy> {
  const seen: PassedOn[] = []
  const note = ({ method, url, headers }: http.IncomingMessage): void => {
    seen.push({ method, target: url, headers })
  }
  const server = isEncrypted ? https.createServer(ownTls()) : http.createServer()
  server.on('request', (request: http.IncomingMessage, response: http.ServerResponse) => {
    note(request)
    const { pathname, search } = new URL(request.url ?? '')
    const { method, headers } = request
    const onward = http.request(`${origin}${pathname}${search}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(response)
    })
    request.pipe(onward)
  })
  server.on('connect', (request: http.IncomingMessage, socket: net.Socket) => {
    note(request)
    const { hostname, port } = new URL(origin)
    const onward = net.connect({ host: hostname, port: Number(port) }, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      socket.pipe(onward).pipe(socket)
    })
    onward.on('error', () => socket.destroy())
    socket.on('error', () => onward.destroy())
  })
  const port = await listen(server)
  return { origin: `${isEncrypted ? 'https' : 'http'}://127.0.0.1:${port}`, seen }
}

/** A server that is given the bare connection. */
export async function freshTcp(connected: (socket: net.Socket) => void): Promise<Listening> {
  const server = net.createServer((socket) => {
    // The other side goes away when it likes.
    socket.on('error', () => {})
    connected(socket)
  })
  return { origin: `http://127.0.0.1:${await listen(server)}` }
}

/** An address where nothing listens. */
export async function nowhere(): Promise<Listening> {
  const server = net.createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const port = portOf(server)
  server.close()
  await once(server, 'close')
  return { origin: `http://127.0.0.1:${port}` }
}

function ownTls(): https.ServerOptions {
  return { cert: readFileSync(CERTIFICATE), key: readFileSync(path.join(tls, 'key.pem')) }
}

async function listen(server: net.Server): Promise<number> {
  const open = new Set<net.Socket>()
  server.on('connection', (socket: net.Socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    for (const socket of open) socket.destroy()
    server.close()
    await once(server, 'close')
  })
  return portOf(server)
}

function portOf(server: net.Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not a TCP server')
  return address.port
}
