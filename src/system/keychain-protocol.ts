import type { KeychainSituation } from './system.ts'

/**
 * What opgen and its keychain child say to each other, over the IPC channel only: a key is never in
 * an argument or in the environment, where other programs could see it.
 *
 * The parent sends one {@link WireBatch}. The child answers each request with one
 * {@link WireMessage} as soon as the store has answered it, so that what is known stays known when a
 * later request hangs. This file is loaded by the child before anything else: it imports nothing.
 */
export interface WireBatch {
  readonly unlocking: 'may-ask' | 'never-ask'
  readonly requests: readonly WireRequest[]
}

export type WireRequest =
  | { readonly op: 'read'; readonly service: string; readonly account: string }
  | {
      readonly op: 'store'
      readonly service: string
      readonly account: string
      readonly secret: string
    }
  | { readonly op: 'remove'; readonly service: string; readonly account: string }
  | {
      readonly op: 'probe'
      readonly service: string
      readonly account: string
      readonly secret: string
    }

/** `index` is that of the request in its batch. */
export interface WireMessage {
  readonly index: number
  readonly answer: WireAnswer
}

export type WireAnswer =
  | { readonly status: 'present'; readonly secret: string }
  | { readonly status: 'absent' }
  | { readonly status: 'done' }
  | { readonly status: 'refused'; readonly situation: KeychainSituation }

// A record, so that a situation that is added to the type but not here does not compile.
const SITUATIONS: Readonly<Record<KeychainSituation, true>> = {
  'no-service': true,
  'no-collection': true,
  locked: true,
  'no-answer': true,
  ambiguous: true,
  'not-text': true,
  'too-long': true,
  'module-missing': true,
  unknown: true,
}

/**
 * A batch, or undefined when the message is anything else. The check matters: given a value that is
 * not a string, the addon would throw an error whose message quotes it.
 */
export function parseBatch(message: unknown): WireBatch | undefined {
  if (!isRecord(message)) return undefined
  const { unlocking, requests } = message
  if (unlocking !== 'may-ask' && unlocking !== 'never-ask') return undefined
  if (!Array.isArray(requests)) return undefined
  const parsed: WireRequest[] = []
  for (const request of requests) {
    const one = parseRequest(request)
    if (one === undefined) return undefined
    parsed.push(one)
  }
  return { unlocking, requests: parsed }
}

function parseRequest(value: unknown): WireRequest | undefined {
  if (!isRecord(value)) return undefined
  const { op, service, account, secret } = value
  if (typeof service !== 'string' || typeof account !== 'string') return undefined
  if (op === 'read' || op === 'remove') return { op, service, account }
  if ((op === 'store' || op === 'probe') && typeof secret === 'string') {
    return { op, service, account, secret }
  }
  return undefined
}

/** A message of the child, or undefined when it is anything else. */
export function parseMessage(message: unknown): WireMessage | undefined {
  if (!isRecord(message)) return undefined
  const { index, answer } = message
  if (typeof index !== 'number' || !isRecord(answer)) return undefined
  const parsed = parseAnswer(answer)
  return parsed && { index, answer: parsed }
}

function parseAnswer(answer: Readonly<Record<string, unknown>>): WireAnswer | undefined {
  const { status, secret, situation } = answer
  if (status === 'absent' || status === 'done') return { status }
  if (status === 'present' && typeof secret === 'string') return { status, secret }
  if (status === 'refused' && isSituation(situation)) return { status, situation }
  return undefined
}

function isSituation(value: unknown): value is KeychainSituation {
  return typeof value === 'string' && Object.hasOwn(SITUATIONS, value)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
