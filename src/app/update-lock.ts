import type { Diagnostic } from '../core/diagnostic.ts'
import { hasErrors } from '../core/diagnostic.ts'
import type { JsonObject } from '../core/json.ts'
import { compareServers, isChange, NO_CHANGE, withServers } from '../core/lock/compare-locks.ts'
import type { ServerChange } from '../core/lock/compare-locks.ts'
import { EMPTY_LOCK } from '../core/lock/lock.ts'
import type { Lock, LockedServer } from '../core/lock/lock.ts'
import { lockServer } from '../core/lock/lock-server.ts'
import { printLock } from '../core/lock/print-lock.ts'
import { catalogueFacts } from '../core/offer/catalogue-facts.ts'
import type { Choices, Decision, TrustedFlow } from '../core/plan/plan.ts'
import type { Wanted, WantedProvider } from '../core/wanted.ts'
import { InvalidInput, OpgenError } from '../errors.ts'
import type { Words } from '../errors.ts'
import type { HttpPatience } from '../system/system.ts'
import { askOffer, isAskable } from './ask-offer.ts'
import { atOnce } from './at-once.ts'
import { readCatalogueCopy, readCatalogueFile } from './catalogue-cache.ts'
import { SHARED } from './init-manifest.ts'
import { loadLive, recordTrusted, usedOf } from './live-keys.ts'
import type { LiveProvider } from './live-keys.ts'
import { findLock } from './lock-file.ts'
import type { FoundLock } from './lock-file.ts'
import type { Session } from './session.ts'

export interface UpdateRequest {
  /** All providers on this machine when empty. */
  readonly ids: readonly string[]
  readonly choices: Choices
  /** Only look whether anything would change. */
  readonly check: boolean
  /** A file to take for OpenCode's catalogue, as given; undefined: its own copy. */
  readonly catalogue: string | undefined
  /** For one request. */
  readonly patience: HttpPatience
  /** Called when a provider's server is asked, and when it has answered. */
  readonly onProgress: (id: string, state: 'asking' | 'done') => void
}

/** What became of one provider. */
export interface UpdatedProvider {
  readonly id: string
  /** Undefined: it has no address that is known. */
  readonly baseURL: string | undefined
  readonly state: 'new' | 'changed' | 'unchanged' | 'failed' | 'undecided' | 'skipped'
  readonly change: ServerChange
  /** Models that went and that the manifest names, with the fields that name them. */
  readonly missed: readonly { readonly model: string; readonly field: 'model' | 'small_model' }[]
  readonly notes: readonly string[]
  /** Why it failed, or was skipped. */
  readonly words: Words | undefined
  /** What is locked now. */
  readonly server: LockedServer | undefined
}

export interface Updated {
  readonly manifest: string
  readonly lock: string
  readonly providers: readonly UpdatedProvider[]
  /** Whether the file is another one now, or would be. */
  readonly isChanged: boolean
  readonly trusted: readonly TrustedFlow[]
  readonly decisions: readonly Decision[]
  readonly warnings: readonly Diagnostic[]
  readonly notes: readonly string[]
}

/** Servers that are asked at the same time. */
const MOST_AT_ONCE = 8

/**
 * Ask the providers for their models, and write what they say beside the manifest. Of a provider that gives no
 * answer, what was known stays.
 *
 * @throws InvalidInput, OpgenError as {@link loadLive} does; `manifest-changed` when somebody else wrote the
 *   lock file meanwhile
 */
export async function updateLock(session: Session, request: UpdateRequest): Promise<Updated> {
  const { system } = session
  const { ids, choices } = request
  const scene = await loadLive(session, { ids, choices, lock: 'ignored' })
  const { manifest } = scene
  const found = await findLock(system.files, manifest.realPath)
  await requireOwnFile(system, found.path)
  const before = lockBefore(found, ids)
  const catalogue = await readCatalogueFor(session, request)
  const catalogued = catalogueFacts(catalogue ?? {})
  const providers = await atOnce(scene.providers, MOST_AT_ONCE, async (live) =>
    updateProvider(session, live, { request, before, catalogued }),
  )
  const asked = scene.providers.filter(isAsked).map(({ provider }) => provider.id)
  const used = usedOf(scene, new Set(asked))
  await recordTrusted(session, used)
  const known = new Set([
    ...manifest.wanted.providers.map(({ id }) => id),
    ...manifest.wanted.notHere,
  ])
  const learnt = providers.flatMap(({ id, baseURL, server }) => {
    return baseURL === undefined || server === undefined ? [] : [{ id, url: baseURL, server }]
  })
  const after = withServers(before, learnt, (id) => known.has(id))
  const forgotten = [...before.providers.keys()].filter((id) => !known.has(id))
  // What cannot be read may know of a provider that gives no answer now.
  const isLost = hasErrors(found.diagnostics) && providers.some(({ state }) => state === 'failed')
  if (isLost) throw new InvalidInput(found.diagnostics)
  const isChanged = await writeLock(session, { found, after, check: request.check })
  return {
    manifest: manifest.file.path,
    lock: found.path,
    providers: providers.map((provider) => ({
      ...provider,
      missed: missedBy(manifest.wanted, provider),
    })),
    isChanged,
    trusted: used.trusted,
    decisions: scene.decisions,
    warnings: scene.warnings,
    notes: [...notesOf(found, catalogue), ...forgotten.map(forgets)],
  }
}

/** What was known before. A file that cannot be read is written anew, but only as a whole. */
function lockBefore(found: FoundLock, ids: readonly string[]): Lock {
  if (hasErrors(found.diagnostics) && ids.length > 0) throw new InvalidInput(found.diagnostics)
  return found.value ?? { ...EMPTY_LOCK, path: found.path }
}

function forgets(id: string): string {
  return `what was known of "${id}" goes: this manifest has no such provider`
}

/**
 * Require that the lock file is no link: a repository could let one lead to any file of the user's.
 *
 * @throws InvalidInput `bad-lock`
 */
async function requireOwnFile({ files }: Session['system'], file: string): Promise<void> {
  if ((await files.look(file))?.kind !== 'link') return
  const problem: Diagnostic = {
    code: 'bad-lock',
    severity: 'error',
    message: 'the lock file is a link, and would be written where that leads',
    source: { file, line: 1, column: 1 },
    hint: 'put the file itself there, or delete the link',
  }
  throw new InvalidInput([problem])
}

async function readCatalogueFor(
  { system }: Session,
  { catalogue }: UpdateRequest,
): Promise<JsonObject | undefined> {
  return catalogue === undefined
    ? await readCatalogueCopy(system)
    : await readCatalogueFile(system, catalogue)
}

function notesOf(found: FoundLock, catalogue: JsonObject | undefined): readonly string[] {
  const lost = hasErrors(found.diagnostics)
    ? [
        'the lock file could not be read, and is written anew; what only other machines know is gone',
      ]
    : []
  return catalogue === undefined
    ? [
        ...lost,
        "OpenCode's catalogue is not here yet: start OpenCode once, or name a file with `--catalogue`",
      ]
    : lost
}

interface Learning {
  readonly request: UpdateRequest
  readonly before: Lock
  readonly catalogued: ReturnType<typeof catalogueFacts>
}

type Learnt = Omit<UpdatedProvider, 'missed'>

async function updateProvider(
  { system }: Session,
  live: LiveProvider,
  { request, before, catalogued }: Learning,
): Promise<Learnt> {
  const { provider } = live
  const { id, discovery } = provider
  const { address } = provider
  const nothing = { id, baseURL: address, change: NO_CHANGE, notes: [], server: undefined }
  if (isLeftToOpenCode(provider) || address === undefined) {
    return { ...nothing, state: 'skipped', words: LEFT_TO_OPENCODE }
  }
  request.onProgress(id, 'asking')
  const offer = await askOffer(system, live, request.patience)
  request.onProgress(id, 'done')
  const isNeeded = offer.state === 'silent' && discovery !== undefined
  if (offer.state === 'failed' || isNeeded) {
    const state = live.key.state === 'undecided' ? 'undecided' : 'failed'
    return { ...nothing, state, words: offer.words }
  }
  const heard = offer.state === 'offered' ? offer : NOTHING_HEARD
  const former = before.providers.get(id)?.get(address)
  const { server, notes: more } = lockServer(provider, {
    offered: heard.models,
    isPartial: heard.isPartial,
    former,
    catalogued: (model) => catalogued({ id, baseURL: address }, model),
    file: before.path,
  })
  const notes = [...heard.notes, ...more]
  if (server.models.size === 0) return { ...nothing, notes, state: 'failed', words: NOTHING_LEFT }
  const change = compareServers(former, server)
  const state = former === undefined ? 'new' : isChange(change) ? 'changed' : 'unchanged'
  const words = offer.state === 'silent' ? offer.words : undefined
  return { id, baseURL: address, change, notes, server, state, words }
}

const NOTHING_HEARD = { models: undefined, notes: [], isPartial: false }

/** Of OpenCode's own providers it knows the models itself. */
function isLeftToOpenCode({ isCatalogued, discovery }: WantedProvider): boolean {
  return isCatalogued === true && discovery === undefined
}

const LEFT_TO_OPENCODE: Words = {
  message: 'OpenCode knows its models by itself',
  hint: 'write `models: { discover: true }` to have them from the server all the same',
}

const NOTHING_LEFT: Words = {
  message: 'none of its models is left',
  hint: 'look at "include" and "exclude" in the manifest',
}

function isAsked(live: LiveProvider): boolean {
  return !isLeftToOpenCode(live.provider) && isAskable(live)
}

/** Whether the manifest takes models for its defaults that went. */
function missedBy(
  { model, smallModel }: Wanted,
  { id, change }: Learnt,
): UpdatedProvider['missed'] {
  const gone = new Set(change.removed)
  const fields = [
    ['model', model],
    ['small_model', smallModel],
  ] as const
  return fields.flatMap(([field, reference]) => {
    const name = reference?.value ?? ''
    const of = name.startsWith(`${id}/`) ? name.slice(id.length + 1) : ''
    return gone.has(of) ? [{ model: of, field }] : []
  })
}

/** Whether the file changes. One that would have nothing in it is not made. */
async function writeLock(
  { system: { files } }: Session,
  {
    found,
    after,
    check,
  }: { readonly found: FoundLock; readonly after: Lock; readonly check: boolean },
): Promise<boolean> {
  const text = printLock(after)
  const isNothing = found.text === undefined && after.providers.size === 0
  // Git, or an editor, may have changed its line breaks.
  const plain = found.text?.replaceAll('\r\n', '\n').replace(/^\uFEFF/, '')
  if (text === plain || isNothing) return false
  if (check) return true
  const path = await files.resolve(found.path)
  await files.sweep(path)
  const exchanged = await files.exchange(path, { from: found.text, to: text, options: SHARED })
  if (!exchanged.done) throw new OpgenError({ code: 'manifest-changed', path: found.path })
  exchanged.former?.release()
  return true
}
