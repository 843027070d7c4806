import { toPointer } from '../json.ts'
import { keyPath, valuesWithKey } from '../key-delivery.ts'
import type { Route } from '../key-delivery.ts'
import { isOwnEntry } from '../key-source.ts'
import { keyVariable } from '../key-variable.ts'
import type { WantedProvider, WantedValue } from '../wanted.ts'
import { findNode, readValue } from './actual.ts'
import type { Drafts, FileDraft } from './draft.ts'
import { standsAsRecorded } from './draft.ts'
import type { KeyOutcome } from './plan.ts'
import { planSlot, planTogether } from './plan-values.ts'

/**
 * The answer of a provider's key sources, without the key. `source` is the kind and address of the
 * source that answered, e.g. `keychain:opgen/haimaker` or `env:HAIMAKER_KEY`.
 */
export type ResolvedKey =
  | {
      readonly state: 'present'
      readonly fingerprint: string
      readonly source: string
      /** Digest of the command that brought it. */
      readonly command?: string
    }
  | { readonly state: 'placeholder'; readonly fingerprint: string }
  | { readonly state: 'none' }
  | { readonly state: 'external' }
  | { readonly state: 'missing'; readonly tried: readonly string[] }
  /** The source that may have it did not let itself be read. */
  | { readonly state: 'unread' }
  /** A command that was not accepted on this machine would have to be run. */
  | {
      readonly state: 'untrusted'
      readonly command: string
      /** In which it would run: the same words mean another program elsewhere. */
      readonly folder: string
    }

export interface ProviderFiles {
  /** Lowest precedence first. */
  readonly config: readonly FileDraft[]
  readonly newConfig: FileDraft
  readonly auth: FileDraft
  /** By provider id; those that the key files' route is for have one. */
  readonly keyFiles: ReadonlyMap<string, KeyFileDraft>
}

export interface KeyFileDraft {
  readonly draft: FileDraft
  readonly reference: string
}

/** A provider, its key, and how the one gets to the other. */
export interface KeyedProvider {
  readonly provider: WantedProvider
  readonly key: ResolvedKey
  readonly route: Route
}

/** The values of a provider's block, with what stands in it for its key. */
export function blockValues(
  files: ProviderFiles,
  { provider, key, route }: KeyedProvider,
): readonly WantedValue[] {
  if (route === 'auth.json') return provider.values
  if (key.state === 'present' || key.state === 'unread') {
    return valuesWithKey(provider, keyFileOf(files, provider.id).reference)
  }
  // A placeholder is no secret, and needs no file.
  const { placeholder } = provider.key
  const isWritten = key.state === 'placeholder' && !standsInBlock(files, provider)
  return isWritten && placeholder !== undefined
    ? valuesWithKey(provider, placeholder)
    : provider.values
}

/** Whether somebody else has put something where the key of a provider goes: it satisfies a server that checks none. */
function standsInBlock({ config }: ProviderFiles, provider: WantedProvider): boolean {
  const path = keyPath(provider)
  return config.some(({ file, old }) => {
    return findNode(file, path) !== undefined && old.values[toPointer(path)] === undefined
  })
}

/** Plan what holds a provider's key: its entry in auth.json, or its key file. */
export function planKey(drafts: Drafts, files: ProviderFiles, keyed: KeyedProvider): void {
  const { provider, key, route } = keyed
  if (key.state !== 'present' && key.state !== 'placeholder') return
  const { id } = provider
  const value = { fingerprint: key.fingerprint }
  const hint = `to use the key that is there, ${wayToKey(provider, 'it')}`
  if (route === 'keyfile') {
    if (key.state === 'placeholder' || isPlaceKept(files, provider)) return
    planSlot(drafts, keyFileOf(files, id).draft, { unit: id, path: [], value, hint })
    return
  }
  if (key.state === 'placeholder' && !wantsPlaceholder(drafts, files, provider)) return
  planTogether(drafts, files.auth, [
    { unit: id, path: [id, 'type'], value: { json: 'api' } },
    { unit: id, path: [id, 'key'], value, hint },
  ])
}

/** How a person hands opgen a key for this provider: in the way that asks least of them. */
export function wayToKey({ id, key }: WantedProvider, what: 'one' | 'it'): string {
  const { sources } = key
  if (takesStoredKey({ id, key })) return `store ${what} with \`opgen key set ${id}\``
  const variable = sources.find((source) => source.kind === 'env')?.name
  const file = sources.find((source) => source.kind === 'file')?.path
  const entry = sources.find((source) => source.kind === 'keychain')
  if (variable === undefined && file !== undefined) return `write ${what} into ${file}`
  if (variable === undefined && entry !== undefined) {
    return `put ${what} into the keychain as ${entry.service}/${entry.account}`
  }
  return `set $${variable ?? keyVariable(id)}${what === 'it' ? ' to it' : ''}`
}

/** Whether a key that `key set` stores would be found. */
export function takesStoredKey({ id, key }: Pick<WantedProvider, 'id' | 'key'>): boolean {
  return key.sources.some((source) => isOwnEntry(id, source))
}

export function keyFileOf(files: ProviderFiles, id: string): KeyFileDraft {
  const keyFile = files.keyFiles.get(id)
  if (keyFile === undefined) throw new Error('a key file that was never looked for')
  return keyFile
}

/** Whether the user chose to keep something else where the key file would be referred to. */
function isPlaceKept(files: ProviderFiles, provider: WantedProvider): boolean {
  const pointer = toPointer(keyPath(provider))
  return files.config.some((draft) => draft.values.get(pointer)?.origin === 'kept')
}

/**
 * Whether opgen may write a placeholder: any entry that somebody else put there, or changed,
 * satisfies a server that checks no key.
 */
function wantsPlaceholder(drafts: Drafts, files: ProviderFiles, provider: WantedProvider): boolean {
  const { id } = provider
  if (findNode(files.auth.file, [id]) === undefined) return !standsInBlock(files, provider)
  return standsAsRecorded(drafts, files.auth, [id, 'key'])
}

/**
 * Whether an entry, if there is one, stays: somebody else wrote it, or the user chose to keep it. To be asked once it
 * is planned what goes.
 */
export function keepsLogin(drafts: Drafts, auth: FileDraft, provider: string): boolean {
  const path = [provider, 'key']
  if (comesBack(auth, provider)) return true
  if (!auth.claimed.has(toPointer(path))) return !auth.deletes.has(toPointer(path))
  const isKept = auth.old.values[toPointer(path)]?.origin === 'kept'
  return isKept || !standsAsRecorded(drafts, auth, path)
}

/** Whether an entry that was there before opgen is put back. */
export function comesBack({ restores }: FileDraft, provider: string): boolean {
  return [...restores.values()].some(({ path }) => path[0] === provider)
}

/** Providers whose auth entry opgen lets go of without touching it. */
export function releasesAuth(
  drafts: Drafts,
  files: ProviderFiles,
  { provider, key }: KeyedProvider,
): boolean {
  if (key.state === 'external') return true
  return key.state === 'placeholder' && !wantsPlaceholder(drafts, files, provider)
}

/** What the plan says about a wanted provider's key. */
export function keyOutcome(
  drafts: Drafts,
  files: ProviderFiles,
  { provider, key, route }: KeyedProvider,
): KeyOutcome {
  switch (key.state) {
    case 'missing':
      return 'missing'
    case 'external':
      return 'external'
    case 'unread':
    case 'untrusted':
      return 'unknown'
    case 'none':
    case 'placeholder':
      return 'none'
    case 'present': {
      const isFile = route === 'keyfile'
      if (isFile && isPlaceKept(files, provider)) return 'unchanged'
      const draft = isFile ? keyFileOf(files, provider.id).draft : files.auth
      const path = isFile ? [] : [provider.id, 'key']
      if (draft.values.get(toPointer(path))?.origin === 'kept') return 'unchanged'
      const actual = readValue(draft.file, path, drafts.fingerprintOf)
      const same =
        actual !== undefined && 'fingerprint' in actual && actual.fingerprint === key.fingerprint
      return same ? 'unchanged' : 'set'
    }
  }
}
