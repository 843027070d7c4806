import type { Diagnostic } from '../core/diagnostic.ts'
import type { Choices, Decision, TrustedFlow } from '../core/plan/plan.ts'
import type { Secret } from '../core/secret.ts'
import { withBinding } from '../core/state/bindings.ts'
import type { Binding } from '../core/state/recorded.ts'
import type { WantedProvider } from '../core/wanted.ts'
import type { Words } from '../errors.ts'
import { describeSource } from '../source-words.ts'
import type { LoadedManifest, LockNeed } from './load-manifest.ts'
import { loadPlan } from './load-plan.ts'
import type { Loaded } from './load-plan.ts'
import { changeState } from './lock-targets.ts'
import { requireHere } from './require-here.ts'
import type { Session } from './session.ts'
import { keepMachineSecret } from './machine-secret.ts'
import type { MachineSecret } from './machine-secret.ts'

/** What a request to a provider's server carries. */
export type LiveKey =
  | { readonly state: 'key'; readonly secret: Secret; readonly source: string }
  | { readonly state: 'placeholder'; readonly secret: Secret }
  /** The server checks no key, and none is sent. */
  | { readonly state: 'none' }
  /** The login is OpenCode's own, which opgen does not read. */
  | { readonly state: 'external' }
  | { readonly state: 'missing' }
  | { readonly state: 'unreadable'; readonly words: Words }
  /** It may not be sent there, or its command not be run, before that is decided. */
  | { readonly state: 'undecided'; readonly decision: Decision }

export interface LiveProvider {
  readonly provider: WantedProvider
  readonly key: LiveKey
}

export interface LiveRequest {
  /** All providers on this machine when empty. */
  readonly ids: readonly string[]
  readonly choices: Choices
  readonly lock?: LockNeed
}

/** The providers whose servers are to be asked, and what may be sent to each. */
export interface LiveScene {
  readonly manifest: LoadedManifest
  readonly providers: readonly LiveProvider[]
  /** Pairs that are accepted because nothing was ever applied here. */
  readonly trusted: readonly TrustedFlow[]
  /** Every pair that is accepted, once it was used. */
  readonly accepted: readonly Binding[]
  readonly decisions: readonly Decision[]
  readonly warnings: readonly Diagnostic[]
  /** That fingerprints in `accepted` are made with. */
  readonly machineSecret: MachineSecret
}

/**
 * Read the manifest and the keys of these providers, and find out what may be sent where. Asks no server.
 *
 * A key goes where an apply would let it go: the plan of one says so.
 *
 * @throws InvalidInput for a bad manifest, and with the nearest name for an id that it does not have
 * @throws OpgenError `not-here`, and for a source that gives what is no key
 */
export async function loadLive(
  session: Session,
  { ids, choices, lock = 'optional' }: LiveRequest,
): Promise<LiveScene> {
  const only = ids.length === 0 ? undefined : new Set(ids)
  const loaded = await loadPlan(
    session,
    { ...choices, only },
    { forApply: false, mayUnlock: true, lock },
  )
  const { manifest, plan } = loaded
  const chosen = new Set(ids.map((id) => requireHere(manifest, id)))
  const providers = manifest.wanted.providers
    .filter((provider) => ids.length === 0 || chosen.has(provider))
    .map((provider) => ({ provider, key: keyOf(loaded, provider) }))
  const sent = new Set(
    providers.flatMap(({ provider, key }) => (isSendable(key) ? [provider.id] : [])),
  )
  const trusted = plan.trusted.filter(({ id }) => sent.has(id))
  return {
    manifest,
    providers,
    trusted,
    accepted: acceptedPairs(loaded, trusted),
    decisions: providers.flatMap(({ key }) => (key.state === 'undecided' ? [key.decision] : [])),
    warnings: manifest.warnings,
    machineSecret: loaded.machineSecret,
  }
}

function isSendable({ state }: LiveKey): boolean {
  return state === 'key' || state === 'placeholder'
}

function keyOf({ plan, keys, secrets, refused }: Loaded, { id }: WantedProvider): LiveKey {
  const decision = plan.decisions.find(
    ({ id: of, kind }) => of === id && (kind === 'origin' || kind === 'command'),
  )
  if (decision !== undefined) return { state: 'undecided', decision }
  const refusal = refused.get(id)
  if (refusal !== undefined) return { state: 'unreadable', words: describeSource(refusal, [id]) }
  const key = keys.get(id)
  const secret = secrets.get(id)
  if (key?.state === 'present' && secret !== undefined) {
    return { state: 'key', secret, source: key.source }
  }
  if (key?.state === 'placeholder' && secret !== undefined) return { state: 'placeholder', secret }
  return { state: key?.state === 'none' || key?.state === 'external' ? key.state : 'missing' }
}

function acceptedPairs({ plan }: Loaded, trusted: readonly TrustedFlow[]): readonly Binding[] {
  return plan.next.bindings.filter(({ source, destination }) =>
    trusted.some((flow) => flow.source === source && flow.destination === destination),
  )
}

/**
 * What is accepted and was made use of: a server that was not asked was sent no key, and nothing but a key is sent.
 *
 * @param asked ids of the providers whose servers were asked
 */
export function usedOf(
  { providers, trusted, accepted, machineSecret }: LiveScene,
  asked: ReadonlySet<string>,
): Pick<LiveScene, 'trusted' | 'accepted' | 'machineSecret'> {
  const sources = new Map(
    providers.flatMap(({ provider: { id }, key }) =>
      key.state === 'key' ? [[id, key.source]] : [],
    ),
  )
  const used = trusted.filter(({ id, source }) => asked.has(id) && sources.get(id) === source)
  const isUsed = (pair: Binding): boolean =>
    used.some((flow) => flow.source === pair.source && flow.destination === pair.destination)
  return { trusted: used, accepted: accepted.filter(isUsed), machineSecret }
}

/**
 * Remember what was accepted, for it has been used. Nothing is written when nothing is new.
 *
 * @throws OpgenError `busy`
 */
export async function recordTrusted(
  session: Session,
  { accepted, machineSecret }: Pick<LiveScene, 'accepted' | 'machineSecret'>,
): Promise<void> {
  if (accepted.length === 0) return
  // Another opgen has made one in this moment, and will have recorded what it trusts.
  if (!(await keepMachineSecret(session.system, machineSecret))) return
  await changeState(session, (state) => ({
    ...state,
    bindings: accepted.reduce(withBinding, state.bindings),
  }))
}
