import { isDeepStrictEqual } from 'node:util'
import type { FingerprintOf } from '../core/plan/actual.ts'
import type { ResolvedKey } from '../core/plan/plan-key.ts'
import type { Secret } from '../core/secret.ts'
import { OpgenError } from '../errors.ts'
import type { SourceRefusal } from '../source-words.ts'
import type { Refusal, SourceAnswer, UsableAnswer } from './walk-sources.ts'

/** What the key sources answered. Secrets and fingerprints are kept apart: a plan takes only the latter. */
export interface KeyAnswers {
  readonly resolved: ReadonlyMap<string, ResolvedKey>
  readonly secrets: ReadonlyMap<string, Secret>
  /** Things worth saying, by provider id. */
  readonly notes: ReadonlyMap<string, readonly string[]>
  /** Why a key could not be read, by provider id. */
  readonly refused: ReadonlyMap<string, SourceRefusal>
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
  const refused = new Map<string, SourceRefusal>()
  for (const [provider, answer] of answers) {
    if (answer.state === 'bad') {
      const { fault, source } = answer
      throw new OpgenError({ code: 'bad-key', provider, fault, from: source })
    }
    resolved.set(provider, resolvedKey(answer, fingerprintOf))
    if (answer.state === 'key' || answer.state === 'placeholder')
      secrets.set(provider, answer.secret)
    if (answer.state === 'refused') refused.set(provider, answer.refusal)
    else if (answer.notes.length > 0) notes.set(provider, answer.notes)
  }
  return { resolved, secrets, notes, refused }
}

/**
 * Require that the keys of these providers were read.
 *
 * @throws OpgenError `keychain-refused`, `source-refused`
 */
export function requireRead(
  providers: readonly string[],
  { refused }: Pick<KeyAnswers, 'refused'>,
): void {
  const refusal = refused.get(providers[0] ?? '')
  if (refusal === undefined) return
  const alike = providers.filter((id) => isAlike(refused.get(id), refusal))
  throw refusedSource(refusal, alike)
}

/** That the keys of these providers cannot be had. */
export function refusedSource(refusal: SourceRefusal, providers: readonly string[]): OpgenError {
  if (refusal.kind !== 'keychain') {
    return new OpgenError({ code: 'source-refused', refusal, providers })
  }
  const { situation, entry } = refusal
  return new OpgenError({ code: 'keychain-refused', situation, accounts: providers, entry })
}

/** Whether two refusals are one and the same: a keychain is refused as a whole. */
function isAlike(one: SourceRefusal | undefined, other: SourceRefusal): boolean {
  if (one?.kind === 'keychain' && other.kind === 'keychain')
    return one.situation === other.situation
  return isDeepStrictEqual(one, other)
}

function resolvedKey(answer: UsableAnswer | Refusal, fingerprintOf: FingerprintOf): ResolvedKey {
  switch (answer.state) {
    case 'key': {
      const { secret, source, command } = answer
      const key = { state: 'present', fingerprint: fingerprintOf(secret), source } as const
      return command === undefined ? key : { ...key, command }
    }
    case 'placeholder':
      return { state: 'placeholder', fingerprint: fingerprintOf(answer.secret) }
    case 'missing':
      return { state: 'missing', tried: answer.tried }
    case 'refused':
      if (answer.refusal.kind !== 'untrusted') return { state: 'unread' }
      return {
        state: 'untrusted',
        command: answer.refusal.line,
        folder: answer.refusal.folder,
      }
    case 'none':
    case 'external':
      return { state: answer.state }
  }
}
