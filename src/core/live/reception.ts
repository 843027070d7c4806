import type { HttpAnswer, HttpFault } from '../http.ts'
import { originOf } from '../url.ts'
import type { Proof } from './adapters.ts'
import type { KeyCheck } from './key-check.ts'
import { isAccountOfKey, parseModelList } from './model-list.ts'

/** Every way of a server not to accept a key. */
export type RefusalKind =
  | 'key-rejected'
  | 'key-forbidden'
  | 'no-credit'
  | 'rate-limited'
  /** The server lists no models, so there is nothing to check a key with. */
  | 'no-model-list'
  | 'server-fault'
  | 'web-page'
  /** Something else than a list of models, or an answer that says nothing about the key. */
  | 'odd-answer'
  /** It takes any key at all, so that taking this one proves nothing. */
  | 'any-key'
  | 'redirected'
  | 'not-reached'

export type Refusal =
  | { readonly kind: StatusKind | 'any-key'; readonly status: number }
  /** It says to ask elsewhere, which nobody does; `to` is an origin, and nothing more of the address. */
  | { readonly kind: 'redirected'; readonly status: number; readonly to: string }
  | { readonly kind: 'not-reached'; readonly fault: HttpFault }

/** How a server took a key that it was sent. */
export type Reception = { readonly kind: 'accepted'; readonly status: number } | Refusal

/** Those that the status of one answer tells. */
type StatusKind = Exclude<RefusalKind, 'any-key' | 'redirected' | 'not-reached'>

/** What an answer says about the key that the question held. */
export function judgeAnswer(
  answer: HttpAnswer,
  { url, proof }: Pick<KeyCheck, 'url' | 'proof'>,
): Reception {
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

/** Whether it is for people to look at. */
export function isWebPage({ contentType, body }: Pick<Answered, 'contentType' | 'body'>): boolean {
  return contentType === 'text/html' || /^\s*<(?:!doctype|html)/i.test(body)
}

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
