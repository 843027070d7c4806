import { fromPointer, toPointer } from '../json.ts'
import type { JsonValue, Path, Pointer } from '../json.ts'
import { valueOf } from '../jsonc/parse.ts'
import { keyPath } from '../key-delivery.ts'
import { destinationAt } from '../destination.ts'
import { findNode, sameValue } from './actual.ts'
import type { ActualFile } from './actual.ts'
import type { Drafts, FileDraft } from './draft.ts'
import { changedPath, claim, standsAsRecorded, unitDraft } from './draft.ts'
import { blockValues, keyFileOf } from './plan-key.ts'
import type { KeyedProvider, ProviderFiles } from './plan-key.ts'
import { locate } from './plan-values.ts'

/**
 * Plan what holds the copy of a key that could not be read: it stays opgen's, as it is. A provider that
 * cannot do without its key has these places among its changes, because what happens there depends
 * on the key.
 */
export function planUnread(drafts: Drafts, files: ProviderFiles, keyed: KeyedProvider): void {
  const { id } = keyed.provider
  const copy = copyOf(files, keyed)
  for (const { draft, path } of copy) {
    claim(draft, toPointer(path))
    const owned = draft.old.values[toPointer(path)]
    if (owned !== undefined) draft.values.set(toPointer(path), owned)
  }
  const altered = copy.filter((place) => !standsAsOwn(drafts, place))
  const isKept = altered.length === 0 && isReferenceKept(drafts, files, keyed)
  if (isKept && isDestinationKept(files, keyed)) {
    drafts.unread.kept.push(id)
    return
  }
  drafts.unread.needed.push(id)
  const changes = unitDraft(drafts, id)
  changes.drifted ||= altered.some(({ draft, path }) => isOwned(draft, path))
  changes.disputed.push(...copy.map(({ draft, path }) => changedPath(draft.file, path)))
}

/**
 * Whether the copy of a key that is known stands as opgen wrote it, and goes where it went: nothing new
 * is sent anywhere.
 */
export function isCopyInPlace(drafts: Drafts, files: ProviderFiles, keyed: KeyedProvider): boolean {
  const { key } = keyed
  if (key.state !== 'present') return false
  const isThisKey = ({ draft, path }: Place): boolean => {
    const value = draft.old.values[toPointer(path)]?.value
    return (
      value !== undefined && (!('fingerprint' in value) || value.fingerprint === key.fingerprint)
    )
  }
  const copy = copyOf(files, keyed)
  const stands = copy.every((place) => standsAsOwn(drafts, place) && isThisKey(place))
  return stands && isReferenceKept(drafts, files, keyed) && isDestinationKept(files, keyed)
}

interface Place {
  readonly draft: FileDraft
  readonly path: Path
}

/** Where the copy of a key stands, on the provider's present route. */
function copyOf(files: ProviderFiles, { provider, route }: KeyedProvider): readonly Place[] {
  const { id } = provider
  if (route === 'keyfile') return [{ draft: keyFileOf(files, id).draft, path: [] }]
  return ['type', 'key'].map((name) => ({ draft: files.auth, path: [id, name] }))
}

/** What the user chose to keep is not opgen's. */
function isOwned({ old }: FileDraft, path: Path): boolean {
  const owned = old.values[toPointer(path)]
  return owned !== undefined && owned.origin !== 'kept'
}

function standsAsOwn(drafts: Drafts, { draft, path }: Place): boolean {
  return isOwned(draft, path) && standsAsRecorded(drafts, draft, path)
}

/** Whether the block refers to the key file as it is to, and opgen wrote that. */
function isReferenceKept(drafts: Drafts, files: ProviderFiles, keyed: KeyedProvider): boolean {
  if (keyed.route === 'auth.json') return true
  const path = keyPath(keyed.provider)
  const pointer = toPointer(path)
  const draft = locate(files.config, path, files.newConfig)
  const owned = draft.old.values[pointer]
  const wanted = blockValues(files, keyed).find((value) => toPointer(value.path) === pointer)
  if (owned === undefined || wanted === undefined) return false
  const isWanted = sameValue(path, { json: wanted.value }, owned.value)
  return isWanted && standsAsOwn(drafts, { draft, path })
}

/**
 * Whether the key goes where it went when it was written: adapters and origins are the same in what is
 * wanted, in what opgen recorded, and on disk. An address that somebody else put into the block counts
 * as well: opgen cannot tell since when it is there.
 */
function isDestinationKept(files: ProviderFiles, keyed: KeyedProvider): boolean {
  const wanted = wantedDestinations(files, keyed)
  const { id } = keyed.provider
  return (
    sameEntries(wanted, recordedDestinations(files.config, id)) &&
    sameEntries(wanted, actualDestinations(files.config, id))
  )
}

/** Adapters and origins by their place in the config. */
type Destinations = ReadonlyMap<Pointer, string>

function wantedDestinations(files: ProviderFiles, keyed: KeyedProvider): Destinations {
  return new Map(blockValues(files, keyed).flatMap(({ path, value }) => entryAt(path, value)))
}

function recordedDestinations(config: readonly FileDraft[], id: string): Destinations {
  const values = config.flatMap(({ old }) => Object.entries(old.values))
  return new Map(
    values.flatMap(([pointer, { unit, origin, value }]) =>
      unit === id && origin !== 'kept' && 'json' in value
        ? entryAt(fromPointer(pointer), value.json)
        : [],
    ),
  )
}

function actualDestinations(config: readonly FileDraft[], id: string): Destinations {
  return new Map(
    config.flatMap((draft) =>
      possiblePaths(draft, id).flatMap((path) => {
        const node = findNode(draft.file, path)
        return node === undefined ? [] : entryAt(path, valueOf(node))
      }),
    ),
  )
}

function possiblePaths({ file }: FileDraft, id: string): readonly Path[] {
  const block = ['provider', id]
  const models = findNode(file, [...block, 'models'])
  const names = models?.kind === 'object' ? models.members.map(({ key }) => key) : []
  const places = [block, ...names.map((name) => [...block, 'models', name, 'provider'])]
  return [
    ...scalarsBelow(file, [...block, 'options']),
    ...places.flatMap((place) => [
      [...place, 'npm'],
      [...place, 'api'],
    ]),
  ]
}

function scalarsBelow(file: ActualFile, path: Path): readonly Path[] {
  const node = findNode(file, path)
  if (node === undefined) return []
  if (node.kind !== 'object') return [path]
  return node.members.flatMap(({ key }) => scalarsBelow(file, [...path, key]))
}

/** Nothing for a value that does not decide where the key goes. */
function entryAt(path: Path, value: JsonValue): readonly (readonly [Pointer, string])[] {
  const part = destinationAt(path, value)
  if (part === undefined) return []
  return [[toPointer(path), 'adapter' in part ? part.adapter : part.place]]
}

function sameEntries(a: Destinations, b: Destinations): boolean {
  return a.size === b.size && [...a].every(([pointer, place]) => b.get(pointer) === place)
}
