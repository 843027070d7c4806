import path from 'node:path'
import type { Diagnostic } from '../core/diagnostic.ts'
import type { ActualState } from '../core/plan/actual.ts'
import { makePlan } from '../core/plan/make-plan.ts'
import type { PlanInput } from '../core/plan/make-plan.ts'
import type { Choices, Plan } from '../core/plan/plan.ts'
import { settleInterrupted } from '../core/plan/settle-interrupted.ts'
import type { ResolvedKey } from '../core/plan/plan-key.ts'
import type { Secret } from '../core/secret.ts'
import type { RecordedState } from '../core/state/recorded.ts'
import type { System } from '../system/system.ts'
import { findTargets } from './find-targets.ts'
import type { Targets } from './find-targets.ts'
import { requireNoKeyInConfig } from './guard-keys.ts'
import { readKeyFiles, requireOwnFolder, wideKeyFileWarnings } from './key-files.ts'
import { requireKnownIds } from './known-ids.ts'
import { loadManifest } from './load-manifest.ts'
import type { LoadedManifest } from './load-manifest.ts'
import { loadPassing } from './load-passing.ts'
import { displayPath } from './paths.ts'
import { readActual, readElsewhere } from './read-actual.ts'
import { askSources, collectAnswers, requireRead } from './resolve-keys.ts'
import type { SourceAnswer } from './resolve-keys.ts'
import type { Session } from './session.ts'
import { noteUnread } from './note-unread.ts'
import { readMachineSecret, readState } from './state-store.ts'
import type { MachineSecret } from './state-store.ts'
import { isInsideGit } from './work-tree.ts'

/** A plan and everything that it takes to carry it out. Only `plan` may be printed. */
export interface Loaded {
  readonly manifest: LoadedManifest
  readonly targets: Targets
  readonly plan: Plan
  readonly actual: ActualState
  /** As it stands in the state file. */
  readonly stored: RecordedState
  /** The same with what an interrupted apply got done. */
  readonly recorded: RecordedState
  readonly keys: ReadonlyMap<string, ResolvedKey>
  readonly secrets: ReadonlyMap<string, Secret>
  readonly machineSecret: MachineSecret
  /** Of manifest, presets and targets. */
  readonly warnings: readonly Diagnostic[]
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
  options: { readonly forApply: boolean },
): Promise<Loaded> {
  const manifest = await loadManifest(session)
  const { world, answers } = await readAll(session, manifest, { choices, ...options })
  const { targets, actual, stored, recorded, machineSecret, fingerprintOf } = world
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
  if (options.forApply) requireRead(made.unread.needed, keys)
  await requireOwnFolder(session.system, made)
  const plan = addNotes(made, keys.notes)
  const warnings = [
    ...manifest.warnings,
    ...targets.warnings,
    ...plan.warnings,
    ...noteUnread(plan.unread, keys.refused),
    // An apply narrows the mode itself, and says so.
    ...(options.forApply ? [] : await wideFileWarnings(session.system, targets.auth, recorded)),
  ]
  const { resolved, secrets } = keys
  return {
    manifest,
    targets,
    plan,
    actual,
    stored,
    recorded,
    keys: resolved,
    secrets,
    machineSecret,
    warnings,
  }
}

/** Everything outside the manifest that a plan depends on, but the keys. */
interface World extends Pick<
  PlanInput,
  'actual' | 'recorded' | 'authLink' | 'elsewhere' | 'fingerprintOf'
> {
  readonly stored: RecordedState
  readonly targets: Targets
  readonly machineSecret: MachineSecret
}

/**
 * Ask the keys and read everything else meanwhile: the keychain takes the longest. When something
 * else stops the run, nobody waits for it.
 */
async function readAll(
  session: Session,
  manifest: LoadedManifest,
  { choices, forApply }: { readonly choices: Choices; readonly forApply: boolean },
): Promise<{ readonly world: World; readonly answers: ReadonlyMap<string, SourceAnswer> }> {
  const { only } = choices
  const chosen = manifest.wanted.providers.filter(({ id }) => only === undefined || only.has(id))
  const unwanted = new AbortController()
  const asking = askSources(session, chosen, {
    // Only an apply may raise a dialog to unlock the keychain.
    mayUnlock: forApply,
    signal: unwanted.signal,
  })
  try {
    const world = await readWorld(session, manifest)
    requireKnown(manifest, world.recorded, choices)
    return { world, answers: await asking }
  } catch (error) {
    unwanted.abort()
    throw error
  }
}

async function readWorld(session: Session, { wanted }: LoadedManifest): Promise<World> {
  const { system } = session
  const targets = findTargets(session)
  const files = await readActual(system, targets)
  const stored = await readState(system)
  const actual = { ...files, keyFiles: await readKeyFiles(system, wanted, stored) }
  const machineSecret = await readMachineSecret(system)
  const fingerprintOf = (secret: Secret): string => secret.fingerprint(machineSecret.bytes)
  return {
    targets,
    actual,
    stored,
    recorded: settleInterrupted(stored, actual, fingerprintOf),
    machineSecret,
    fingerprintOf,
    authLink: await readAuthLink(system, targets.auth),
    elsewhere: await readElsewhere(system, targets),
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

/**
 * Where auth.json really is, when it is a symlink, or when a folder above it is one that leads into
 * a git work tree: keys do not belong there.
 */
async function readAuthLink(
  { files }: System,
  auth: string,
): Promise<{ readonly to: string; readonly insideGit: boolean } | undefined> {
  const isLink = (await files.look(auth))?.kind === 'link'
  const to = await files.resolve(auth)
  if (to === auth) return undefined
  const insideGit = await isInsideGit(files, path.dirname(to))
  return isLink || insideGit ? { to, insideGit } : undefined
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
