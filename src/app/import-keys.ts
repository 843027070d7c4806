import { sourceName } from '../core/key-source.ts'
import { withBinding } from '../core/state/bindings.ts'
import { entryId, entryName } from '../core/vault/content.ts'
import type { VaultContent, VaultEntry } from '../core/vault/content.ts'
import { namedEntries } from '../core/vault/named-entries.ts'
import type { NamedEntry } from '../core/vault/named-entries.ts'
import { KEYCHAIN_SERVICE } from '../core/manifest/read-key.ts'
import type { WantedProvider } from '../core/wanted.ts'
import { OpgenError } from '../errors.ts'
import type { KeychainAnswer } from '../system/system.ts'
import { askKeychain } from './ask-keychain.ts'
import { loadManifest } from './load-manifest.ts'
import type { LoadedManifest } from './load-manifest.ts'
import { absolute } from './paths.ts'
import { changeState } from './lock-targets.ts'
import type { Session } from './session.ts'
import { readState } from './state-store.ts'
import { keepMachineSecret, readMachineSecret } from './machine-secret.ts'
import { requireVault, vaultOf } from './vault-file.ts'
import type { ClosedVault } from './vault-file.ts'

/** What a vault's keys are compared with. */
export interface ImportSource {
  /** As a person would name it. */
  readonly file: string
  readonly closed: ClosedVault
  /** Undefined: there is no manifest, and all entries of opgen's own come. */
  readonly providers: readonly WantedProvider[] | undefined
}

/**
 * Find the vault to import from.
 *
 * @param from the file; the manifest's vault when undefined
 * @throws OpgenError `no-vault`, `vault-refused`
 * @throws InvalidInput for a bad manifest
 */
export async function findImport(
  session: Session,
  from: string | undefined,
): Promise<ImportSource> {
  const manifest = await manifestIfAny(session)
  const { machine } = session.system
  const ofManifest = manifest === undefined ? undefined : await vaultOf(session, manifest)
  const file = from === undefined ? ofManifest : absolute(machine, from)
  if (file === undefined) throw new OpgenError({ code: 'no-vault', command: 'import' })
  const closed = await requireVault(session, file)
  return { file, closed, providers: manifest?.wanted.providers }
}

/** A machine may be given its keys before it has the manifest; one that was named must be there. */
async function manifestIfAny(session: Session): Promise<LoadedManifest | undefined> {
  try {
    return await loadManifest(session)
  } catch (error) {
    const failure = error instanceof OpgenError ? error.failure : undefined
    if (failure?.code === 'manifest-not-found' && !failure.named) return undefined
    throw error
  }
}

/** An entry of a vault that is to be imported. */
export interface Incoming extends VaultEntry {
  /** Ids of the providers that take their keys from it; its own name where there is no manifest. */
  readonly ids: readonly string[]
}

/** A vault's entries beside those of the keychain. */
export interface Compared {
  readonly fresh: readonly Incoming[]
  readonly same: readonly Incoming[]
  readonly different: readonly Incoming[]
  /** Names of those that no provider here takes its key from. */
  readonly leftOut: readonly string[]
}

/** Compare what a vault holds with the keychain, in one go. @throws OpgenError `keychain-refused` */
export async function compareKeys(
  session: Session,
  { entries }: VaultContent,
  providers: readonly WantedProvider[] | undefined,
): Promise<Compared> {
  const named = providers === undefined ? undefined : namedEntries(providers)
  const incoming = inOrderOf(
    named,
    entries.flatMap((entry) => incomingOf(entry, named) ?? []),
  )
  const requests = incoming.map(({ service, account }) => {
    return { op: 'read' as const, service, account }
  })
  const answers = await askKeychain(session, requests)
  const stands = (entry: Incoming, how: Standing): boolean =>
    standing(entry, answers[incoming.indexOf(entry)]) === how
  const taken = new Set(incoming.map(entryId))
  return {
    fresh: incoming.filter((entry) => stands(entry, 'fresh')),
    same: incoming.filter((entry) => stands(entry, 'same')),
    different: incoming.filter((entry) => stands(entry, 'different')),
    leftOut: entries.filter((entry) => !taken.has(entryId(entry))).map(entryName),
  }
}

type Named = ReadonlyMap<string, NamedEntry> | undefined

/** As the manifest names them. */
function inOrderOf(named: Named, incoming: readonly Incoming[]): readonly Incoming[] {
  if (named === undefined) return incoming
  const places = new Map([...named.keys()].map((entry, place) => [entry, place]))
  const placeOf = (entry: Incoming): number => places.get(entryId(entry)) ?? 0
  return incoming.toSorted((a, b) => placeOf(a) - placeOf(b))
}

type Standing = 'fresh' | 'same' | 'different'

function standing({ key }: Incoming, answer: KeychainAnswer | undefined): Standing {
  if (answer?.status !== 'present') return 'fresh'
  return answer.secret.reveal().trim() === key.reveal() ? 'same' : 'different'
}

function incomingOf(entry: VaultEntry, named: Named): Incoming | undefined {
  if (named === undefined)
    return entry.service === KEYCHAIN_SERVICE ? { ...entry, ids: [entry.account] } : undefined
  const ids = named.get(entryId(entry))?.ids
  return ids === undefined ? undefined : { ...entry, ids }
}

/** Find out whether keys could be stored, before anybody is asked for a passphrase. */
export async function probeForImport(session: Session): Promise<void> {
  // Where keys may go is recorded once they are stored.
  await readState(session.system)
  await askKeychain(session, [{ op: 'probe' }])
}

/** Put entries into the keychain, in one go. @throws OpgenError `keychain-refused` */
export async function storeEntries(
  session: Session,
  entries: readonly VaultEntry[],
): Promise<void> {
  const requests = entries.map(({ service, account, key }) => {
    return { op: 'store' as const, service, account, secret: key }
  })
  await askKeychain(session, requests)
}

/**
 * Accept where keys may go that stand in the keychain now: as on the machine that exported them. Only
 * whoever knows the passphrase can have said so; anybody can encrypt to a recipient.
 */
export async function bindEntries(
  session: Session,
  { kind }: Pick<ClosedVault, 'kind'>,
  entries: readonly VaultEntry[],
): Promise<void> {
  const machineSecret = await readMachineSecret(session.system)
  const bindings = entries.flatMap(({ destinations = [], key, ...entry }) => {
    const source = sourceName({ ...entry, kind: 'keychain' })
    const fingerprint = key.fingerprint(machineSecret.bytes)
    return destinations.map((destination) => ({ source, destination, fingerprint }))
  })
  if (kind !== 'passphrase' || bindings.length === 0) return
  await keepMachineSecret(session.system, machineSecret)
  await changeState(session, (state) => ({
    ...state,
    bindings: bindings.reduce(withBinding, state.bindings),
  }))
}

/**
 * Import what a vault has for these providers, all of which lack a key.
 *
 * @returns ids of those that have one now
 */
export async function importMissing(
  session: Session,
  { closed, content }: { readonly closed: ClosedVault; readonly content: VaultContent },
  ids: readonly string[],
): Promise<readonly string[]> {
  const { wanted } = await loadManifest(session)
  const lacking = wanted.providers.filter(({ id }) => ids.includes(id))
  const { fresh } = await compareKeys(session, content, lacking)
  await storeEntries(session, fresh)
  await bindEntries(session, closed, fresh)
  return [...new Set(fresh.flatMap((entry) => entry.ids))]
}
