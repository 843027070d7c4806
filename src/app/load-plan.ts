import type { Diagnostic } from '../core/diagnostic.ts'
import { makePlan } from '../core/plan/make-plan.ts'
import { settleDelivery, withDelivery } from '../core/plan/plan-delivery.ts'
import type { SettledDelivery } from '../core/plan/plan-delivery.ts'
import type { Choices, Plan } from '../core/plan/plan.ts'
import type { ResolvedKey } from '../core/plan/plan-key.ts'
import { digestOf } from '../core/state/generation.ts'
import type { RecordedState } from '../core/state/recorded.ts'
import type { Wanted } from '../core/wanted.ts'
import type { System } from '../system/system.ts'
import { findWhereNeeded } from './find-opencode.ts'
import type { FoundOpenCode } from './find-opencode.ts'
import { findTargets } from './find-targets.ts'
import { requireNoKeyInConfig } from './guard-keys.ts'
import { requireOwnFolder, wideKeyFileWarnings } from './key-files.ts'
import { requireKnownIds } from './known-ids.ts'
import { loadManifest } from './load-manifest.ts'
import type { LoadedManifest, LockNeed } from './load-manifest.ts'
import { loadPassing } from './load-passing.ts'
import { offerVault } from './offer-vault.ts'
import { displayPath, variable } from './paths.ts'
import type { MakePlanned, Origin, Planned } from './planned.ts'
import { readWorld } from './read-world.ts'
import type { World } from './read-world.ts'
import { noteUnread } from './note-unread.ts'
import { askAgain, askSources } from './ask-sources.ts'
import { collectAnswers, requireRead } from './resolve-keys.ts'
import type { KeyAnswers } from './resolve-keys.ts'
import type { SourceAnswer } from './walk-sources.ts'
import type { Session } from './session.ts'

/** The plan of a manifest. */
export interface Loaded extends Planned {
  /** What is wanted has a `delivery` that is never `auto`. */
  readonly manifest: LoadedManifest
  readonly keys: ReadonlyMap<string, ResolvedKey>
  /** Why a key could not be read, by provider id. */
  readonly refused: KeyAnswers['refused']
  readonly found: FoundOpenCode
}

export interface LoadOptions {
  /** Only an apply may raise a dialog to unlock the keychain. */
  readonly forApply: boolean
  /** Whether keys are needed for something else, for which the keychain may be unlocked. */
  readonly mayUnlock?: boolean
  /** Whether the manifest has to be complete without asking a server. Default: yes. */
  readonly lock?: LockNeed
}

/**
 * Everything up to the plan, the same for plan, status and apply. Writes nothing.
 *
 * @throws InvalidInput for a bad manifest or a target that cannot be parsed
 * @throws OpgenError for what the world refuses
 */
export async function loadPlan(
  session: Session,
  choices: Choices,
  options: LoadOptions,
): Promise<Loaded> {
  return (await startPlanning(session, choices, options))(choices)
}

/**
 * Read the manifest and ask the keys, once; what comes back plans from what stands on disk at each call.
 */
export async function startPlanning(
  session: Session,
  { only, trustCommands }: Choices,
  { forApply, mayUnlock = forApply, lock = 'needed' }: LoadOptions,
): Promise<MakePlanned<Loaded>> {
  const manifest = await loadManifest(session, lock)
  const { providers } = manifest.wanted
  const unwanted = new AbortController()
  // Asked meanwhile: the keychain takes the longest. When something else stops the run, nobody waits for it.
  const chosen = providers.filter(({ id }) => only === undefined || only.has(id))
  const how = { mayUnlock, signal: unwanted.signal }
  let asking = askSources(session, chosen, { ...how, trustCommands })
  let found: FoundOpenCode | undefined
  return async (choices, entered = []) => {
    try {
      asking = askAgain(session, chosen, {
        before: asking,
        entered,
        how: { ...how, trustCommands: choices.trustCommands },
      })
      found ??= await findWhereNeeded(session.system, manifest.wanted)
      const settle = settleWith(session, manifest, { found, choices })
      const world = await readWorld(session, findTargets(session), (state) => settle(state).wanted)
      requireKnown(manifest, world.recorded, choices)
      const delivery = settle(world.stored.state)
      const answers = await asking
      return await planFor(session, {
        manifest: { ...manifest, wanted: delivery.wanted },
        world,
        answers,
        choices,
        forApply,
        found,
        delivery,
      })
    } catch (error) {
      unwanted.abort()
      throw error
    }
  }
}

/** What `delivery` comes to here, for a state that says what it came to before. */
function settleWith(
  { system }: Session,
  { wanted }: LoadedManifest,
  { found, choices }: Pick<Ingredients, 'found' | 'choices'>,
): (recorded: RecordedState) => SettledDelivery {
  const isSet = (name: string): boolean => variable(system.machine, name) !== undefined
  const { traces } = found
  return (recorded) => settleDelivery({ wanted, recorded, traces, choices, isSet })
}

interface Ingredients extends Pick<LoadOptions, 'forApply'> {
  readonly manifest: LoadedManifest
  readonly world: World
  readonly answers: ReadonlyMap<string, SourceAnswer>
  readonly choices: Choices
  readonly found: FoundOpenCode
  readonly delivery: SettledDelivery
}

async function planFor(session: Session, ingredients: Ingredients): Promise<Loaded> {
  const { manifest, world, answers, choices, forApply, found, delivery } = ingredients
  const { system } = session
  const { targets, recorded, fingerprintOf } = world
  const keys = collectAnswers(answers, fingerprintOf)
  requireNoKeyInConfig(manifest.wanted, keys)
  const made = makePlan({
    ...world,
    wanted: manifest.wanted,
    keys: keys.resolved,
    choices,
    manifest: manifest.realPath,
    passing: loadPassing(manifest, recorded, fingerprintOf),
  })
  if (forApply) requireRead(made.unread.needed, keys)
  await requireOwnFolder(system, made)
  const settled = withDelivery(addNotes(made, keys.notes), delivery)
  const plan = await offerVault(session, manifest, settled)
  const warnings = [
    ...manifest.warnings,
    ...targets.warnings,
    ...plan.warnings,
    ...noteUnread(plan.unread, keys.refused),
    // An apply narrows the mode itself, and says so.
    ...(forApply ? [] : await wideFileWarnings(system, targets.auth, recorded)),
  ]
  const { resolved, secrets, refused } = keys
  const origin = originOf(manifest)
  const saved = new Map<string, never>()
  return {
    ...world,
    manifest,
    plan,
    keys: resolved,
    refused,
    secrets,
    saved,
    warnings,
    origin,
    found,
  }
}

function originOf({ realPath, file, view, wanted }: LoadedManifest): Origin {
  return {
    manifest: { path: realPath, digest: digestOf(file.text) },
    machine: view.machine ?? null,
    profile: view.facts.profile ?? null,
    lists: listsOf(wanted),
  }
}

function listsOf({ enabledProviders, disabledProviders }: Wanted): Origin['lists'] {
  const { mode } = enabledProviders
  return {
    enabled: mode === 'list' ? enabledProviders.items.map(({ value }) => value) : mode,
    disabled: disabledProviders?.value.map(({ value }) => value) ?? null,
  }
}

/**
 * A slip of the finger in an id on the command line must not look like a machine in sync, nor like a
 * question that was answered.
 */
function requireKnown(manifest: LoadedManifest, recorded: RecordedState, choices: Choices): void {
  const { providers, notHere } = manifest.wanted
  const owned = Object.values(recorded.files).flatMap((file) =>
    Object.values(file.values).map(({ unit }) => unit),
  )
  const ids = new Set([...providers.map(({ id }) => id), ...notHere, ...owned])
  const given = [choices.only ?? [], choices.force, choices.keep, choices.trustOrigin].flatMap(
    (selection) => (selection === 'all' ? [] : [...selection]),
  )
  requireKnownIds(manifest.file, given, [...ids])
}

function addNotes(plan: Plan, notes: ReadonlyMap<string, readonly string[]>): Plan {
  const changes = plan.changes.map((change) => ({
    ...change,
    // How a key that stands there already was found is not worth a line.
    notes: [...(change.action === 'none' ? [] : (notes.get(change.id) ?? [])), ...change.notes],
  }))
  return { ...plan, changes }
}

/** What others can read until the next apply narrows it. */
async function wideFileWarnings(
  system: System,
  auth: string,
  recorded: RecordedState,
): Promise<readonly Diagnostic[]> {
  return [
    ...(await wideAuthWarning(system, auth)),
    ...(await wideKeyFileWarnings(system, recorded)),
  ]
}

/** OpenCode makes the file 0600 at its next login; until then others can read it. */
async function wideAuthWarning(
  { files, machine }: System,
  auth: string,
): Promise<readonly Diagnostic[]> {
  const mode = (await files.look(await files.resolve(auth)))?.mode ?? 0
  if (machine.os === 'win32' || (mode & 0o077) === 0) return []
  return [
    {
      code: 'wide-auth',
      severity: 'warning',
      message: `${displayPath(machine, auth)} can be read by others (mode 0${mode.toString(8)})`,
      hint: "run `opgen apply`, which makes it 0600 where it holds a key of opgen's",
    },
  ]
}
