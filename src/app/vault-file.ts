import path from 'node:path'
import { LARGEST_FILE } from '../core/manifest/yaml-limits.ts'
import { parseVault } from '../core/vault/content.ts'
import type { VaultContent } from '../core/vault/content.ts'
import { linesOf, readIdentities } from '../core/vault/age-keys.ts'
import { Secret } from '../core/secret.ts'
import { OpgenError } from '../errors.ts'
import type { System, VaultIdentities } from '../system/system.ts'
import type { VaultFault } from '../vault-words.ts'
import type { LoadedManifest } from './load-manifest.ts'
import { absolute } from './paths.ts'
import { readText } from './read-text.ts'
import type { Session } from './session.ts'

/** An age file as it stands on disk, still closed. */
export interface ClosedVault {
  /** With every symlink resolved. */
  readonly path: string
  readonly bytes: Uint8Array
  /** What opens it. */
  readonly kind: 'passphrase' | 'recipients'
}

/** The path of the manifest's vault; relative to the file that says so. */
export async function vaultOf(
  { system }: Session,
  { wanted }: Pick<LoadedManifest, 'wanted'>,
): Promise<string | undefined> {
  const { vault } = wanted
  if (vault === undefined || vault.value === '') return undefined
  const folder = path.dirname(await system.files.resolve(vault.source.file))
  return absolute({ ...system.machine, cwd: folder }, vault.value)
}

/**
 * Read an age file; undefined when nothing is there.
 *
 * @throws OpgenError `vault-refused` for what is no age file, or can be opened by nobody
 */
export async function readVault(
  { system }: Session,
  named: string,
): Promise<ClosedVault | undefined> {
  const { files, vault } = system
  const file = await files.resolve(named)
  const facts = await files.look(file)
  if (facts === undefined) return undefined
  if (facts.kind === 'other') {
    throw new OpgenError({ code: 'file-refused', path: file, reason: 'no-file' })
  }
  if (facts.size > LARGEST_FILE) throw refused(named, { kind: 'too-large' })
  const bytes = await files.readBytes(file)
  if (bytes === undefined) return undefined
  const kind = await vault.inspect(bytes)
  if (kind === 'passphrase' || kind === 'recipients') return { path: file, bytes, kind }
  throw refused(named, { kind })
}

/** The same for one that must be there. @throws OpgenError `vault-refused` */
export async function requireVault(session: Session, named: string): Promise<ClosedVault> {
  const closed = await readVault(session, named)
  if (closed === undefined) throw refused(named, { kind: 'absent' })
  return closed
}

/**
 * Open a vault and read what it holds.
 *
 * @throws OpgenError `vault-refused`
 */
export async function openVault(
  { system }: Session,
  { path: file, bytes, kind }: ClosedVault,
  identities: VaultIdentities,
): Promise<VaultContent> {
  if (kind === 'recipients' && identities.kind === 'passphrase')
    throw refused(file, { kind: 'needs-identity' })
  if (kind === 'passphrase' && identities.kind === 'identities')
    throw refused(file, { kind: 'needs-passphrase' })
  const opened = await system.vault.decrypt(bytes, identities)
  if (!opened.ok) throw refused(file, { kind: REFUSALS[opened.fault][kind] })
  const parsed = parseVault(opened.text)
  if (!parsed.ok) throw refused(file, parsed.fault)
  return parsed.content
}

const REFUSALS = {
  'no-match': { passphrase: 'wrong-passphrase', recipients: 'wrong-identity' },
  damaged: { passphrase: 'damaged', recipients: 'damaged' },
  'not-text': { passphrase: 'not-a-vault', recipients: 'not-a-vault' },
} as const

/** Whether a vault was refused because another passphrase opens it. */
export function isWrongPassphrase(error: unknown): boolean {
  if (!(error instanceof OpgenError)) return false
  const { failure } = error
  return failure.code === 'vault-refused' && failure.fault.kind === 'wrong-passphrase'
}

function refused(file: string, fault: VaultFault): OpgenError {
  return new OpgenError({ code: 'vault-refused', path: file, fault })
}

/** Read the identities in these files. @throws OpgenError `identity-refused` */
export async function readIdentityFiles(
  { files, machine }: System,
  named: readonly string[],
): Promise<VaultIdentities> {
  const identities: Secret[] = []
  for (const name of named) {
    const file = absolute(machine, name)
    const text = await readText(files, file, { mayBePipe: true })
    const read: ReturnType<typeof readIdentities> =
      text === undefined ? { ok: false, fault: 'absent' } : readIdentities(text)
    if (!read.ok) throw new OpgenError({ code: 'identity-refused', path: file, fault: read.fault })
    identities.push(...read.identities)
  }
  return { kind: 'identities', identities }
}

/** Recipients as given: `age1…`, or `@FILE` for a file with one in each line. */
export async function readRecipients(
  { files, machine }: System,
  given: readonly string[],
): Promise<readonly string[]> {
  const all: string[] = []
  for (const recipient of given) {
    if (!recipient.startsWith('@')) {
      all.push(recipient)
      continue
    }
    const file = absolute(machine, recipient.slice(1))
    const text = await readText(files, file, { mayBePipe: true })
    if (text === undefined) {
      throw new OpgenError({ code: 'recipient-refused', fault: 'no-file' })
    }
    all.push(...linesOf(text))
  }
  return all
}

/**
 * The passphrase in a file: all of it but one line break at the end.
 *
 * @throws OpgenError `passphrase-refused` when there is none
 */
export async function readPassphraseFile(
  { files, machine }: System,
  named: string,
): Promise<string> {
  const text = await readText(files, absolute(machine, named), { mayBePipe: true })
  if (text === undefined) throw new OpgenError({ code: 'passphrase-refused', fault: 'no-file' })
  return withoutLineBreak(text)
}

export function withoutLineBreak(text: string): string {
  return text.replace(/\r?\n$/, '')
}
