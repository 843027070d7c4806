import { isDeepStrictEqual } from 'node:util'
import { hiddenFrom } from '../core/manifest/key-text.ts'
import { filesOf } from '../core/plan/actual.ts'
import type { ActualFile } from '../core/plan/actual.ts'
import type { Cause } from '../core/state/generation.ts'
import type { LastApply, RecordedFile, RecordedState } from '../core/state/recorded.ts'
import { OpgenError } from '../errors.ts'
import type { Files, Machine, System } from '../system/system.ts'
import {
  generationFile,
  pruneGenerations,
  removeGeneration,
  sweepGenerations,
  writeGeneration,
} from './generation-store.ts'
import { onlyWide, removeEmptyKeysFolder, SECRET_FILE, wideKeyFiles } from './key-files.ts'
import type { WidePlace } from './key-files.ts'
import { lookAgain } from './look-again.ts'
import { generationOf } from './make-generation.ts'
import { makeSteps, realPathOf } from './make-steps.ts'
import { missingFolders } from './missing-folders.ts'
import type { Planned } from './planned.ts'
import { forgetSaved, saveReplaced } from './save-replaced.ts'
import type { SavedValues } from './save-replaced.ts'
import type { Session } from './session.ts'
import { restoreState, stateFile, sweepState, writeState } from './state-store.ts'
import { forgetMachineSecret, keepMachineSecret, machineSecretFile } from './machine-secret.ts'
import { touchReferring } from './touch-referring.ts'
import { writeSteps } from './write-steps.ts'
import type { Step, Written } from './write-targets.ts'

/** What carrying out a plan did. */
export interface Executed {
  /** Whether any target changed. */
  readonly applied: boolean
  /** Number of the generation that was recorded; null when no target changed. */
  readonly generation: number | null
  /** Files whose mode was wider than their content allows, and was narrowed. */
  readonly tightened: readonly string[]
  readonly saved: SavedValues
  /** Ctrl-C came while files were written; it was put off until all of them were. */
  readonly interrupted: boolean
}

/**
 * Make the machine match a plan without open decisions. The caller holds the lock.
 *
 * Everything that can fail because of the world as it is happens above the write boundary, where
 * no target is touched: left-over temporary files go, and what may be a secret and will be replaced is
 * saved. Below it the order is: intended state, key files, auth.json, config, state; what is taken out goes
 * the other way round. Every prefix of that order is something OpenCode accepts. When a write is refused, the
 * files written before it get their old text back.
 *
 * @throws OpgenError `target-changed` when a file is no longer as planned; nothing is written then
 */
export async function executePlan(
  planned: Planned,
  session: Session,
  cause: Cause,
): Promise<Executed> {
  const { system } = session
  await sweepLeftovers(planned, system)
  const steps = await makeSteps(planned, system)
  const saved = await saveReplaced(planned, session)
  // Last, because the keychain may have taken its time.
  for (const file of filesOf(planned.actual)) await requireUnchanged(file, system.files)

  // Write boundary.
  const { result, interrupted } = await system.uninterrupted(async () => {
    if (steps.length === 0) return await recordOnly(planned, system, cause)
    return await write(planned, { steps, cause }, system)
  })
  if (result.applied) await forgetSaved(planned, session)
  return { ...result, saved, interrupted }
}

type Outcome = Pick<Executed, 'applied' | 'generation' | 'tightened'>

/** No target changes: what is remembered may. */
async function recordOnly(planned: Planned, system: System, cause: Cause): Promise<Outcome> {
  const { plan, stored, recorded } = planned
  if (!isDeepStrictEqual(plan.next, stored.state)) {
    await requireMachineSecret(planned, system)
    // An apply that was interrupted had changed something after all.
    const finishes = stored.state.intended !== null && plan.next.intended === null
    const generation = recorded.generation + (finishes ? 1 : 0)
    const next = { ...plan.next, generation, lastApply: stamp(system, generation) }
    if (touchesKeys(planned)) await removeEmptyKeysFolder(system)
    if (finishes) {
      await touchReferring(planned, system)
      await writeGeneration(system, generationOf(planned, next, { system, cause }))
    }
    await writeState(system, next)
    await pruneGenerations(system, generation)
  }
  const wide = await findWide(planned, system)
  await tighten(wide, system)
  return { applied: false, generation: null, tightened: wide.map(({ path }) => path) }
}

async function write(
  planned: Planned,
  { steps, cause }: { readonly steps: readonly Step[]; readonly cause: Cause },
  system: System,
): Promise<Outcome> {
  const { plan, recorded, stored } = planned
  const wide = await findWide(planned, system)
  const intended = { ...recorded.intended, ...plan.next.files }
  const generation = recorded.generation + 1
  const own = ownFiles(system.machine, generation)
  const missing = await missingFolders(system, [...steps.map(({ realPath }) => realPath), ...own])
  // Before there is anything to forget: one that another opgen made meanwhile is not to be removed.
  await requireMachineSecret(planned, system)
  let isSeen = false
  const written = await writeSteps(steps, system, {
    intend: () => writeState(system, { ...recorded, ...repairsAhead(planned), intended }),
    async record(done) {
      // While it is still written down that something was meant: a run that is killed here is finished.
      if (touchesKeys(planned)) await removeEmptyKeysFolder(system)
      await touchReferring(planned, system)
      isSeen = true
      await tighten(wide, system)
      const lastApply = stamp(system, generation)
      const files = withOpened(plan.next.files, done)
      const next = { ...plan.next, files, generation, lastApply }
      await writeGeneration(system, generationOf(planned, next, { system, cause }))
      await writeState(system, next)
    },
    async forget() {
      if (isSeen) await touchReferring(planned, system)
      await removeGeneration(system, generation)
      await restoreState(system, stored)
      await forgetMachineSecret(system, planned.machineSecret)
      for (const folder of missing) await system.files.removeEmptyFolder(folder)
    },
  })
  await pruneGenerations(system, generation)
  await lookAgain(system, written)
  return { applied: true, generation, tightened: wide.map(({ path }) => path) }
}

/**
 * What is about to be repaired can be undone from the first byte on, and one that is about to be undone until the
 * last; one that was not made undoes nothing.
 */
function repairsAhead({ plan, recorded }: Planned): Pick<RecordedState, 'repairs'> {
  const repairs = { ...recorded.repairs }
  for (const [file, next] of Object.entries(plan.next.repairs ?? {})) {
    // A plan adds some or takes some out, never both.
    if (next.length > (repairs[file]?.length ?? 0)) repairs[file] = next
  }
  return Object.keys(repairs).length === 0 ? {} : { repairs }
}

function ownFiles(machine: Machine, generation: number): readonly string[] {
  return [stateFile(machine), machineSecretFile(machine), generationFile(machine, generation)]
}

/** Whether key files come or go, or may have gone in a run that was interrupted. */
function touchesKeys({ plan, stored }: Planned): boolean {
  return stored.state.intended !== null || plan.files.some(({ target }) => target === 'keyfile')
}

function stamp(system: System, generation: number): LastApply {
  return { time: system.now().toISOString(), generation, version: system.version }
}

async function requireMachineSecret({ machineSecret }: Planned, system: System): Promise<void> {
  if (await keepMachineSecret(system, machineSecret)) return
  throw new OpgenError({ code: 'target-changed', path: stateFile(system.machine) })
}

function withOpened(
  files: Readonly<Record<string, RecordedFile>>,
  written: readonly Written[],
): Readonly<Record<string, RecordedFile>> {
  const result = { ...files }
  for (const { step, opened } of written) {
    const recorded = result[step.file.path]
    if (recorded === undefined || opened.size === 0) continue
    const fresh = [...opened].filter(([, text]) => isHarmless(text))
    result[step.file.path] = {
      ...recorded,
      opened: { ...recorded.opened, ...Object.fromEntries(fresh) },
    }
  }
  return result
}

/** A setting that is commented out may hold a key, and the state must not. */
function isHarmless(text: string): boolean {
  return text.split('\n').every((line) => hiddenFrom(line) === undefined)
}

async function requireUnchanged(file: ActualFile, files: Files): Promise<void> {
  const now = await files.read(file.path)
  const planned = file.document?.text
  if ((now === '' ? undefined : now) !== planned) {
    throw new OpgenError({ code: 'target-changed', path: file.path })
  }
}

/** A killed run may have left temporary files, and one of them may hold a key. */
async function sweepLeftovers({ actual, recorded }: Planned, system: System): Promise<void> {
  for (const file of filesOf(actual)) {
    await system.files.sweep(await realPathOf(file, system.files))
  }
  await sweepState(system)
  await sweepGenerations(system, recorded.generation)
}

/** OpenCode makes auth.json 0600 as well; a wider one with a key of opgen's in it is narrowed. */
async function findWide(
  { actual, plan, recorded }: Planned,
  system: System,
): Promise<readonly WidePlace[]> {
  const { path } = actual.auth
  const owned = plan.next.files[path] ?? recorded.files[path]
  const owns = Object.keys(owned?.values ?? {}).length > 0
  const auth = owns ? [{ path, mode: SECRET_FILE.mode }] : []
  return [...(await onlyWide(system, auth)), ...(await wideKeyFiles(system, plan.next))]
}

/** When all targets are written: a run that is refused leaves modes as they were, too. */
async function tighten(wide: readonly WidePlace[], system: System): Promise<void> {
  for (const { path, mode } of wide) await system.files.tighten(path, mode)
}
