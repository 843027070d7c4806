import http from 'node:http'
import net from 'node:net'
import tls from 'node:tls'
import type { Proxy } from '../core/proxy.ts'
import type { Course } from './http-course.ts'

/** Whom to connect to, and how. */
interface Route {
  readonly url: URL
  readonly proxy: Proxy | undefined
  /** Certificates of whom to trust; undefined: those that Node.js does. */
  readonly authorities: string | undefined
}

/**
 * Connect to a server, directly or through a proxy. Over TLS the certificate is looked at before
 * anything is sent, whatever $NODE_TLS_REJECT_UNAUTHORIZED says: a key goes to the one it is meant for.
 *
 * @param ready called when a request may be sent over the connection
 */
export function connect(route: Route, course: Course, ready: (socket: net.Socket) => void): void {
  const { url, proxy, authorities } = route
  const isTls = url.protocol === 'https:'
  const sendable = (socket: net.Socket): void => {
    course.enter('connected')
    ready(socket)
  }
  const reached = (socket: net.Socket): void => {
    course.reached('connection')
    course.enter('to-server')
    if (isTls) encrypt({ url, socket, authorities }, course, sendable)
    else sendable(socket)
  }
  if (proxy === undefined) {
    dial(url, course, reached)
    return
  }
  const address = new URL(proxy.origin)
  const passOn = (socket: net.Socket): void => {
    if (isTls) tunnel({ url, proxy, socket }, course, reached)
    else reached(socket)
  }
  dial(address, course, (socket) => {
    if (address.protocol !== 'https:') passOn(socket)
    else handshake({ url: address, socket, authorities }, course, passOn)
  })
}

/** The host of an address, as sockets have it. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1')
}

function portOf({ port, protocol }: URL): number {
  if (port !== '') return Number(port)
  return protocol === 'https:' ? 443 : 80
}

function dial(url: URL, course: Course, then: (socket: net.Socket) => void): void {
  const socket = net.connect({ host: hostOf(url), port: portOf(url) })
  course.holds(socket)
  socket.on('error', course.fail)
  // Several addresses of a host are told of one by one.
  let isNamed = false
  socket.on('lookup', (error: Error | null) => {
    if (!isNamed && error === null) course.reached('name')
    isNamed = true
  })
  socket.once('connect', () => then(socket))
}

/** A connection over which TLS is to be spoken. */
interface Plain extends Pick<Route, 'url' | 'authorities'> {
  readonly socket: net.Socket
}

/** TLS to the server itself. */
function encrypt(plain: Plain, course: Course, then: (socket: net.Socket) => void): void {
  handshake(plain, course, (socket) => {
    course.reached('tls', issuerOf(socket.getPeerCertificate()))
    then(socket)
  })
}

function handshake(
  { url, socket, authorities }: Plain,
  course: Course,
  then: (socket: tls.TLSSocket) => void,
): void {
  const host = hostOf(url)
  const encrypted = tls.connect({
    socket,
    host,
    ca: authorities,
    // An address in numbers is no name to ask for.
    servername: net.isIP(host) === 0 ? host : '',
    ALPNProtocols: ['http/1.1'],
    rejectUnauthorized: true,
  })
  course.holds(encrypted)
  encrypted.on('error', course.fail)
  encrypted.once('secureConnect', () => then(encrypted))
}

/** The types of Node.js promise more than a certificate has. */
function issuerOf(certificate: Partial<tls.PeerCertificate>): string | undefined {
  const { O: organisation, CN: name }: Partial<tls.Certificate> = certificate.issuer ?? {}
  return [organisation, name].flat().find((text) => text !== undefined && text !== '')
}

interface ToProxy {
  readonly url: URL
  readonly proxy: Proxy
  readonly socket: net.Socket
}

/** A connection to the server through the proxy, which sees no more than host and port. */
function tunnel(
  { url, proxy, socket }: ToProxy,
  course: Course,
  then: (socket: net.Socket) => void,
): void {
  const target = `${url.hostname}:${portOf(url)}`
  const asking = http.request({
    method: 'CONNECT',
    path: target,
    setHost: false,
    createConnection: () => socket,
  })
  course.holds(asking)
  asking.on('error', course.fail)
  asking.setHeader('host', target)
  // Not by the options: with $NODE_DEBUG set, Node.js prints those.
  if (proxy.authorization !== undefined) {
    asking.setHeader('proxy-authorization', proxy.authorization.reveal())
  }
  asking.on('connect', ({ statusCode = 0 }, through: net.Socket, first) => {
    if (statusCode < 200 || statusCode > 299) {
      course.end('proxy-denied')
      return
    }
    if (first.length > 0) through.unshift(first)
    then(through)
  })
  asking.end()
}
