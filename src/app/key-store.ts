import type { Diagnostic } from '../core/diagnostic.ts'
import { checkKey } from '../core/check-key.ts'
import { destinationOf, renderDestination } from '../core/destination.ts'
import { commandLine, isOwnEntry, sourceName } from '../core/key-source.ts'
import { KEYCHAIN_SERVICE } from '../core/manifest/read-key.ts'
import type { ManifestText } from '../core/manifest/manifest-file.ts'
import { providerIdsOf } from '../core/manifest/read-manifest.ts'
import { nodeAt, parseJsonDocument } from '../core/jsonc/parse.ts'
import type { Fingerprint, Secret } from '../core/secret.ts'
import { withBinding } from '../core/state/bindings.ts'
import type { KeySource, WantedProvider } from '../core/wanted.ts'
import { InvalidInput, OpgenError } from '../errors.ts'
import type { KeyCommand } from '../errors.ts'
import { askKeychain } from './ask-keychain.ts'
import { findTargets } from './find-targets.ts'
import { keyFilePath } from './key-files.ts'
import { unknownProvider } from './known-ids.ts'
import { findManifest, loadManifest } from './load-manifest.ts'
import { changeState } from './lock-targets.ts'
import { storeOwnEntry } from './own-entry.ts'
import { readSources } from './read-sources.ts'
import type { Session } from './session.ts'
import { readState } from './state-store.ts'
import { keepMachineSecret, readMachineSecret } from './machine-secret.ts'

/**
 * Require that the manifest names a provider. The manifest may have other errors: a key can be
 * stored before the rest is right.
 *
 * @throws InvalidInput with the nearest name
 */
export async function requireProvider(session: Session, id: string): Promise<void> {
  const manifest = await findManifest(session)
  const ids = providerIdsOf(await readSources(session.system, manifest))
  if (ids === undefined) throw new InvalidInput([unreadable(manifest)])
  if (!ids.includes(id)) throw new InvalidInput([unknownProvider(manifest, id, ids)])
}

function unreadable(manifest: ManifestText): Diagnostic {
  return {
    code: 'yaml-syntax',
    severity: 'error',
    message: 'the manifest is not valid YAML, so its providers are unknown',
    source: { file: manifest.path, line: 1, column: 1 },
    hint: 'run `opgen plan` to see where',
  }
}

/**
 * Find out whether a key could be stored, before anybody is asked for one: a pasted key must not be
 * lost to a locked store.
 */
export async function probeKeychain(session: Session, id: string): Promise<void> {
  // Where it may go is recorded once it is stored.
  await readState(session.system)
  await askKeychain(session, [{ op: 'probe' }], [id])
}

/** Store a key and tell its fingerprint. @throws OpgenError `bad-key`, `keychain-refused` */
export async function storeKey(
  session: Session,
  id: string,
  text: string,
): Promise<{ readonly fingerprint: Fingerprint; readonly trimmed: boolean }> {
  const { key, trimmed } = requireKey(id, text, 'key set')
  const { system } = session
  await storeOwnEntry(session, id, key)
  const machineSecret = await readMachineSecret(system)
  await keepMachineSecret(system, machineSecret)
  return { fingerprint: key.fingerprint(machineSecret.bytes), trimmed }
}

/**
 * Require that what somebody typed or piped in is a key.
 *
 * @throws OpgenError `no-key-given`, `bad-key`
 */
export function requireKey(
  provider: string,
  text: string,
  command: KeyCommand,
): { readonly key: Secret; readonly trimmed: boolean } {
  const checked = checkKey(text)
  if (!checked.ok) {
    const { fault } = checked
    if (fault === 'empty') throw new OpgenError({ code: 'no-key-given', provider, command })
    throw new OpgenError({ code: 'bad-key', provider, fault, from: 'as given', command })
  }
  // The line break that ends a piped or typed line is no white space worth a word.
  const trimmed = text.replace(/\r?\n$/, '') !== checked.key.reveal()
  return { key: checked.key, trimmed }
}

/** What becomes of a key that was stored. */
export interface StoredKeyUse {
  /** The declared source of the provider's key, when opgen's own keychain entry is none of them. */
  readonly otherSource: string | undefined
  /** Where the manifest sends it. */
  readonly destination: string | undefined
  /** Where keys of this entry went so far, when that is somewhere else. */
  readonly formerly: readonly string[]
}

/**
 * Accept that a key that a person has just stored goes where the manifest says now. Nothing is accepted when
 * the manifest cannot be resolved yet.
 */
export async function bindStoredKey(
  session: Session,
  id: string,
  fingerprint: Fingerprint,
): Promise<StoredKeyUse> {
  const provider = await providerOf(session, id)
  if (provider === undefined) {
    return { otherSource: undefined, destination: undefined, formerly: [] }
  }
  const entry: KeySource = { kind: 'keychain', service: KEYCHAIN_SERVICE, account: id }
  const source = sourceName(entry)
  const destination = renderDestination(destinationOf(provider), provider)
  let formerly: readonly string[] = []
  await changeState(session, (state) => {
    const known = state.bindings.filter((binding) => binding.source === source)
    formerly = known.map((binding) => binding.destination)
    const bindings = withBinding(state.bindings, { source, destination, fingerprint })
    return { ...state, bindings }
  })
  const isKnown = formerly.includes(destination)
  const otherSource = sourceBeside(provider)
  return { otherSource, destination, formerly: isKnown ? [] : formerly }
}

/** Undefined also when the manifest cannot be resolved yet. */
async function providerOf(session: Session, id: string): Promise<WantedProvider | undefined> {
  try {
    const { wanted } = await loadManifest(session, 'optional')
    return wanted.providers.find((provider) => provider.id === id)
  } catch (error) {
    if (error instanceof InvalidInput || error instanceof OpgenError) return undefined
    throw error
  }
}

function sourceBeside({ id, key }: WantedProvider): string | undefined {
  const [first] = key.sources
  if (first === undefined || key.sources.some((source) => isOwnEntry(id, source))) return undefined
  if (first.kind === 'keychain') return `its entry ${first.service}/${first.account}`
  if (first.kind === 'env') return `$${first.name}`
  if (first.kind === 'command') return `\`${commandLine(first)}\``
  return first.kind === 'file' ? first.path : `\`key: ${first.kind}\``
}

/** Where OpenCode would still find a key for this id: in auth.json, or in a key file of opgen's. */
export async function placesOfKey(session: Session, id: string): Promise<readonly string[]> {
  const { files, machine } = session.system
  const text = await files.read(findTargets(session).auth)
  const parsed = text === undefined ? undefined : parseJsonDocument(text, 'strict')
  const isInAuth = parsed?.ok === true && nodeAt(parsed.document, [id]) !== undefined
  const hasFile = (await files.look(keyFilePath(machine, id))) !== undefined
  return [...(isInAuth ? ['auth.json'] : []), ...(hasFile ? ['its key file'] : [])]
}

/** Remove a key from the keychain; false when there was none. */
export async function removeKey(session: Session, id: string): Promise<boolean> {
  const request = { op: 'remove', service: KEYCHAIN_SERVICE, account: id } as const
  const [answer] = await askKeychain(session, [request], [id])
  return answer?.status !== 'absent'
}
