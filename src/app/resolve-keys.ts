import { checkKey } from '../core/check-key.ts'
import type { KeyFault } from '../core/check-key.ts'
import type { ResolvedKey } from '../core/plan/plan-key.ts'
import { Secret } from '../core/secret.ts'
import type { FingerprintOf } from '../core/plan/actual.ts'
import type { KeySource, WantedProvider } from '../core/wanted.ts'
import { OpgenError } from '../errors.ts'
import type {
  KeychainAnswer,
  KeychainRequest,
  KeychainSituation,
  Machine,
} from '../system/system.ts'
import { keyVariable } from '../core/key-variable.ts'
import { variable } from './paths.ts'
import { patienceOf } from './session.ts'
import type { Session } from './session.ts'

/** What the key sources answered. Secrets and fingerprints are kept apart: a plan takes only the latter. */
export interface KeyAnswers {
  readonly resolved: ReadonlyMap<string, ResolvedKey>
  readonly secrets: ReadonlyMap<string, Secret>
  /** Things worth saying, by provider id. */
  readonly notes: ReadonlyMap<string, readonly string[]>
  /** Why a key could not be read, by provider id. */
  readonly refused: ReadonlyMap<string, KeychainSituation>
}

/**
 * Take the answers as they are, also of a store that could not be read.
 *
 * @throws OpgenError `bad-key` for what is no key
 */
export function collectAnswers(
  answers: ReadonlyMap<string, SourceAnswer>,
  fingerprintOf: FingerprintOf,
): KeyAnswers {
  const resolved = new Map<string, ResolvedKey>()
  const secrets = new Map<string, Secret>()
  const notes = new Map<string, readonly string[]>()
  const refused = new Map<string, KeychainSituation>()
  for (const [provider, answer] of answers) {
    if (answer.state === 'bad') {
      const { fault, source } = answer
      throw new OpgenError({ code: 'bad-key', provider, fault, from: source })
    }
    resolved.set(provider, resolvedKey(answer, fingerprintOf))
    if (answer.state === 'key' || answer.state === 'placeholder')
      secrets.set(provider, answer.secret)
    if (answer.state === 'refused') refused.set(provider, answer.situation)
    else if (answer.notes.length > 0) notes.set(provider, answer.notes)
  }
  return { resolved, secrets, notes, refused }
}

/**
 * Require that the keys of these providers were read.
 *
 * @throws OpgenError `keychain-refused`
 */
export function requireRead(providers: readonly string[], { refused }: KeyAnswers): void {
  const situation = refused.get(providers[0] ?? '')
  if (situation === undefined) return
  const accounts = providers.filter((id) => refused.get(id) === situation)
  throw new OpgenError({ code: 'keychain-refused', situation, accounts })
}

type UsableAnswer = (
  | { readonly state: 'key'; readonly secret: Secret; readonly source: string }
  | { readonly state: 'placeholder'; readonly secret: Secret }
  | { readonly state: 'none' | 'external' }
  | { readonly state: 'missing'; readonly tried: readonly string[] }
) & { readonly notes: readonly string[] }

interface Refusal {
  readonly state: 'refused'
  readonly situation: KeychainSituation
}

/** What the sources of one provider say; `refused` and `bad` are for the caller to judge. */
export type SourceAnswer =
  | UsableAnswer
  | Refusal
  | { readonly state: 'bad'; readonly fault: KeyFault; readonly source: string }

export interface AskOptions {
  /** Whether the keychain may raise a dialog to be unlocked. */
  readonly mayUnlock: boolean
  /** Aborted when the answers are no longer wanted. */
  readonly signal?: AbortSignal
}

/**
 * Ask the sources of every provider, in the order of keys.md. The keychain is asked at most once, in
 * one batch, and not at all when no provider gets as far as it. Never throws for what a source says.
 */
export async function askSources(
  session: Session,
  providers: readonly WantedProvider[],
  how: AskOptions,
): Promise<ReadonlyMap<string, SourceAnswer>> {
  const keychain = await askKeychain(session, providers, how)
  return new Map(providers.map((provider) => [provider.id, answerOf(session, provider, keychain)]))
}

/** The answers of before, with those of the providers anew for which a key was stored since. */
export async function askAgain(
  session: Session,
  providers: readonly WantedProvider[],
  {
    before,
    entered,
    how,
  }: {
    readonly before: Promise<ReadonlyMap<string, SourceAnswer>>
    readonly entered: readonly string[]
    readonly how: AskOptions
  },
): Promise<ReadonlyMap<string, SourceAnswer>> {
  if (entered.length === 0) return await before
  const stored = providers.filter(({ id }) => entered.includes(id))
  return new Map([...(await before), ...(await askSources(session, stored, how))])
}

type KeychainAnswers = ReadonlyMap<string, KeychainAnswer>

function entryName(source: { readonly service: string; readonly account: string }): string {
  return `${source.service}/${source.account}`
}

async function askKeychain(
  session: Session,
  providers: readonly WantedProvider[],
  { mayUnlock, signal }: AskOptions,
): Promise<KeychainAnswers> {
  const { system } = session
  const requests = new Map<string, KeychainRequest>()
  for (const provider of providers) {
    for (const source of keychainSourcesReached(system.machine, provider)) {
      const { service, account } = source
      requests.set(entryName(source), { op: 'read', service, account })
    }
  }
  if (requests.size === 0) return new Map()
  const answers = await system.keychain.batch([...requests.values()], {
    ...patienceOf(session),
    unlocking: mayUnlock ? 'may-ask' : 'never-ask',
    ...(signal === undefined ? {} : { signal }),
  })
  return new Map([...requests.keys()].map((name, index) => [name, answerAt(answers, index)]))
}

function answerAt(answers: readonly KeychainAnswer[], index: number): KeychainAnswer {
  return answers[index] ?? { status: 'refused', situation: 'unknown' }
}

/** The keychain entries that may have to be read: those before the first source that surely answers. */
function keychainSourcesReached(
  machine: Machine,
  provider: WantedProvider,
): readonly Extract<KeySource, { kind: 'keychain' }>[] {
  if (variable(machine, keyVariable(provider.id)) !== undefined) return []
  const reached: Extract<KeySource, { kind: 'keychain' }>[] = []
  for (const source of provider.key.sources) {
    if (source.kind === 'keychain') reached.push(source)
    else if (source.kind !== 'env' || variable(machine, source.name) !== undefined) break
  }
  return reached
}

/** What has been learnt on the way through a provider's sources. */
interface Walk {
  readonly session: Session
  readonly provider: WantedProvider
  readonly keychain: KeychainAnswers
  readonly notes: string[]
  readonly tried: string[]
}

function answerOf(
  session: Session,
  provider: WantedProvider,
  keychain: KeychainAnswers,
): SourceAnswer {
  const walk: Walk = { session, provider, keychain, notes: [], tried: [] }
  const override = keyVariable(provider.id)
  const given = variable(session.system.machine, override)
  if (given !== undefined) {
    const note = `key from $${override} instead of the declared source`
    return keyAnswer(session, { value: given, source: `env:${override}` }, [note])
  }
  for (const source of provider.key.sources) {
    const answer = askSource(walk, source)
    if (answer !== undefined) return answer
  }
  return { state: 'missing', tried: walk.tried, notes: walk.notes }
}

/** Undefined: go on to the next source. */
function askSource(walk: Walk, source: KeySource): SourceAnswer | undefined {
  const { session, provider, notes, tried } = walk
  switch (source.kind) {
    case 'env': {
      const value = variable(session.system.machine, source.name)
      const name = `env:${source.name}`
      if (value !== undefined)
        return keyAnswer(session, { value, source: name }, [...notes, ...tried])
      tried.push(`$${source.name} is not set`)
      return undefined
    }
    case 'keychain':
      return askEntry(walk, source)
    case 'none': {
      const said = [...notes, ...tried]
      const { placeholder } = provider.key
      if (placeholder === undefined) return { state: 'none', notes: said }
      return { state: 'placeholder', secret: new Secret(placeholder), notes: said }
    }
    case 'external':
      return { state: 'external', notes: [...notes, ...tried] }
  }
}

function askEntry(
  { session, provider, keychain, notes, tried }: Walk,
  source: Extract<KeySource, { kind: 'keychain' }>,
): SourceAnswer | undefined {
  const name = entryName(source)
  const answer = keychain.get(name) ?? { status: 'absent' }
  if (answer.status === 'present') {
    const found = { value: answer.secret.reveal(), source: `keychain:${name}` }
    return keyAnswer(session, found, [...notes, ...tried])
  }
  if (answer.status !== 'refused') tried.push(`nothing in the keychain as ${name}`)
  else if (movesOn(answer.situation, provider)) tried.push('no keychain service here')
  else return { state: 'refused', situation: answer.situation }
  return undefined
}

/** In a list of sources, a machine without a keychain goes on to the next source (keys.md). */
function movesOn(situation: KeychainSituation, provider: WantedProvider): boolean {
  const absent = situation === 'no-service' || situation === 'no-collection'
  return absent && provider.key.sources.length > 1
}

/** What a source gave. It is never printed from here on, whether it can be a key or not. */
function keyAnswer(
  { learn }: Pick<Session, 'learn'>,
  { value, source }: { readonly value: string; readonly source: string },
  notes: readonly string[],
): SourceAnswer {
  learn(value)
  const checked = checkKey(value)
  if (!checked.ok) return { state: 'bad', fault: checked.fault, source }
  const trimmed = checked.trimmed ? ['white space around the key was cut'] : []
  return { state: 'key', secret: checked.key, source, notes: [...notes, ...trimmed] }
}

function resolvedKey(answer: UsableAnswer | Refusal, fingerprintOf: FingerprintOf): ResolvedKey {
  switch (answer.state) {
    case 'key': {
      const fingerprint = fingerprintOf(answer.secret)
      return { state: 'present', fingerprint, source: answer.source }
    }
    case 'placeholder':
      return { state: 'placeholder', fingerprint: fingerprintOf(answer.secret) }
    case 'missing':
      return { state: 'missing', tried: answer.tried }
    case 'refused':
      return { state: 'unread' }
    case 'none':
    case 'external':
      return { state: answer.state }
  }
}
