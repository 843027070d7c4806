import http from 'node:http'
import type net from 'node:net'
import type { HttpAnswer, HttpFault, HttpHeader, HttpRequest, HttpTrace } from '../core/http.ts'
import { proxyFor } from '../core/proxy.ts'
import type { Proxy } from '../core/proxy.ts'
import { startCourse } from './http-course.ts'
import type { Course } from './http-course.ts'
import { faultOf } from './http-faults.ts'
import { connect } from './http-sockets.ts'
import type { Http, HttpPatience } from './system.ts'

/** What the door knows of the program that it belongs to. */
interface Client {
  /** Of opgen, which it introduces itself with. */
  readonly version: string
  /** Where proxies are named. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Certificates of whom to trust, in the place of those that Node.js does. */
  readonly authorities?: string | undefined
}

/**
 * Requests by Node.js's own client, which follows no redirect by itself and tells in codes what went
 * wrong. Each has a connection of its own.
 */
export function createRealHttp(client: Client): Http {
  return {
    ask: (request, patience) =>
      new Promise((resolve) => {
        let answer: HttpAnswer | undefined
        try {
          const prepared = prepare(request, client)
          answer = typeof prepared === 'string' ? failed(prepared) : undefined
          if (typeof prepared !== 'string') exchange(prepared, patience, resolve)
        } catch (error) {
          answer = failed(faultOf(error))
        }
        if (answer !== undefined) resolve(answer)
      }),
  }
}

/** A request that can be made. */
interface Prepared {
  readonly method: string
  readonly url: URL
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string | undefined
  readonly proxy: Proxy | undefined
  readonly authorities: string | undefined
}

/** @throws Error for a URL or header that no request can have */
function prepare(request: HttpRequest, client: Client): Prepared | HttpFault {
  const { method, body } = request
  const { version, env, authorities } = client
  const url = new URL(request.url)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'not-sent'
  const given = request.headers.map((header) => [header.name, valueOf(header)] as const)
  const headers = [
    ['host', url.host] as const,
    ['user-agent', `opgen/${version}`] as const,
    ...given,
  ]
  for (const [name, value] of headers) {
    http.validateHeaderName(name)
    http.validateHeaderValue(name, value)
  }
  const proxy = proxyFor(url, env)
  if (proxy === 'unusable') return 'proxy-unusable'
  return { method, url, headers, body, proxy, authorities }
}

function valueOf({ value }: HttpHeader): string {
  if (typeof value === 'string') return value
  return value.format.replace('{key}', () => value.key.reveal())
}

function exchange(
  prepared: Prepared,
  patience: HttpPatience,
  resolve: (answer: HttpAnswer) => void,
): void {
  let received: Received | undefined
  const course = startCourse({
    patience,
    proxy: prepared.proxy?.origin,
    ended: (fault, trace) => {
      resolve(
        received === undefined
          ? failed(fault ?? 'unknown', trace)
          : answerOf(received, { fault, trace }),
      )
    },
  })
  connect(prepared, course, (socket) => {
    const outgoing = open(prepared, socket)
    course.holds(outgoing)
    outgoing.on('error', course.fail)
    outgoing.on('response', (incoming) => {
      course.reached('answer')
      // Only a proxy asks so, and it is not the key that it does not like.
      if (incoming.statusCode === 407 && prepared.proxy !== undefined) course.end('proxy-denied')
      else {
        received = { incoming, chunks: [] }
        takeIn(received, patience, course)
      }
    })
    // An answer of "switch protocols", which nobody asked for.
    outgoing.on('upgrade', () => course.end('not-http'))
    outgoing.end(prepared.body)
  })
}

function open({ method, url, headers, proxy }: Prepared, socket: net.Socket): http.ClientRequest {
  const isPassedOn = proxy !== undefined && url.protocol === 'http:'
  const path = `${url.pathname}${url.search}`
  const outgoing = http.request({
    method,
    path: isPassedOn ? `${url.origin}${path}` : path,
    setHost: false,
    createConnection: () => socket,
  })
  // Not by the options: with $NODE_DEBUG set, Node.js prints those.
  for (const [name, value] of headers) outgoing.setHeader(name, value)
  if (isPassedOn && proxy.authorization !== undefined) {
    outgoing.setHeader('proxy-authorization', proxy.authorization.reveal())
  }
  return outgoing
}

interface Received {
  readonly incoming: http.IncomingMessage
  readonly chunks: Buffer[]
}

function takeIn(
  { incoming, chunks }: Received,
  { mostBytes, onText }: HttpPatience,
  course: Course,
): void {
  let bytes = 0
  // A character may come in two pieces.
  const decoder = new TextDecoder()
  incoming.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > mostBytes) {
      course.end('too-large')
      return
    }
    chunks.push(chunk)
    onText?.(decoder.decode(chunk, { stream: true }))
  })
  incoming.on('end', () => course.end(undefined))
  incoming.on('error', course.fail)
}

const NOWHERE: HttpTrace = { steps: [], proxy: undefined, issuer: undefined }

function failed(fault: HttpFault, trace: HttpTrace = NOWHERE): HttpAnswer {
  return { state: 'failed', fault, trace }
}

function answerOf(
  { incoming, chunks }: Received,
  { fault, trace }: { readonly fault: HttpFault | undefined; readonly trace: HttpTrace },
): HttpAnswer {
  const { statusCode = 0, headers } = incoming
  const [contentType = ''] = (headers['content-type'] ?? '').split(';')
  return {
    state: 'answered',
    status: statusCode,
    contentType: contentType.trim().toLowerCase(),
    location: headers.location,
    body: new TextDecoder().decode(Buffer.concat(chunks)),
    fault,
    trace,
  }
}
