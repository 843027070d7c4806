import { isDeepStrictEqual } from 'node:util'
import type { ActualFile } from '../core/plan/actual.ts'
import { filesOf } from '../core/plan/actual.ts'
import type { FilePlan } from '../core/plan/plan.ts'
import type { LastApply, RecordedFile } from '../core/state/recorded.ts'
import { OpgenError } from '../errors.ts'
import type { FileFacts, Files, ReplaceOptions, System } from '../system/system.ts'
import { hiddenFrom } from '../core/manifest/key-text.ts'
import { removeEmptyKeysFolder, SECRET_FILE, tightenKeyFiles } from './key-files.ts'
import type { Loaded } from './load-plan.ts'
import type { Session } from './session.ts'
import { removesEntries, renderKeyFile, renderTarget, writingEdits } from './render-target.ts'
import type { RenderedTarget } from './render-target.ts'
import { saveLogins } from './save-logins.ts'
import type { SavedLogins } from './save-logins.ts'
import { keepMachineSecret, restoreState, sweepState, writeState } from './state-store.ts'

/** What carrying out a plan did. */
export interface Executed {
  /** Whether any target changed. */
  readonly applied: boolean
  /** Number of the generation that was recorded; null when no target changed. */
  readonly generation: number | null
  /** Files whose mode was wider than their content allows, and was narrowed. */
  readonly tightened: readonly string[]
  readonly logins: SavedLogins
}

/**
 * Make the machine match a plan without open decisions.
 *
 * Everything that can fail because of the world as it is happens above the write boundary, where
 * no target is touched: left-over temporary files go, and logins that will be replaced are saved. Below it
 * the order is: intended state, key files, auth.json, config, state; what is taken out goes the
 * other way round. Every prefix of that order is something OpenCode accepts. When a write is refused, the
 * files written before it get their old text back.
 *
 * @throws OpgenError `target-changed` when a file is no longer as planned; nothing is written then
 */
export async function executePlan(loaded: Loaded, session: Session): Promise<Executed> {
  const { system } = session
  const { plan, recorded, stored } = loaded
  await sweepLeftovers(loaded, system)
  const steps = await makeSteps(loaded, system)
  const next = { ...plan.next, files: withOpened(plan.next.files, steps) }
  const logins = await saveLogins(loaded, session)
  // Last, because the keychain may have taken its time.
  for (const step of steps) await requireUnchanged(step.file, system.files)

  // Write boundary.
  if (steps.length === 0) {
    if (!isDeepStrictEqual(next, stored)) {
      await keepMachineSecret(system, loaded.machineSecret)
      await writeState(system, { ...next, lastApply: stamp(system, recorded.generation) })
    }
    const tightened = await tightenSecrets(loaded, system)
    return { applied: false, generation: null, tightened, logins: { saved: [], unsaved: [] } }
  }
  const wide = await tightenSecrets(loaded, system)
  await keepMachineSecret(system, loaded.machineSecret)
  await writeState(system, { ...recorded, intended: { ...recorded.intended, ...next.files } })
  await writeTargets(steps, system, () => restoreState(system, stored))
  const generation = recorded.generation + 1
  const lastApply = stamp(system, generation)
  await writeState(system, { ...next, generation, lastApply })
  return { applied: true, generation, tightened: wide, logins }
}

function stamp(system: System, generation: number): LastApply {
  return { time: system.now().toISOString(), generation, version: system.version }
}

/** One atomic replacement or removal of a file. */
interface Step {
  readonly file: ActualFile
  /** The file that is really replaced: with symlinks resolved, but for key files. */
  readonly realPath: string
  readonly before: FileFacts | undefined
  readonly outcome: RenderedTarget | 'remove'
}

async function makeSteps(loaded: Loaded, system: System): Promise<readonly Step[]> {
  const files = new Map(filesOf(loaded.actual).map((file) => [file.path, file]))
  const steps: Step[] = []
  const addStep = async (plan: FilePlan, edits = plan.edits): Promise<void> => {
    const file = files.get(plan.path)
    if (file === undefined) throw new Error('a planned file that was never read')
    const outcome = plan.action === 'remove' ? 'remove' : renderFile(file, edits, loaded)
    const realPath = await realPathOf(file, system.files)
    if (realPath.endsWith('.tmpl'))
      throw new OpgenError({ code: 'template-target', path: realPath })
    steps.push({ file, realPath, before: await system.files.look(realPath), outcome })
  }
  const auth = loaded.plan.files.find((plan) => plan.target === 'auth')
  const config = loaded.plan.files.filter((plan) => plan.target === 'config')
  const keyFiles = loaded.plan.files.filter((plan) => plan.target === 'keyfile')
  const keysFirst = auth !== undefined && writingEdits(auth).length > 0
  const keysLast = auth !== undefined && (auth.action === 'remove' || removesEntries(auth))
  // A provider must never stand in the config without its key: keys come first and go last.
  for (const plan of keyFiles) if (plan.action !== 'remove') await addStep(plan)
  if (keysFirst) await addStep(auth, keysLast ? writingEdits(auth) : auth.edits)
  for (const plan of config) await addStep(plan)
  if (keysLast) await addStep(auth)
  for (const plan of keyFiles) if (plan.action === 'remove') await addStep(plan)
  return steps
}

/** A key file that somebody made a link gives way itself: nothing is written where it leads. */
async function realPathOf({ target, path }: ActualFile, files: Files): Promise<string> {
  return target === 'keyfile' ? path : await files.resolve(path)
}

function renderFile(
  file: ActualFile,
  edits: FilePlan['edits'],
  { recorded, secrets }: Loaded,
): RenderedTarget {
  if (file.target === 'keyfile') return renderKeyFile(edits, secrets)
  return renderTarget(file, edits, { recorded: recorded.files[file.path], secrets })
}

function withOpened(
  files: Readonly<Record<string, RecordedFile>>,
  steps: readonly Step[],
): Readonly<Record<string, RecordedFile>> {
  const result = { ...files }
  for (const { file, outcome } of steps) {
    const recorded = result[file.path]
    if (outcome === 'remove' || recorded === undefined || outcome.opened.size === 0) continue
    const fresh = [...outcome.opened].filter(([, text]) => isHarmless(text))
    const opened = { ...recorded.opened, ...Object.fromEntries(fresh) }
    result[file.path] = { ...recorded, opened }
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

/** Carry the steps out; on a refusal put everything back as it was. */
async function writeTargets(
  steps: readonly Step[],
  system: System,
  forgetIntention: () => Promise<void>,
): Promise<void> {
  const { files } = system
  const touchesKeys = steps.some(({ file }) => file.target === 'keyfile')
  const done: Step[] = []
  try {
    for (const step of steps) {
      await writeStep(step, files)
      done.push(step)
    }
  } catch (error) {
    if (!(error instanceof OpgenError)) throw error
    for (const step of done.toReversed()) await undoStep(step, files)
    if (touchesKeys) await removeEmptyKeysFolder(system)
    await forgetIntention()
    throw error
  }
  if (touchesKeys) await removeEmptyKeysFolder(system)
}

const CONFIG_FILE: ReplaceOptions = { mode: 0o644, folderMode: 0o755, existing: 'keep' }

function optionsOf({ file }: Step): ReplaceOptions {
  return file.target === 'config' ? CONFIG_FILE : SECRET_FILE
}

async function writeStep(step: Step, files: Files): Promise<void> {
  if (step.outcome === 'remove') await files.remove(step.realPath)
  else await files.replace(step.realPath, step.outcome.text, optionsOf(step))
}

async function undoStep(step: Step, files: Files): Promise<void> {
  const { before, file, realPath } = step
  if (before === undefined) return await files.remove(realPath)
  // A file without a document was there all the same, empty.
  const text = file.document?.text ?? ''
  await files.replace(realPath, text, {
    ...optionsOf(step),
    // A key file is put back as a file, also where it was a link, which is open to all.
    mode: file.target === 'keyfile' ? before.mode & SECRET_FILE.mode : before.mode,
    existing: 'tighten',
  })
}

/** A killed run may have left temporary files, and one of them may hold a key. */
async function sweepLeftovers({ actual }: Loaded, system: System): Promise<void> {
  for (const file of filesOf(actual)) {
    await system.files.sweep(await realPathOf(file, system.files))
  }
  await sweepState(system)
}

/** OpenCode makes the file 0600 as well; a wider one with a key of opgen's in it is narrowed. */
async function tightenAuth({ actual, plan }: Loaded, system: System): Promise<readonly string[]> {
  const { path } = actual.auth
  const owns = Object.keys(plan.next.files[path]?.values ?? {}).length > 0
  if (!owns || !(await system.files.tighten(path, SECRET_FILE.mode))) return []
  return [path]
}

async function tightenSecrets(loaded: Loaded, system: System): Promise<readonly string[]> {
  const keyFiles = await tightenKeyFiles(system, loaded.plan.next)
  return [...(await tightenAuth(loaded, system)), ...keyFiles]
}
