import type { RecordedState } from '../state/recorded.ts'
import { ownsNothing } from '../state/recorded.ts'
import type { Wanted } from '../wanted.ts'
import { routeOf } from '../key-delivery.ts'
import type { ActualState, FingerprintOf } from './actual.ts'
import { filesOf, hasLogin } from './actual.ts'
import { decisionsWithCarry } from './carry.ts'
import type { Drafts, Ending, FileDraft } from './draft.ts'
import { askFor, blockPath, carryOver, startFile, unitDraft } from './draft.ts'
import { finishFiles } from './finish-files.ts'
import type { ReadReference } from './flows.ts'
import { makeChanges, TOP_LEVEL } from './make-changes.ts'
import type { Choices, Plan } from './plan.ts'
import { planReturn } from './plan-gone.ts'
import { isAuthLinkKept, keptAuth, planSymlink, withoutAuth } from './plan-auth-link.ts'
import type { AuthLink } from './plan-auth-link.ts'
import { planLists } from './plan-lists.ts'
import { comesBack, keepsLogin, releasesAuth } from './plan-key.ts'
import type { KeyedProvider, ProviderFiles, ResolvedKey } from './plan-key.ts'
import { afterMoves, withMoves } from './plan-moves.ts'
import { planProfile, seenNow } from './plan-profile.ts'
import type { Passing } from './plan-profile.ts'
import { acceptedCommands, planOrigins, startLedger } from './plan-origin.ts'
import type { Ledger } from './plan-origin.ts'
import { planForeignRest, planMissingKey, planProvider, planUntrusted } from './plan-provider.ts'
import { keysOf, routesOf } from './record-keys.ts'
import { isCopyInPlace } from './plan-unread.ts'
import { planUnwanted } from './plan-unwanted.ts'
import { holdsBlock, locate, planSlot } from './plan-values.ts'
import { warnings } from './warnings.ts'
import type { OtherConfig } from './warnings.ts'

export interface PlanInput {
  readonly wanted: Wanted
  readonly keys: ReadonlyMap<string, ResolvedKey>
  readonly actual: ActualState
  readonly recorded: RecordedState
  readonly choices: Choices
  readonly fingerprintOf: FingerprintOf
  /** Real path of the manifest. */
  readonly manifest: string
  readonly passing: Passing
  readonly authLink: AuthLink | undefined
  /** Config files that OpenCode also reads from here and opgen never writes. */
  readonly elsewhere: readonly OtherConfig[]
  /** `delete` when absent. */
  readonly ending?: Ending
  readonly readReference: ReadReference
}

/**
 * Work out what turns the actual state into the wanted one, path by path.
 *
 * Equal inputs give an equal plan. Nothing is written while the plan has decisions.
 */
export function makePlan(input: PlanInput): Plan {
  const drafts = startDrafts(input)
  const files = providerFiles(drafts, input.actual)
  leaveOut(drafts, input)
  const kept = planProfile(drafts, input, recordedUnits(drafts))
  leaveOutModels(drafts, input)
  for (const draft of drafts.files.values()) carryOver(draft, drafts.leftOut)
  planManifest(drafts, input)
  const ledger = ledgerFor(drafts, files, input)
  const released = new Set<string>()
  const keyed = keyedProviders(input)
  for (const one of keyed) {
    const { provider } = one
    if (drafts.leftOut.has(provider.id)) continue
    planProvider(drafts, files, one)
    if (releasesAuth(drafts, files, one)) released.add(provider.id)
  }
  planTopLevel(drafts, files, input.wanted)
  for (const draft of drafts.files.values()) {
    planUnwanted(drafts, draft, released)
    planReturn(drafts, draft)
  }
  planOrigins(drafts, keyed, ledger)
  planLists(drafts, files.config, input.wanted, files.newConfig)
  for (const draft of drafts.files.values()) planLeaving(drafts, draft, input)
  const finished = finishFiles(drafts, input)
  const keepsAuth = isAuthLinkKept(input)
  planSymlink(drafts, input, !keepsAuth && finished.files.some((file) => file.target === 'auth'))
  const changes = makeChanges(drafts, files, input.wanted, keyed)
  return {
    changes: keepsAuth ? withoutAuth(changes) : changes,
    decisions: decisionsWithCarry(drafts, input.wanted),
    warnings: warnings({ ...input, config: files.config }),
    replaced: [...drafts.replaced.values()].filter(
      ({ file }) => !keepsAuth || file !== input.actual.auth.path,
    ),
    files: finished.files.filter((file) => !(keepsAuth && file.target === 'auth')),
    trusted: ledger.trusted,
    unread: drafts.unread,
    next: {
      ...afterMoves(finished.next, drafts.files, input),
      bindings: ledger.bindings,
      commands: acceptedCommands(input.keys.values(), input.recorded),
      seen: seenNow(input.wanted, input, { owned: ownedIn(finished.next), kept }),
      delivery: routesOf(drafts, keyed, input.recorded),
      keys: keysOf(drafts, keyed, input.recorded),
      files: keepsAuth ? keptAuth(finished.next, input) : finished.next.files,
    },
  }
}

function ledgerFor(
  drafts: Drafts,
  files: ProviderFiles,
  { actual, choices, recorded, readReference }: PlanInput,
): Ledger {
  return startLedger(recorded, {
    readReference,
    typedKeys: choices.typedKeys,
    hasLogin: (id) => hasLogin(actual.auth.document, id) || comesBack(files.auth, id),
    keepsLogin: (id) => keepsLogin(drafts, files.auth, id),
    isInPlace: (keyed) => isCopyInPlace(drafts, files, keyed),
  })
}

function startDrafts(input: PlanInput): Drafts {
  const files = new Map<string, FileDraft>()
  for (const file of filesOf(input.actual)) {
    files.set(file.path, withMoves(startFile(file, input.recorded.files[file.path]), input))
  }
  return {
    files,
    units: new Map(),
    decisions: [],
    choices: input.choices,
    fingerprintOf: input.fingerprintOf,
    leftOut: new Set(),
    replaced: new Map(),
    ending: input.ending ?? { kind: 'delete' },
    unread: { kept: [], needed: [] },
  }
}

function providerFiles(drafts: Drafts, actual: ActualState): ProviderFiles {
  const draftOf = (path: string): FileDraft => {
    const draft = drafts.files.get(path)
    if (draft === undefined) throw new Error('a target without a draft')
    return draft
  }
  return {
    config: actual.config.map((file) => draftOf(file.path)),
    newConfig: draftOf(actual.newConfig),
    auth: draftOf(actual.auth.path),
    keyFiles: new Map(
      actual.keyFiles.map(({ provider, path, reference }) => [
        provider,
        { draft: draftOf(path), reference },
      ]),
    ),
  }
}

function keyedProviders(input: PlanInput): readonly KeyedProvider[] {
  const { wanted } = input
  return wanted.providers.map((provider) => ({
    provider,
    key: keyOf(input, provider.id),
    route: routeOf(wanted, provider),
  }))
}

function keyOf(input: PlanInput, id: string): ResolvedKey {
  return input.keys.get(id) ?? { state: 'none' }
}

/** Mark every unit that this run leaves exactly as it is. */
function leaveOut(drafts: Drafts, input: PlanInput): void {
  const only = input.choices.only
  if (only !== undefined) {
    for (const unit of allUnits(drafts, input.wanted)) {
      if (!only.has(unit)) drafts.leftOut.add(unit)
    }
  }
  for (const provider of input.wanted.providers) {
    if (drafts.leftOut.has(provider.id)) continue
    const key = keyOf(input, provider.id)
    planMissingKey(drafts, provider, key)
    planUntrusted(drafts, provider, key)
  }
}

/**
 * A default model is worth nothing without its provider: it stays as it is together with it. One that
 * is no longer wanted stays, too, as long as the provider it names is left alone.
 */
function leaveOutModels(drafts: Drafts, { wanted, keys }: PlanInput): void {
  const fields = [
    ['/model', wanted.model],
    ['/small_model', wanted.smallModel],
  ] as const
  const here = new Set(wanted.providers.map(({ id }) => id))
  for (const [unit, field] of fields) {
    const provider = (field?.value ?? recordedModel(drafts, unit))?.split('/')[0] ?? ''
    const isMissing = keys.get(provider)?.state === 'missing'
    const stays = field === undefined && drafts.leftOut.has(provider) && !here.has(provider)
    if (isMissing || stays) drafts.leftOut.add(unit)
  }
}

function recordedModel(drafts: Drafts, unit: string): string | undefined {
  for (const { old } of drafts.files.values()) {
    const value = old.values[unit]?.value
    if (value !== undefined && 'json' in value && typeof value.json === 'string') return value.json
  }
  return undefined
}

/** Everything that a plan could be narrowed to: what the manifest names, and what opgen owns. */
function allUnits(drafts: Drafts, wanted: Wanted): ReadonlySet<string> {
  const units = new Set<string>([...wanted.providers.map(({ id }) => id), ...TOP_LEVEL])
  for (const unit of recordedUnits(drafts)) units.add(unit)
  return units
}

function recordedUnits(drafts: Drafts): ReadonlySet<string> {
  const units = new Set<string>()
  for (const { old } of drafts.files.values()) {
    for (const { unit } of Object.values(old.values)) units.add(unit)
    for (const { unit } of Object.values(old.containers)) units.add(unit)
    for (const owners of Object.values(old.elements)) {
      for (const { unit } of Object.values(owners)) units.add(unit)
    }
  }
  units.delete('')
  return units
}

/** The providers of which anything is recorded. */
function ownedIn({ files }: RecordedState): ReadonlySet<string> {
  const units = new Set<string>()
  for (const { values, elements } of Object.values(files)) {
    for (const { unit } of Object.values(values)) units.add(unit)
    for (const owners of Object.values(elements)) {
      for (const { unit } of Object.values(owners)) units.add(unit)
    }
  }
  return new Set([...units].filter((unit) => unit !== '' && !unit.startsWith('/')))
}

function planManifest(drafts: Drafts, input: PlanInput): void {
  if (input.choices.switchManifest) return
  for (const { old } of drafts.files.values()) {
    if (ownsNothing(old) || old.manifest === input.manifest) continue
    const text = `these files were written from ${old.manifest}, not from ${input.manifest}`
    const question = { id: '/manifest', kind: 'manifest' as const, details: [{ text }] }
    askFor(drafts, question, ['--switch-manifest'])
    return
  }
}

function planTopLevel(drafts: Drafts, files: ProviderFiles, wanted: Wanted): void {
  const fields = [
    ['model', wanted.model],
    ['small_model', wanted.smallModel],
  ] as const
  for (const [name, field] of fields) {
    const unit = `/${name}`
    if (field === undefined || drafts.leftOut.has(unit)) continue
    unitDraft(drafts, unit)
    const draft = locate(files.config, [name], files.newConfig)
    planSlot(drafts, draft, { unit, path: [name], value: { json: field.value } })
  }
}

function planLeaving(drafts: Drafts, draft: FileDraft, input: PlanInput): void {
  const wanted = new Set(input.wanted.providers.map(({ id }) => id))
  for (const unit of recordedUnits(drafts)) {
    if (wanted.has(unit) || unit.startsWith('/') || drafts.leftOut.has(unit)) continue
    if (!holdsBlock(draft.file, blockPath(draft.file, unit))) continue
    // A released auth entry is the user's own; a block of this id in any config file is at least shared.
    const ours = Object.values(draft.old.values).some((owned) => owned.unit === unit)
    if (ours || draft.file.target === 'config') planForeignRest(drafts, draft, unit)
  }
}
