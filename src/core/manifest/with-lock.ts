import type { Diagnostic } from '../diagnostic.ts'
import { compactionByDefault, limitOf, roomOf } from '../doctor/compaction.ts'
import { nameSome } from '../doctor/name-some.ts'
import { isJsonObject } from '../json.ts'
import type { JsonValue } from '../json.ts'
import { isChosen } from '../lock/chosen.ts'
import { isOfManifest, LOCK_FILE, LOCKED_FIELDS } from '../lock/lock.ts'
import type { Lock, LockedModel, LockedServer } from '../lock/lock.ts'
import type { Source } from '../source.ts'
import { patternsOf } from './manifest.ts'
import type { Manifest, ManifestModel, ManifestProvider } from './manifest.ts'
import { field } from './node.ts'
import type { Entry, MapNode, Node } from './node.ts'
import { quote } from './words.ts'

interface Locked {
  readonly manifest: Manifest
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * The manifest with what its lock file knows: the models of providers that have theirs discovered, and
 * limits, prices and the like where the manifest says nothing. The manifest always wins.
 *
 * @param addressOf the base URL of a provider, its preset's too; undefined: it has none, or it is in doubt
 */
export function withLock(
  manifest: Manifest,
  lock: Lock | undefined,
  addressOf: (provider: ManifestProvider) => string | undefined,
): Locked {
  if (lock === undefined) return { manifest, diagnostics: [] }
  const diagnostics: Diagnostic[] = []
  const providers = manifest.providers.map((provider) => {
    const address = addressOf(provider)
    const isHere = provider.absence === undefined && !provider.doubtful.has('models')
    if (!isHere || address === undefined) return provider
    const server = serverFor(lock, provider.id, address)
    if (server === undefined) {
      if (provider.discovery !== undefined) diagnostics.push(neverAsked(provider))
      return provider
    }
    const models = modelsWith(provider, server.locked)
    diagnostics.push(...misfits(provider, server, models))
    return { ...provider, models: models.map((model) => model.full) }
  })
  return { manifest: { ...manifest, providers }, diagnostics }
}

interface FoundServer {
  readonly locked: LockedServer
  /** Another address that it was asked at; undefined: it is the provider's own. */
  readonly elsewhere: string | undefined
}

/** What is known of the server at this address, else of another one that the provider has, or had. */
function serverFor(lock: Lock, id: string, address: string): FoundServer | undefined {
  const servers = lock.providers.get(id)
  const own = servers?.get(address)
  if (own !== undefined) return { locked: own, elsewhere: undefined }
  const [other] = servers ?? []
  return other === undefined ? undefined : { locked: other[1], elsewhere: other[0] }
}

interface FilledModel {
  readonly full: ManifestModel
  /** What the lock has of it. */
  readonly locked: LockedModel | undefined
  /** Whether the manifest lists it itself. */
  readonly isListed: boolean
}

function modelsWith(
  { models, discovery }: ManifestProvider,
  { models: locked }: LockedServer,
): readonly FilledModel[] {
  const own = new Map(models.map((model) => [model.id, model]))
  const found =
    discovery === undefined ? [] : [...locked].filter(([id]) => isChosen(patternsOf(discovery), id))
  const discovered = found.map(([id, entry]): FilledModel => {
    const mine = own.get(id)
    own.delete(id)
    const base = mine ?? { id, source: entry.source, fields: emptyAt(entry.source) }
    return { full: filled(base, entry), locked: entry, isListed: mine !== undefined }
  })
  const rest = [...own.values()].map((model): FilledModel => {
    const entry = locked.get(model.id)
    const full = entry === undefined ? model : filled(model, entry)
    return { full, locked: entry, isListed: true }
  })
  return [...discovered, ...rest]
}

function emptyAt(source: Source): MapNode {
  return { kind: 'map', entries: new Map(), source }
}

/** Field by field, and each as a whole: the parts of a limit belong together. */
function filled(model: ManifestModel, { values, from, source }: LockedModel): ManifestModel {
  const { fields } = model
  const entries = new Map<string, Entry>()
  for (const name of LOCKED_FIELDS) {
    const value = values[name]
    if (value === undefined || isOfManifest(from, name) || field(fields, name) !== undefined)
      continue
    if (name === 'limit' && !fits(value)) continue
    entries.set(name, { keySource: source, value: nodeOf(value, source) })
  }
  if (entries.size === 0) return model
  return { ...model, fields: { ...fields, entries: new Map([...fields.entries, ...entries]) } }
}

/** Whether a limit leaves OpenCode room to work in; the file may have been edited by hand. */
function fits(value: JsonValue): boolean {
  if (!isJsonObject(value)) return false
  const room = roomOf(limitOf(value), compactionByDefault)
  return room !== undefined && room.tokens > 0
}

function nodeOf(value: JsonValue, source: Source): Node {
  if (typeof value !== 'object' || value === null) return { kind: 'scalar', value, source }
  if (!isJsonObject(value)) {
    return { kind: 'list', items: value.map((item) => nodeOf(item, source)), flow: true, source }
  }
  const entries = Object.entries(value).map(([name, member]): [string, Entry] => [
    name,
    { keySource: source, value: nodeOf(member, source) },
  ])
  return { kind: 'map', entries: new Map(entries), source }
}

function neverAsked({ id, source, modelsSource }: ManifestProvider): Diagnostic {
  return outdated(id, modelsSource ?? source, `${quote(id)} is not in ${LOCK_FILE} yet`)
}

/** What about a lock does not fit the manifest as it is now. One remark is enough to have it asked again. */
function misfits(
  provider: ManifestProvider,
  { locked, elsewhere }: FoundServer,
  models: readonly FilledModel[],
): readonly Diagnostic[] {
  const { id, baseURL, modelsSource, source } = provider
  const place = modelsSource ?? source
  if (elsewhere !== undefined) {
    const message = `what ${LOCK_FILE} has of ${quote(id)} is from another address, ${elsewhere}`
    return [outdated(id, baseURL?.source ?? source, message)]
  }
  if (!isSameDiscovery(provider, locked)) {
    return [outdated(id, place, `${LOCK_FILE} was made when ${quote(id)} asked for other models`)]
  }
  const [unknown, ...others] = models.filter(
    (model) => model.isListed && model.locked === undefined,
  )
  if (unknown !== undefined) {
    const ids = [unknown, ...others].map(({ full }) => full.id)
    const what = nameSome(ids)
    const message = `${what} of ${quote(id)} ${ids.length === 1 ? 'is' : 'are'} not in ${LOCK_FILE} yet`
    return [outdated(id, unknown.full.source, message)]
  }
  return models.flatMap(({ full, locked: entry }) => badLimit(id, full, entry)).slice(0, 1)
}

/** A limit that is left out because OpenCode would not work with it. */
function badLimit(
  id: string,
  { id: model, fields }: ManifestModel,
  entry: LockedModel | undefined,
): readonly Diagnostic[] {
  const limit = entry?.values.limit
  const isUsed = field(fields, 'limit') !== undefined
  if (entry === undefined || limit === undefined || isUsed) return []
  const message = `the limit of ${quote(model)} cannot be, and is left out`
  return [outdated(id, entry.source, message)]
}

function isSameDiscovery(
  { discovery }: ManifestProvider,
  { discovery: then }: LockedServer,
): boolean {
  if (discovery === undefined) return true
  return JSON.stringify(patternsOf(discovery)) === JSON.stringify(then)
}

function outdated(id: string, source: Source, message: string): Diagnostic {
  return {
    code: 'lock-outdated',
    severity: 'warning',
    message,
    source,
    hint: `run \`opgen update ${id}\``,
  }
}
