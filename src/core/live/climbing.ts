import type { HttpAnswer, HttpRequest } from '../http.ts'
import type { Secret } from '../secret.ts'
import type { ProviderServer } from './key-check.ts'

/** A request that somebody else is to make. */
export interface Asking {
  readonly request: HttpRequest
  readonly mostBytes: number
  /** Whether what is waited for stands in the body as far as it has come. */
  readonly isAwaited?: (soFar: string) => boolean
}

/** What came of it. */
export interface Heard {
  readonly answer: HttpAnswer
  /** Milliseconds from the beginning to the end. */
  readonly ms: number
  /** Milliseconds from the beginning until it was there; undefined: it never was. */
  readonly awaitedMs?: number
}

/** Something that asks, one request after the other, and ends in a result. Asking is up to the caller. */
export type Climbing<T> = Generator<Asking, T, Heard>

/** Gateways to everything list some megabytes of models, and a list of ten thousand is not absurd. */
export const LONGEST_LIST = 64 * 1024 * 1024

/** Anything else is short. */
const LONGEST_ANSWER = 1024 * 1024

/** Whom to ask, and what each request carries. */
export interface Askable {
  readonly server: ProviderServer
  /** Undefined: none is sent. */
  readonly secret: Secret | undefined
}

export function* askList({ server, secret }: Askable, url: string): Climbing<Heard> {
  const headers = [...server.headers, ...keyHeaders({ server, secret })]
  return yield { request: { method: 'GET', url, headers }, mostBytes: LONGEST_LIST }
}

export interface Posted {
  readonly url: string
  readonly body: string
  readonly isAwaited?: Asking['isAwaited']
}

export function* post(askable: Askable, { url, body, isAwaited }: Posted): Climbing<Heard> {
  // The adapters take whatever comes back, too.
  const besides = askable.server.headers.filter(({ name }) => name !== 'accept')
  const headers = [
    { name: 'accept', value: '*/*' },
    { name: 'content-type', value: 'application/json' },
    ...besides,
    ...keyHeaders(askable),
  ]
  const request = { method: 'POST', url, headers, body } as const
  return yield {
    request,
    mostBytes: LONGEST_ANSWER,
    ...(isAwaited === undefined ? {} : { isAwaited }),
  }
}

function keyHeaders({ server, secret }: Askable): HttpRequest['headers'] {
  if (secret === undefined) return []
  const { name, format } = server.keyHeader
  return [{ name, value: { format, key: secret } }]
}
