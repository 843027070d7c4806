import { firstManifest } from '../core/manifest/first-manifest.ts'
import { KEYCHAIN_SERVICE } from '../core/manifest/read-key.ts'
import { routeOf } from '../core/key-delivery.ts'
import { hasLogin } from '../core/plan/actual.ts'
import { flowsOf } from '../core/plan/flows.ts'
import type { ResolvedKey } from '../core/plan/plan-key.ts'
import type { Secret } from '../core/secret.ts'
import { withBinding } from '../core/state/bindings.ts'
import type { Binding } from '../core/state/recorded.ts'
import { OpgenError } from '../errors.ts'
import { askKeychain } from './ask-keychain.ts'
import type { PreparedImport } from './import-setup.ts'
import { movesOf } from './moved-keys.ts'
import type { Recording } from './moved-keys.ts'
import { SHARED } from './init-manifest.ts'
import { changeState } from './lock-targets.ts'
import { ownEntryName } from './own-entry.ts'
import { readReferences } from './read-references.ts'
import type { Session } from './session.ts'
import { keepMachineSecret, readMachineSecret } from './machine-secret.ts'

/**
 * Require that a manifest can be written without losing one. What `opgen init` wrote, and nobody has
 * touched since, is none.
 *
 * @returns the text that it takes the place of; undefined: none
 * @throws OpgenError `manifest-there`
 */
export async function requirePlace(
  { system }: Session,
  manifest: string,
): Promise<string | undefined> {
  const { files } = system
  if ((await files.look(manifest)) === undefined) return undefined
  // Whoever reads a pipe, or a device, may wait for ever.
  const behind = await files.look(await files.resolve(manifest))
  if (behind?.kind === 'other') throw new OpgenError({ code: 'manifest-there', path: manifest })
  const found = await system.files.read(manifest)
  if (found === firstManifest(system.version)) return found
  throw new OpgenError({ code: 'manifest-there', path: manifest })
}

/** A key that goes into the keychain. */
interface Kept {
  readonly id: string
  readonly secret: Secret
}

/** Keys of an import beside those of the keychain. */
export interface ComparedKeys {
  readonly fresh: readonly Kept[]
  /** Ids whose entry in the keychain is another key. */
  readonly different: readonly Kept[]
}

/** Compare the keys with the keychain, and find out whether they could be stored. @throws OpgenError `keychain-refused` */
export async function compareImported(
  session: Session,
  { imported }: PreparedImport,
): Promise<ComparedKeys> {
  const kept = imported.providers.flatMap(({ id, secret }) => {
    return secret === undefined ? [] : [{ id, secret }]
  })
  if (kept.length === 0) return { fresh: [], different: [] }
  const reads = kept.map(({ id }) => {
    return { op: 'read' as const, service: KEYCHAIN_SERVICE, account: id }
  })
  const ids = kept.map(({ id }) => id)
  const [, ...answers] = await askForImport(session, [{ op: 'probe' }, ...reads], ids)
  const found = (index: number): Secret | undefined => {
    const answer = answers[index]
    return answer?.status === 'present' ? answer.secret : undefined
  }
  return {
    fresh: kept.filter((_, index) => found(index) === undefined),
    different: kept.filter(({ secret }, index) => found(index)?.equals(secret) === false),
  }
}

/** @throws OpgenError `keychain-refused`, with the way that needs no keychain */
async function askForImport(
  ...[session, requests, ids]: Parameters<typeof askKeychain>
): ReturnType<typeof askKeychain> {
  try {
    return await askKeychain(session, requests, ids)
  } catch (error) {
    if (!(error instanceof OpgenError) || error.failure.code !== 'keychain-refused') throw error
    const otherwise = 'leave keys where they are with `opgen import --keep-keys`'
    throw new OpgenError({ ...error.failure, otherwise })
  }
}

/** What an import writes, and where. */
export interface ImportWriting {
  readonly manifest: string
  /** What `requirePlace` found. */
  readonly former: string | undefined
  /** To store. */
  readonly keys: readonly Kept[]
  /** Ids of the providers whose entry in the keychain stays another key than that of OpenCode's files. */
  readonly declined: ReadonlySet<string>
}

/**
 * Store the keys, remember which keys in plain text are to go at the next apply, and write the manifest. In
 * this order, so that nothing refers to a key that is not there, and that whatever is refused can be done
 * again: an import with a manifest is a whole one.
 */
export async function writeImport(
  session: Session,
  prepared: PreparedImport,
  writing: ImportWriting,
): Promise<void> {
  const { files } = session.system
  const { manifest, former, keys } = writing
  const stores = keys.map(({ id, secret }) => {
    return { op: 'store' as const, service: KEYCHAIN_SERVICE, account: id, secret }
  })
  if (stores.length > 0)
    await askForImport(
      session,
      stores,
      keys.map(({ id }) => id),
    )
  await recordImport(session, prepared, writing)
  const to = prepared.imported.text
  const exchanged = await files.exchange(manifest, { from: former, to, options: SHARED })
  if (!exchanged.done) throw new OpgenError({ code: 'manifest-there', path: manifest })
  exchanged.former?.release()
}

/** Remember the keys that are to go, and that what is sent today may be sent where it goes today. */
async function recordImport(
  session: Session,
  prepared: PreparedImport,
  writing: ImportWriting,
): Promise<void> {
  const machineSecret = await readMachineSecret(session.system)
  const fingerprint = (secret: Secret): string => secret.fingerprint(machineSecret.bytes)
  const { imported, actual } = prepared
  const bindings = await bindingsOf(session, prepared, { ...writing, fingerprint })
  const manifest = await session.system.files.resolve(writing.manifest)
  const moves = movesOf(actual.config, imported.providers, { manifest, fingerprint })
  const hasMoves = Object.keys(moves).length > 0
  if (bindings.length === 0 && !hasMoves) return
  await keepMachineSecret(session.system, machineSecret)
  await changeState(session, (state) => ({
    ...state,
    bindings: bindings.reduce(withBinding, state.bindings),
    ...(hasMoves ? { moves: { ...state.moves, ...moves } } : {}),
  }))
}

/**
 * What the blocks send by themselves, as OpenCode does it already. What is always asked about (keys in the
 * open, foreign adapters, variables that an adapter takes) is asked about at the first apply, too.
 */
async function bindingsOf(
  { system, options }: Session,
  { imported, actual, targets, wanted }: PreparedImport,
  { fingerprint, declined }: Pick<ImportWriting, 'declined'> & Pick<Recording, 'fingerprint'>,
): Promise<readonly Binding[]> {
  const scene = {
    readReference: await readReferences(system, wanted, targets),
    hasLogin: (id: string) => hasLogin(actual.auth.document, id),
    keepsLogin: () => true,
  }
  return wanted.providers.flatMap((provider) => {
    const { id } = provider
    const { secret, moved } = imported.providers.find((one) => one.id === id) ?? {}
    const key: ResolvedKey =
      secret === undefined
        ? { state: provider.key.sources[0]?.kind === 'external' ? 'external' : 'none' }
        : { state: 'present', source: ownEntryName(id), fingerprint: fingerprint(secret) }
    const flows = flowsOf({ provider, key, route: routeOf(wanted, provider) }, scene)
    const own = ownEntryName(id)
    return flows.filter(({ because, source }) => {
      // The keychain's own key has not gone there.
      if (because !== undefined || (source === own && declined.has(id))) return false
      // What a named file says OpenCode does not know of: nothing but the file's own key goes there.
      return options.config === undefined || (source === own && moved !== undefined)
    })
  })
}
