import { checkKey } from '../core/check-key.ts'
import { sourceName } from '../core/key-source.ts'
import type { Binding } from '../core/state/recorded.ts'
import { checkRecipient } from '../core/vault/age-keys.ts'
import { entryId, entryName, renderVault } from '../core/vault/content.ts'
import type { VaultContent, VaultEntry } from '../core/vault/content.ts'
import { namedEntries } from '../core/vault/named-entries.ts'
import type { NamedEntry } from '../core/vault/named-entries.ts'
import { OpgenError } from '../errors.ts'
import type { KeychainAnswer, VaultRecipients } from '../system/system.ts'
import { askKeychain } from './ask-keychain.ts'
import { loadManifest } from './load-manifest.ts'
import { absolute } from './paths.ts'
import type { Session } from './session.ts'
import { readState } from './state-store.ts'
import { readVault, vaultOf } from './vault-file.ts'
import type { ClosedVault } from './vault-file.ts'

/** The keys that are to go into a vault, and where. */
export interface Gathered {
  /** As a person would name it. */
  readonly file: string
  readonly entries: readonly VaultEntry[]
  /** Ids of the providers whose keys are among them. */
  readonly exported: readonly string[]
  /** Ids of the providers for which the keychain has none. */
  readonly missing: readonly string[]
  /** What stands there already. */
  readonly former: ClosedVault | undefined
}

/**
 * Read the keychain keys of this manifest's providers, in one go.
 *
 * @param to where to; the manifest's vault when undefined
 * @throws OpgenError `no-vault`, `nothing-to-export`, `keychain-refused`, `bad-key`, `vault-refused`
 */
export async function gatherKeys(session: Session, to: string | undefined): Promise<Gathered> {
  const manifest = await loadManifest(session, 'optional')
  const { machine } = session.system
  const file = to === undefined ? await vaultOf(session, manifest) : absolute(machine, to)
  if (file === undefined) throw new OpgenError({ code: 'no-vault', command: 'export' })
  // What is no vault is not overwritten, and whoever names one is told before anything else.
  const former = await readVault(session, file)
  const named = [...namedEntries(manifest.wanted.providers).values()]
  const requests = named.map(({ service, account }) => ({ op: 'read' as const, service, account }))
  const answers = await askKeychain(session, requests)
  const { bindings } = (await readState(session.system)).state
  const entries = named
    .flatMap((entry, index) => present(entry, answers[index]))
    .map((entry) => withDestinations(entry, bindings))
  const held = new Set(entries.map(entryId))
  const exported = idsOf(named.filter((entry) => held.has(entryId(entry))))
  const missing = idsOf(named).filter((id) => !exported.includes(id))
  if (entries.length === 0) throw new OpgenError({ code: 'nothing-to-export', ids: missing })
  return { file, entries, exported, missing, former }
}

/** With where it was accepted to go here, so that it need not be taken on trust elsewhere. */
function withDestinations(entry: VaultEntry, bindings: readonly Binding[]): VaultEntry {
  const source = sourceName({ ...entry, kind: 'keychain' })
  const own = bindings.filter((binding) => binding.source === source)
  if (own.length === 0) return entry
  return { ...entry, destinations: own.map(({ destination }) => destination).toSorted() }
}

function idsOf(named: readonly NamedEntry[]): readonly string[] {
  return [...new Set(named.flatMap(({ ids }) => ids))]
}

/** @throws OpgenError `bad-key` */
function present(
  { service, account, ids }: NamedEntry,
  answer: KeychainAnswer | undefined,
): readonly VaultEntry[] {
  if (answer?.status !== 'present') return []
  const checked = checkKey(answer.secret.reveal())
  if (checked.ok) return [{ service, account, key: checked.key }]
  const [provider = account] = ids
  const from = `keychain:${service}/${account}`
  throw new OpgenError({ code: 'bad-key', provider, fault: checked.fault, from })
}

/**
 * Whom a vault is to be encrypted to: each once, in order.
 *
 * @throws OpgenError `recipient-refused`
 */
export function requireRecipients(given: readonly string[]): VaultRecipients {
  const [fault] = given.flatMap((recipient) => checkRecipient(recipient) ?? [])
  if (fault !== undefined) throw new OpgenError({ code: 'recipient-refused', fault })
  if (given.length === 0) throw new OpgenError({ code: 'recipient-refused', fault: 'malformed' })
  const recipients = [...new Set(given.map((recipient) => recipient.toLowerCase()))].toSorted()
  return { kind: 'recipients', recipients }
}

/** Anybody can encrypt to a recipient: where keys may go is not to be learnt from such a file. */
function bare(entries: readonly VaultEntry[]): readonly VaultEntry[] {
  return entries.map(({ service, account, key }) => ({ service, account, key }))
}

export interface Exported {
  /** The vault had the same content, for the same recipients: not a byte was touched. */
  readonly unchanged: boolean
  /** Names of entries that stood in it and stand there no more. */
  readonly dropped: readonly string[]
}

/**
 * Write the vault, unless it holds the same for the same: encrypted again it would be another file, which
 * says nothing new in git.
 *
 * @param former what stands there, where it could be opened
 */
export async function exportKeys(
  { system }: Session,
  { file, entries }: Gathered,
  { to, former }: { readonly to: VaultRecipients; readonly former: VaultContent | undefined },
): Promise<Exported> {
  const recipients = to.kind === 'recipients' ? to.recipients : []
  const text = renderVault({
    entries: to.kind === 'passphrase' ? entries : bare(entries),
    recipients,
  })
  if (former !== undefined && renderVault(former).reveal() === text.reveal())
    return { unchanged: true, dropped: [] }
  const sealed = await system.vault.encrypt(text, to)
  const path = await system.files.resolve(file)
  await system.files.replace(path, sealed, { mode: 0o644, folderMode: 0o755, existing: 'keep' })
  const kept = new Set(entries.map(entryId))
  const gone = (former?.entries ?? []).filter((entry) => !kept.has(entryId(entry)))
  return { unchanged: false, dropped: gone.map(entryName) }
}
