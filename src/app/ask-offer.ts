import { LONGEST_LIST } from '../core/live/climbing.ts'
import { serverOf } from '../core/live/key-check.ts'
import type { ProviderServer } from '../core/live/key-check.ts'
import { judgeAnswer } from '../core/live/reception.ts'
import type { Refusal } from '../core/live/reception.ts'
import type { HttpAnswer, HttpRequest } from '../core/http.ts'
import { createRedactor } from '../core/redact.ts'
import { listingOf } from '../core/offer/listing.ts'
import type { Answer, Listing, OfferedModel, Question } from '../core/offer/model-facts.ts'
import { originOf } from '../core/url.ts'
import type { WantedProvider } from '../core/wanted.ts'
import type { Words } from '../errors.ts'
import { describeNoOffer, describeNotAsked } from '../offer-words.ts'
import type { NotAsked } from '../offer-words.ts'
import type { HttpPatience, System } from '../system/system.ts'
import { atOnce } from './at-once.ts'
import type { LiveKey, LiveProvider } from './live-keys.ts'

/** What came of asking a provider's server which models it has. */
export type Offer =
  | {
      readonly state: 'offered'
      /** Whether some questions about the models had no answer. */
      readonly isPartial: boolean
      readonly models: readonly OfferedModel[]
      /** Worth telling about the list. */
      readonly notes: readonly string[]
    }
  /** It cannot be asked, or has no list; nothing is wrong with that. */
  | { readonly state: 'silent'; readonly words: Words }
  | { readonly state: 'failed'; readonly words: Words }

/** Milliseconds for one request, if nobody says otherwise. */
const TIMEOUT = 30_000

/** The longest that a connection may take: what listens at all answers sooner. */
const CONNECTING = 10_000

/** How long to wait for a list. @param timeout milliseconds; undefined: half a minute */
export function patienceFor(timeout: number = TIMEOUT): HttpPatience {
  const connectDeadline = Math.min(timeout, CONNECTING)
  return { connectDeadline, deadline: timeout, mostBytes: LONGEST_LIST }
}

/** Requests to one server at a time. */
const MOST_AT_ONCE = 4

/**
 * Ask a provider's server which models it has, and what it knows of them. The key goes nowhere but to the
 * provider's own address, and only if it may.
 *
 * @param patience for one request, and for all questions about single models
 */
export async function askOffer(
  { http, now }: Pick<System, 'http' | 'now'>,
  { provider, key }: LiveProvider,
  patience: HttpPatience,
): Promise<Offer> {
  const server = serverOf(provider)
  if (typeof server === 'string') return silent(provider, server)
  const listing = listingOf(provider.listing ?? 'openai', server.baseURL, server.adapter)
  if (listing.lists.length === 0) return silent(provider, 'no-list')
  const withheld = whyWithheld(key, provider)
  if (withheld !== undefined) return { state: 'failed', words: withheld }
  const ask = async (question: Question): Promise<HttpAnswer> => {
    // Whatever a kind of server makes of an address: a key goes to no other host.
    if (originOf(question.url) !== originOf(server.baseURL)) throw new Error('another origin')
    return await http.ask(requestFor(question, server, key), patience)
  }
  const start = now().getTime()
  const isLate = (): boolean => now().getTime() - start > patience.deadline
  let refusal: Refusal | undefined
  for (const question of listing.lists) {
    const answer = await ask(question)
    const models = listedIn(answer, listing)
    if (models !== undefined) {
      const details = listing.details(models)
      const answers = await askDetails(details, isLate, ask)
      const isPartial = answers.length < details.length
      return { state: 'offered', isPartial, ...withoutKey(listing.fill(models, answers), key) }
    }
    refusal ??= refusalIn(answer, question)
  }
  if (refusal === undefined) return silent(provider, 'no-list')
  const asked = { provider: provider.id, origin: originOf(server.baseURL) }
  const isExternal = key.state === 'external'
  return { state: 'failed', words: describeNoOffer(refusal, { ...asked, isExternal }) }
}

/** Whether a provider's server would be asked at all. */
export function isAskable({ provider, key }: LiveProvider): boolean {
  const hasServer = typeof serverOf(provider) !== 'string'
  return hasServer && provider.listing !== 'none' && whyWithheld(key, provider) === undefined
}

function silent(provider: WantedProvider, why: NotAsked): Offer {
  return { state: 'silent', words: describeNotAsked(why, provider) }
}

/** What speaks against a server; undefined: only that it has no list at this place. */
function refusalIn(answer: HttpAnswer, { url }: Question): Refusal | undefined {
  const reception = judgeAnswer(answer, { url, proof: 'models' })
  if (reception.kind === 'no-model-list') return undefined
  return reception.kind === 'accepted' ? { kind: 'odd-answer', status: 200 } : reception
}

/** Why nothing is sent at all. */
function whyWithheld(key: LiveKey, provider: WantedProvider): Words | undefined {
  switch (key.state) {
    case 'key':
    case 'placeholder':
    case 'none':
    case 'external':
      return undefined
    case 'unreadable':
      return key.words
    case 'missing':
      return describeNotAsked('missing-key', provider)
    case 'undecided':
      return describeNotAsked('undecided', provider)
  }
}

function requestFor(
  { method, url, body }: Question,
  { headers, keyHeader }: ProviderServer,
  key: LiveKey,
): HttpRequest {
  const content = body === undefined ? [] : [{ name: 'content-type', value: 'application/json' }]
  const more = body === undefined ? {} : { body }
  const all = [...headers, ...content]
  if (key.state !== 'key' && key.state !== 'placeholder')
    return { method, url, headers: all, ...more }
  const { name, format } = keyHeader
  const value = { format, key: key.secret }
  return { method, url, headers: [...all, { name, value }], ...more }
}

function listedIn(answer: HttpAnswer, listing: Listing): readonly OfferedModel[] | undefined {
  const isWhole = answer.state === 'answered' && answer.status === 200 && answer.fault === undefined
  return isWhole ? listing.parse(answer.body) : undefined
}

/** A server may repeat what it was sent, and what it offers is shown and written down. */
function withoutKey(
  models: readonly OfferedModel[],
  key: LiveKey,
): Pick<Extract<Offer, { state: 'offered' }>, 'models' | 'notes'> {
  if (key.state !== 'key') return { models, notes: [] }
  const { learn, redact } = createRedactor()
  learn(key.secret.reveal())
  const isSafe = (text: string): boolean => redact(text) === text
  const safe = models.filter(({ id, facts: { name = '' } }) => isSafe(id) && isSafe(name))
  const left = models.length - safe.length
  if (left === 0) return { models, notes: [] }
  return {
    models: safe,
    notes: [`${left} left out: the server put the key into what it calls them`],
  }
}

async function askDetails(
  questions: readonly Question[],
  isLate: () => boolean,
  ask: (question: Question) => Promise<HttpAnswer>,
): Promise<readonly Answer[]> {
  const answers = await atOnce(questions, MOST_AT_ONCE, async (question): Promise<Answer[]> => {
    if (isLate()) return []
    const answer = await ask(question)
    const isWhole =
      answer.state === 'answered' && answer.status === 200 && answer.fault === undefined
    return isWhole ? [{ question, body: answer.body }] : []
  })
  return answers.flat()
}
