import type { HttpAnswer, HttpFault } from '../http.ts'
import { originOf } from '../url.ts'
import type { Proof } from './adapters.ts'
import type { KeyCheck } from './key-check.ts'
import { isAccountOfKey, parseModelList } from './model-list.ts'

/** How a server took a key that it was sent. */
export type Reception =
  | { readonly kind: 'accepted'; readonly status: number }
  | { readonly kind: 'key-rejected'; readonly status: number }
  | { readonly kind: 'key-forbidden'; readonly status: number }
  | { readonly kind: 'no-credit'; readonly status: number }
  | { readonly kind: 'rate-limited'; readonly status: number }
  /** The server lists no models, so there is nothing to check a key with. */
  | { readonly kind: 'no-model-list'; readonly status: number }
  /** It says to ask elsewhere, which nobody does; `to` is an origin, and nothing more of the address. */
  | { readonly kind: 'redirected'; readonly status: number; readonly to: string }
  | { readonly kind: 'server-fault'; readonly status: number }
  | { readonly kind: 'web-page'; readonly status: number }
  /** Something else than a list of models, or an answer that says nothing about the key. */
  | { readonly kind: 'odd-answer'; readonly status: number }
  /** It takes any key at all, so that taking this one proves nothing. */
  | { readonly kind: 'any-key'; readonly status: number }
  | { readonly kind: 'not-reached'; readonly fault: HttpFault }

/** Every way not to accept it. */
export type Refusal = Exclude<Reception, { readonly kind: 'accepted' }>

/** What an answer says about the key that the question held. */
export function judgeAnswer(answer: HttpAnswer, { url, proof }: KeyCheck): Reception {
  if (answer.state === 'failed') return { kind: 'not-reached', fault: answer.fault }
  const { status } = answer
  if (status === 200) return judgeList(answer, proof)
  if (status >= 300 && status < 400 && answer.location !== undefined) {
    return { kind: 'redirected', status, to: originOfTarget(answer.location, url) }
  }
  return { kind: kindOf(answer), status }
}

type Answered = Extract<HttpAnswer, { state: 'answered' }>

function judgeList(answer: Answered, proof: Proof): Reception {
  const { status, body, fault } = answer
  if (fault !== undefined) return { kind: 'not-reached', fault }
  const isProof = proof === 'models' ? parseModelList(body) !== undefined : isAccountOfKey(body)
  if (isProof) return { kind: 'accepted', status }
  return { kind: isWebPage(answer) ? 'web-page' : 'odd-answer', status }
}

function isWebPage({ contentType, body }: Answered): boolean {
  return contentType === 'text/html' || /^\s*<(?:!doctype|html)/i.test(body)
}

type StatusKind = Exclude<Reception['kind'], 'accepted' | 'redirected' | 'any-key' | 'not-reached'>

const KINDS: ReadonlyMap<number, StatusKind> = new Map([
  [401, 'key-rejected'],
  [402, 'no-credit'],
  [403, 'key-forbidden'],
  [404, 'no-model-list'],
  [405, 'no-model-list'],
  [410, 'no-model-list'],
  [429, 'rate-limited'],
  [501, 'no-model-list'],
])

function kindOf({ status, body }: Answered): StatusKind {
  // Google and xAI say so of a wrong key.
  if (status === 400 && /api[ _-]?key/i.test(body)) return 'key-rejected'
  return KINDS.get(status) ?? (status >= 500 ? 'server-fault' : 'odd-answer')
}

function originOfTarget(location: string, from: string): string {
  return URL.canParse(location, from) ? originOf(new URL(location, from).href) : ''
}

/**
 * What the answers to both questions say together: one with the key, which was accepted, and one with a
 * text that is no key of anybody's.
 */
export function compareReceptions(withKey: Reception, withDecoy: Reception): Reception {
  const { kind } = withDecoy
  if (kind === 'accepted') return { kind: 'any-key', status: withDecoy.status }
  // Whether it would have been refused is not known.
  const saysNothing = kind === 'not-reached' || kind === 'server-fault' || kind === 'rate-limited'
  return saysNothing ? withDecoy : withKey
}
