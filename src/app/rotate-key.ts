import { isOwnEntry } from '../core/key-source.ts'
import { makeKeyCheck } from '../core/live/key-check.ts'
import type { KeyCheck } from '../core/live/key-check.ts'
import { noChoices } from '../core/plan/plan.ts'
import type { Choices } from '../core/plan/plan.ts'
import { Secret } from '../core/secret.ts'
import type { Fingerprint } from '../core/secret.ts'
import type { WantedProvider } from '../core/wanted.ts'
import { describeFailure, OpgenError } from '../errors.ts'
import { applyManifest } from './apply-manifest.ts'
import type { Applied } from './apply-manifest.ts'
import { askSources } from './ask-sources.ts'
import { requireKey } from './key-store.ts'
import { sourcesOf } from './list-keys.ts'
import { loadManifest } from './load-manifest.ts'
import { loadPlan } from './load-plan.ts'
import type { Loaded } from './load-plan.ts'
import { ownEntryName, putBack, readOwnEntry, storeOwnEntry, withOwnEntry } from './own-entry.ts'
import { refusedSource } from './resolve-keys.ts'
import { requireHere } from './require-here.ts'
import type { Session } from './session.ts'
import { keepMachineSecret } from './machine-secret.ts'
import { verifyKey } from './verify-key.ts'

export interface RotationRequest {
  readonly id: string
  /** Ask for the new key; called once it is clear that it can be checked and stored. */
  readonly readKey: () => Promise<string>
  /** Called when the server has not answered for half a second. */
  readonly onWaiting: (origin: string) => void
}

export type Rotation =
  | {
      readonly state: 'rotated'
      /** Undefined: there was no key before. */
      readonly former: Fingerprint | undefined
      readonly fingerprint: Fingerprint
      readonly verified: { readonly url: string; readonly status: number }
      readonly applied: Applied
      /** Where a person takes back the former key. */
      readonly keyPage: string | undefined
      /** Whether white space around the new key was cut. */
      readonly trimmed: boolean
    }
  /** Decisions are open: the old key is where it was. */
  | { readonly state: 'undecided'; readonly planned: Loaded }

/**
 * Replace the key in opgen's own keychain entry: only when the provider's server has accepted the new
 * one is it stored, and handed to OpenCode. Until then nothing is written; when something fails then, the
 * old key is put back.
 *
 * @throws OpgenError for every reason not to; InvalidInput for a bad manifest
 */
export async function rotateKey(session: Session, request: RotationRequest): Promise<Rotation> {
  const { id } = request
  const provider = requireHere(await loadManifest(session), id)
  await requireOwnEntry(session, provider)
  requireCheck(provider)
  const former = await readOwnEntry(session, id)
  const { key, trimmed } = requireKey(id, await request.readKey(), 'key rotate')
  if (former?.equals(key) === true) throw new OpgenError({ code: 'same-key', rotating: id })
  const planned = await planWith(session, id, key)
  // Also whether the key may go where the manifest sends it: before that is settled, it is not sent.
  if (planned.plan.decisions.length > 0) return { state: 'undecided', planned }
  // As the manifest was when that was found out, and not as it was before somebody typed.
  const check = requireCheck(plannedProvider(planned, provider))
  const status = await requireAccepted(session, { check, key }, request)
  const applied = await replaceKey(session, id, { former, key })
  if (applied.executed === undefined) return { state: 'undecided', planned: applied.planned }
  const { fingerprintOf, machineSecret } = applied.planned
  await keepMachineSecret(session.system, machineSecret)
  return {
    state: 'rotated',
    former: former === undefined ? undefined : fingerprintOf(former),
    fingerprint: fingerprintOf(key),
    verified: { url: check.origin, status },
    applied,
    keyPage: provider.key.keyPage,
    trimmed,
  }
}

/** Stands for a key that is not known yet. */
const ANY_KEY = new Secret('any')

/**
 * Require that a key in opgen's own entry is the one that OpenCode would be given: another source may
 * come first, in the manifest or as `OPGEN_KEY_<ID>`.
 *
 * @throws OpgenError `key-elsewhere`, `keychain-refused`, `source-refused`
 */
async function requireOwnEntry(session: Session, provider: WantedProvider): Promise<void> {
  const { id, key } = provider
  const elsewhere = (source: string): OpgenError =>
    new OpgenError({ code: 'key-elsewhere', rotating: id, source })
  const isListed = key.sources.some((source) => isOwnEntry(id, source))
  if (!isListed) throw elsewhere(sourcesOf(session, provider))
  const system = withOwnEntry(session.system, id, ANY_KEY)
  const answers = await askSources({ ...session, system }, [provider], { mayUnlock: true })
  const answer = answers.get(id)
  if (answer?.state === 'refused') throw refusedSource(answer.refusal, [id])
  const source = answer !== undefined && 'source' in answer ? answer.source : answer?.state
  if (source !== ownEntryName(id)) throw elsewhere(source ?? '')
}

/** @throws OpgenError `no-live-check` */
function requireCheck(provider: WantedProvider): KeyCheck {
  const check = makeKeyCheck(provider)
  if (typeof check !== 'string') return check
  const { id, npm } = provider
  throw new OpgenError({ code: 'no-live-check', rotating: id, npm, why: check })
}

/** What an apply would do when the new key is stored; nothing is, and nothing is sent. */
async function planWith(session: Session, id: string, key: Secret): Promise<Loaded> {
  const system = withOwnEntry(session.system, id, key)
  return await loadPlan({ ...session, system }, choicesFor(id), { forApply: true })
}

/** The provider that a plan is about; it may have left the manifest meanwhile. */
function plannedProvider({ manifest }: Loaded, { id }: WantedProvider): WantedProvider {
  const provider = manifest.wanted.providers.find((one) => one.id === id)
  if (provider === undefined) throw new OpgenError({ code: 'not-here', provider: id })
  return provider
}

function choicesFor(id: string): Choices {
  return { ...noChoices, only: new Set([id]) }
}

/** @returns the status of the server's answer */
async function requireAccepted(
  { system }: Session,
  asking: { readonly check: KeyCheck; readonly key: Secret },
  { id, onWaiting }: RotationRequest,
): Promise<number> {
  const { origin } = asking.check
  let told = false
  const reception = await verifyKey(system, asking, () => {
    if (!told) onWaiting(origin)
    told = true
  })
  if (reception.kind === 'accepted') return reception.status
  throw new OpgenError({ code: reception.kind, rotating: id, origin, reception })
}

/**
 * Store the new key and make OpenCode's files so. The copy is made of the key that was verified, not of
 * what a store gives back.
 *
 * @throws OpgenError `not-rotated` when it could not be, and the old key is put back
 */
async function replaceKey(
  session: Session,
  id: string,
  { former, key }: { readonly former: Secret | undefined; readonly key: Secret },
): Promise<Applied> {
  const system = withOwnEntry(session.system, id, key)
  const undo = (): ReturnType<typeof putBack> => putBack(session, id, { former, stored: key })
  let applied: Applied
  try {
    await storeOwnEntry(session, id, key)
    applied = await applyManifest({ ...session, system }, choicesFor(id), async () => undefined)
  } catch (error) {
    const entry = await undo()
    if (!(error instanceof OpgenError) || error.failure.code === 'interrupted') throw error
    const cause = describeFailure(error.failure)
    throw new OpgenError({ code: 'not-rotated', rotating: id, cause, entry })
  }
  if (applied.executed !== undefined) return applied
  // Somebody wrote since it was planned.
  const entry = await undo()
  if (entry === 'as-before') return applied
  const count = applied.planned.plan.decisions.length
  const open = { code: 'decision-needed', count, command: 'apply', asked: 'nobody' } as const
  throw new OpgenError({ code: 'not-rotated', rotating: id, cause: describeFailure(open), entry })
}
