import { isDeepStrictEqual } from 'node:util'
import type { Diagnosis } from '../core/doctor/diagnose.ts'
import type { Finding } from '../core/doctor/finding.ts'
import type { JsonFile } from '../core/plan/actual.ts'
import { planRepair } from '../core/plan/plan-repairs.ts'
import type { PlannedRepair, RepairRefusal } from '../core/plan/plan-repairs.ts'
import { withoutAhead } from '../core/plan/without-ahead.ts'
import { noChoices } from '../core/plan/plan.ts'
import type { Change, FilePlan, Plan } from '../core/plan/plan.ts'
import type { RecordedRepair, RecordedState } from '../core/state/recorded.ts'
import { NOTHING } from '../core/state/wanted-of.ts'
import { InvalidInput, OpgenError } from '../errors.ts'
import { carryOut } from './carry-out.ts'
import { checkHealth } from './check-health.ts'
import type { Health } from './check-health.ts'
import { NO_ORIGIN } from './destroy.ts'
import { readGeneration } from './generation-store.ts'
import type { Origin, Planned } from './planned.ts'
import { readWorld } from './read-world.ts'
import type { World } from './read-world.ts'
import { recordedTargets } from './recorded-targets.ts'
import { generationOrigin } from './roll-back.ts'
import type { Session } from './session.ts'
import { readState } from './state-store.ts'

/** What `doctor --fix` did, and what is left. */
export interface Repaired {
  readonly repaired: readonly Finding[]
  readonly refused: readonly Refused[]
  /** Number of the generation that a rollback undoes; null: no text was changed. */
  readonly generation: number | null
  readonly health: Health
  readonly staleProcesses: readonly number[]
}

/** A finding that has a repair, which was not made. */
export interface Refused {
  readonly finding: Finding
  readonly why:
    | RepairRefusal
    | 'not-ours'
    | 'link'
    | 'template'
    | 'unreadable'
    /** Somebody else owns the file. */
    | 'mode-refused'
}

interface PlannedRepairs extends Planned {
  readonly repaired: readonly Finding[]
  readonly refused: readonly Refused[]
}

/**
 * Repair what can be repaired without a guess: planned from the files as they are, written like an apply, and
 * recorded with the way back. Only OpenCode's own files are written, never those of a project.
 */
export async function repairFiles(session: Session): Promise<Repaired> {
  const { diagnoses } = await checkHealth(session)
  const modes = await tightenModes(session, diagnoses)
  const values = await repairValues(session, diagnoses)
  return {
    ...values,
    repaired: [...modes.repaired, ...values.repaired],
    refused: [...modes.refused, ...values.refused],
    health: await checkHealth(session),
  }
}

async function repairValues(
  session: Session,
  diagnoses: readonly Diagnosis[],
): Promise<Omit<Repaired, 'health'>> {
  const repairable = diagnoses.filter(
    ({ repair }) => repair !== undefined && repair.target !== 'mode',
  )
  const nothing = { repaired: [], refused: [], generation: null, staleProcesses: [] }
  if (repairable.length === 0 && !(await isUnfinished(session))) return nothing
  try {
    const { planned, executed, staleProcesses } = await carryOut(session, {
      cause: 'doctor',
      choices: noChoices,
      plan: async () => await planRepairs(session),
      decide: async () => undefined,
    })
    const { repaired, refused } = planned
    return { repaired, refused, generation: executed?.generation ?? null, staleProcesses }
  } catch (error) {
    if (!isUnreadable(error)) throw error
    return {
      ...nothing,
      refused: repairable.map(({ finding }) => ({ finding, why: 'unreadable' })),
    }
  }
}

/** Whether a run that only repaired was killed: what it wrote is still to be recorded, and swept up after. */
async function isUnfinished({ system }: Session): Promise<boolean> {
  const { intended, files } = (await readState(system)).state
  return intended !== null && isDeepStrictEqual(intended, files)
}

/** Whether a file of OpenCode's cannot be read, so that none is written: doctor names it among its findings. */
function isUnreadable(error: unknown): boolean {
  if (error instanceof InvalidInput) return true
  return (
    error instanceof OpgenError &&
    error.failure.code === 'file-refused' &&
    error.failure.reason === 'is-a-folder'
  )
}

/**
 * What only its mode is wrong of. There is no way back: nobody wants others to read a key. One that cannot be
 * narrowed keeps none of the others from being repaired.
 */
async function tightenModes(
  { system: { files } }: Session,
  diagnoses: readonly Diagnosis[],
): Promise<Pick<Repaired, 'repaired' | 'refused'>> {
  const repaired: Finding[] = []
  const refused: Refused[] = []
  for (const { finding, repair } of diagnoses) {
    if (repair?.target !== 'mode') continue
    const { file, mode } = repair
    if ((await files.look(file))?.kind === 'link') {
      refused.push({ finding, why: 'link' })
      continue
    }
    try {
      if (await files.tighten(file, mode)) repaired.push(finding)
    } catch (error) {
      if (!(error instanceof OpgenError)) throw error
      refused.push({ finding, why: 'mode-refused' })
    }
  }
  return { repaired, refused }
}

async function planRepairs(session: Session): Promise<PlannedRepairs> {
  const { system } = session
  const { diagnoses } = await checkHealth(session)
  const { state } = await readState(system)
  const world = await readWorld(session, recordedTargets(session, state), NOTHING)
  const scene = { ...world, templates: await templatesIn(session, world) }
  const { plans, records, repaired, refused } = planEach(scene, diagnoses)
  return {
    ...world,
    plan: planOf(world, plans, records),
    secrets: new Map(),
    saved: new Map(),
    warnings: [],
    origin: await lastOrigin(session, state),
    repaired,
    refused,
  }
}

/** The world, with the config files that lead to the source of a template. */
interface RepairWorld extends World {
  readonly templates: ReadonlySet<string>
}

async function templatesIn({ system }: Session, { targets }: World): Promise<ReadonlySet<string>> {
  const real = await Promise.all(
    targets.config.map(async (file) => [file, await system.files.resolve(file)] as const),
  )
  return new Set(real.flatMap(([file, to]) => (to.endsWith('.tmpl') ? [file] : [])))
}

interface PlannedEach extends Pick<PlannedRepairs, 'repaired' | 'refused'> {
  readonly plans: readonly FilePlan[]
  readonly records: ReadonlyMap<string, readonly RecordedRepair[]>
}

function planEach(world: RepairWorld, diagnoses: readonly Diagnosis[]): PlannedEach {
  const edits = new Map<JsonFile, FilePlan['edits'][number][]>()
  const records = new Map<string, RecordedRepair[]>()
  const taken = new Map<string, Set<string>>()
  const repaired: Finding[] = []
  const refused: Refused[] = []
  for (const { finding, repair } of diagnoses) {
    if (repair === undefined || repair.target === 'mode') continue
    const file = writable(world, repair.file)
    if (typeof file === 'string') {
      refused.push({ finding, why: file })
      continue
    }
    const places = taken.get(repair.file) ?? new Set<string>()
    taken.set(repair.file, places)
    const { code, provider } = finding
    const planned = planRepair({ ...world, ...file, taken: places }, { code, provider, repair })
    if (typeof planned === 'string') {
      refused.push({ finding, why: planned })
      continue
    }
    edits.set(file.file, [...(edits.get(file.file) ?? []), ...planned.edits])
    keep(records, repair.file, planned)
    repaired.push(finding)
  }
  const plans = [...edits].map(([{ target, path }, all]): FilePlan => {
    return { target, path, action: 'edit', edits: all }
  })
  return { plans, records, repaired, refused }
}

function keep(
  records: Map<string, RecordedRepair[]>,
  file: string,
  { record }: PlannedRepair,
): void {
  const before = records.get(file)
  if (before === undefined) records.set(file, [record])
  else before.push(record)
}

/** The file as it was read, where opgen may write it. */
function writable(
  { actual, targets, authLink, templates }: RepairWorld,
  path: string,
):
  | { readonly file: JsonFile; readonly document: NonNullable<JsonFile['document']> }
  | 'not-ours'
  | 'link'
  | 'template' {
  if (templates.has(path)) return 'template'
  if (path === targets.auth && authLink !== undefined) return 'link'
  const own = new Set([...targets.config, targets.auth])
  const file = [...actual.config, actual.auth].find((one) => one.path === path)
  if (!own.has(path) || file?.document === undefined) return 'not-ours'
  return { file, document: file.document }
}

function planOf(
  { recorded, stored }: World,
  files: readonly FilePlan[],
  records: PlannedEach['records'],
): Plan {
  const before = recorded.repairs ?? {}
  const isInterrupted = stored.state.intended !== null
  const added = [...records].map(([file, repairs]) => {
    const made = before[file] ?? []
    return [file, [...(isInterrupted ? withoutAhead(made, repairs) : made), ...repairs]] as const
  })
  const next: RecordedState =
    added.length === 0
      ? recorded
      : { ...recorded, repairs: { ...before, ...Object.fromEntries(added) } }
  return {
    changes: changesOf(records),
    decisions: [],
    warnings: [],
    replaced: [],
    files,
    trusted: [],
    unread: { kept: [], needed: [] },
    next,
  }
}

function changesOf(records: PlannedEach['records']): readonly Change[] {
  const paths = new Map<string, Change['paths'][number][]>()
  for (const [file, repairs] of records) {
    for (const { unit, target, left } of repairs) {
      const here = Object.keys(left).map((pointer) => ({ target, file, pointer }))
      paths.set(unit, [...(paths.get(unit) ?? []), ...here])
    }
  }
  return [...paths].map(([id, all]) => {
    return { id, action: 'update', drifted: false, paths: all, key: 'unchanged', notes: [] }
  })
}

/** Where what opgen owns now comes from, for a rollback to what is written here. */
async function lastOrigin({ system }: Session, { generation }: RecordedState): Promise<Origin> {
  const last = generation === 0 ? undefined : await readGeneration(system, generation)
  return last === undefined ? NO_ORIGIN : generationOrigin(last)
}
