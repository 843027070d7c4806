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
  const cert = readFileSync(CERTIFICATE)
  const server = https.createServer(
    { cert, key: readFileSync(path.join(tls, 'key.pem')) },
    listener,
  )
  return { origin: `https://127.0.0.1:${await listen(server)}` }
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
