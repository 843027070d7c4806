import { isDeepStrictEqual } from 'node:util'
import { hiddenFrom } from '../core/manifest/key-text.ts'
import { filesOf } from '../core/plan/actual.ts'
import type { ActualFile } from '../core/plan/actual.ts'
import type { Cause } from '../core/state/generation.ts'
import type { LastApply, RecordedFile } from '../core/state/recorded.ts'
import { OpgenError } from '../errors.ts'
import type { Files, System } from '../system/system.ts'
import { sweepGenerations, writeGeneration } from './generation-store.ts'
import { onlyWide, removeEmptyKeysFolder, SECRET_FILE, wideKeyFiles } from './key-files.ts'
import type { WidePlace } from './key-files.ts'
import { lookAgain } from './look-again.ts'
import { generationOf } from './make-generation.ts'
import { makeSteps, realPathOf } from './make-steps.ts'
import type { Planned } from './planned.ts'
import { forgetSaved, saveReplaced } from './save-replaced.ts'
import type { SavedValues } from './save-replaced.ts'
import type { Session } from './session.ts'
import {
  keepMachineSecret,
  restoreState,
  stateFile,
  sweepState,
  writeState,
} from './state-store.ts'
import { undoStep, writeStep } from './write-targets.ts'
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
    if (finishes) await writeGeneration(system, generationOf(planned, next, { system, cause }))
    await writeState(system, next)
  }
  const tightened = await tighten(await findWide(planned, system), system)
  return { applied: false, generation: null, tightened }
}

async function write(
  planned: Planned,
  { steps, cause }: { readonly steps: readonly Step[]; readonly cause: Cause },
  system: System,
): Promise<Outcome> {
  const { plan, recorded, stored } = planned
  const wide = await findWide(planned, system)
  await requireMachineSecret(planned, system)
  const intended = { ...recorded.intended, ...plan.next.files }
  const generation = recorded.generation + 1
  await writeState(system, { ...recorded, intended })
  const written = await writeTargets(steps, system, {
    async record(done) {
      // While it is still written down that something was meant: a run that is killed here is finished.
      if (touchesKeys(planned)) await removeEmptyKeysFolder(system)
      const lastApply = stamp(system, generation)
      const files = withOpened(plan.next.files, done)
      const next = { ...plan.next, files, generation, lastApply }
      await writeGeneration(system, generationOf(planned, next, { system, cause }))
      await writeState(system, next)
    },
    async forget() {
      if (touchesKeys(planned)) await removeEmptyKeysFolder(system)
      await restoreState(system, stored)
    },
  })
  await lookAgain(system, written)
  return { applied: true, generation, tightened: await tighten(wide, system) }
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

interface Book {
  /** Record what was written. */
  readonly record: (done: readonly Written[]) => Promise<void>
  /** Forget what was meant. */
  readonly forget: () => Promise<void>
}

/** Carry the steps out and record them; when one is refused, put everything back as it was. */
async function writeTargets(
  steps: readonly Step[],
  system: System,
  book: Book,
): Promise<readonly Written[]> {
  const done: Written[] = []
  try {
    for (const step of steps) {
      const earlier = done.findLast((written) => written.step.file.path === step.file.path)
      done.push(await writeStep(system, step, earlier))
    }
    await book.record(done)
    return done
  } catch (error) {
    if (error instanceof OpgenError) await undoTargets(done, system, book)
    throw error
  }
}

async function undoTargets(
  done: readonly Written[],
  system: System,
  { forget }: Book,
): Promise<void> {
  let isAsBefore = true
  for (const written of done.toReversed()) {
    isAsBefore = (await undoStep(system, written)) && isAsBefore
  }
  // What somebody wrote into since stays, and what of it is opgen's must stay known.
  if (isAsBefore) await forget()
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

/** After all else: a run that is refused leaves modes as they were, too. */
async function tighten(wide: readonly WidePlace[], system: System): Promise<readonly string[]> {
  for (const { path, mode } of wide) await system.files.tighten(path, mode)
  return wide.map(({ path }) => path)
}
