import http from 'node:http'
import https from 'node:https'
import type { HttpAnswer, HttpFault, HttpHeader, HttpRequest } from '../core/http.ts'
import { faultOf } from './http-faults.ts'
import type { Http, HttpPatience } from './system.ts'

/** How long a server may be silent before the user is told that it is being waited for. */
const PATIENT_MS = 500

/**
 * Requests by Node.js's own client, which follows no redirect by itself and tells in codes what went
 * wrong. Each has a connection of its own.
 *
 * @param version of opgen, which it introduces itself with
 */
export function createRealHttp(version: string): Http {
  return {
    ask: (request, patience) =>
      new Promise((resolve) => {
        try {
          send(open(request, version), { request, patience, resolve })
        } catch (error) {
          resolve({ state: 'failed', fault: faultOf(error) })
        }
      }),
  }
}

/** @throws Error for a URL, method or header that no request can have */
function open({ method, url, headers }: HttpRequest, version: string): http.ClientRequest {
  const options: https.RequestOptions = {
    method,
    agent: false,
    // Whatever $NODE_TLS_REJECT_UNAUTHORIZED says: a key goes to the one it is meant for.
    rejectUnauthorized: true,
  }
  const isTls = new URL(url).protocol === 'https:'
  const outgoing = isTls ? https.request(url, options) : http.request(url, options)
  try {
    outgoing.setHeader('user-agent', `opgen/${version}`)
    // Not by the options: with $NODE_DEBUG set, Node.js prints those.
    for (const header of headers) outgoing.setHeader(header.name, valueOf(header))
    return outgoing
  } catch (error) {
    outgoing.on('error', () => {})
    outgoing.destroy()
    throw error
  }
}

function valueOf({ value }: HttpHeader): string {
  if (typeof value === 'string') return value
  return value.format.replace('{key}', () => value.key.reveal())
}

interface Exchange {
  readonly request: HttpRequest
  readonly patience: HttpPatience
  readonly resolve: (answer: HttpAnswer) => void
}

function send(outgoing: http.ClientRequest, { request, patience, resolve }: Exchange): void {
  let isConnected = false
  let received: Received | undefined
  const timers = [
    setTimeout(() => patience.onWaiting?.(), PATIENT_MS),
    setTimeout(() => {
      if (!isConnected) finish('no-connection')
    }, patience.connectDeadline),
    setTimeout(() => finish(isConnected ? 'no-answer' : 'no-connection'), patience.deadline),
  ]

  function finish(fault: HttpFault | undefined): void {
    for (const timer of timers) clearTimeout(timer)
    resolve(received === undefined ? failed(fault) : answerOf(received, fault))
    outgoing.destroy()
  }

  outgoing.on('error', (error) => finish(faultOf(error)))
  outgoing.on('socket', (socket) => {
    const event = 'encrypted' in socket ? 'secureConnect' : 'connect'
    socket.once(event, () => {
      isConnected = true
    })
  })
  outgoing.on('response', (incoming) => {
    clearTimeout(timers[0])
    received = { incoming, chunks: [] }
    takeIn(received, patience.mostBytes, finish)
  })
  // An answer of "switch protocols", which nobody asked for.
  outgoing.on('upgrade', () => finish('not-http'))
  outgoing.end(request.body)
}

interface Received {
  readonly incoming: http.IncomingMessage
  readonly chunks: Buffer[]
}

function takeIn(
  { incoming, chunks }: Received,
  mostBytes: number,
  finish: (fault: HttpFault | undefined) => void,
): void {
  let bytes = 0
  incoming.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > mostBytes) finish('too-large')
    else chunks.push(chunk)
  })
  incoming.on('end', () => finish(undefined))
  incoming.on('error', (error) => finish(faultOf(error)))
}

function failed(fault: HttpFault | undefined): HttpAnswer {
  return { state: 'failed', fault: fault ?? 'unknown' }
}

function answerOf({ incoming, chunks }: Received, fault: HttpFault | undefined): HttpAnswer {
  const { statusCode = 0, headers } = incoming
  const [contentType = ''] = (headers['content-type'] ?? '').split(';')
  return {
    state: 'answered',
    status: statusCode,
    contentType: contentType.trim().toLowerCase(),
    location: headers.location,
    body: new TextDecoder().decode(Buffer.concat(chunks)),
    fault,
  }
}
