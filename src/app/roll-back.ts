import { makePlan } from '../core/plan/make-plan.ts'
import { NO_PASSING } from '../core/plan/plan-profile.ts'
import type { Choices, Plan } from '../core/plan/plan.ts'
import type { Generation } from '../core/state/generation.ts'
import { emptyFile } from '../core/state/recorded.ts'
import type { RecordedState } from '../core/state/recorded.ts'
import { keptLogins, NOTHING, wantedOf } from '../core/state/wanted-of.ts'
import type { Wanted } from '../core/wanted.ts'
import { OpgenError } from '../errors.ts'
import { carryOut } from './carry-out.ts'
import type { CarriedOut, Decide } from './carry-out.ts'
import type { StartOptions } from './destroy.ts'
import { generationFile, readGeneration } from './generation-store.ts'
import { requireOwnFolder } from './key-files.ts'
import type { MakePlanned, Planned } from './planned.ts'
import { readWorld } from './read-world.ts'
import { targetsBack } from './recorded-targets.ts'
import { noteUnread } from './note-unread.ts'
import { askAgain, askSources } from './ask-sources.ts'
import { collectAnswers, requireRead } from './resolve-keys.ts'
import { readSaved } from './save-replaced.ts'
import type { Session } from './session.ts'
import { readState } from './state-store.ts'
import { withRepairsUndone } from './undo-repairs.ts'

/** The plan that leads back to a generation. */
export interface PlannedBack extends Planned {
  /** Number of that generation; 0: before the first. */
  readonly to: number
  readonly wanted: Wanted
  /** Whether anything comes back but what `doctor --fix` has changed. */
  readonly isOfManifest: boolean
}

/**
 * Make a generation's owned values the desired state again. It is planned and written like an apply; keys
 * come from their sources of then.
 *
 * @param number of the generation; undefined: the one before the newest
 * @throws OpgenError `no-generation`
 */
export async function rollBack(
  session: Session,
  { number, choices, decide }: RollBackOptions,
): Promise<CarriedOut<PlannedBack>> {
  const plan = await startRollingBack(session, {
    number,
    mayUnlock: true,
    trustCommands: choices.trustCommands,
  })
  return await carryOut(session, { cause: 'rollback', choices, plan, decide })
}

export interface RollBackOptions {
  readonly number: number | undefined
  readonly choices: Choices
  readonly decide: Decide<PlannedBack>
}

/** Read the generation and ask its keys, once; planned is from what stands on disk at each call. */
export async function startRollingBack(
  session: Session,
  {
    number,
    mayUnlock,
    trustCommands,
  }: StartOptions & Pick<RollBackOptions, 'number'> & Pick<Choices, 'trustCommands'>,
): Promise<MakePlanned<PlannedBack>> {
  const { system } = session
  const { state } = await readState(system)
  const to = number ?? state.generation - 1
  const generation = await find(session, to, state)
  const file = generationFile(system.machine, to)
  const { main } = targetsBack(session, state, generation?.after.files ?? {})
  const wanted = generation === undefined ? NOTHING : wantedOf(generation, { file, main })
  const kept = generation === undefined ? new Set<string>() : keptLogins(generation)
  let asking = askSources(session, wanted.providers, { mayUnlock, trustCommands })
  await asking
  const saved = await readSaved(session, state, { mayUnlock })
  return async (choices, entered = []) => {
    const how = { mayUnlock, trustCommands: choices.trustCommands }
    asking = askAgain(session, wanted.providers, { before: asking, entered, how })
    const answers = await asking
    const now = await readState(system)
    const { targets } = targetsBack(session, now.state, generation?.after.files ?? {})
    const world = await readWorld(session, targets, wanted)
    const keys = collectAnswers(answers, world.fingerprintOf)
    const made = makePlan({
      ...world,
      wanted,
      keys: new Map([...keys.resolved].filter(([id]) => !kept.has(id))),
      // What this machine has been before needs no question about where keys go.
      choices: { ...choices, switchManifest: true, trustOrigin: 'all' },
      manifest: generation?.manifest?.path ?? '',
      passing: NO_PASSING,
      ending: { kind: 'restore', saved: new Set(saved.keys()) },
    })
    if (mayUnlock) requireRead(made.unread.needed, keys)
    await requireOwnFolder(system, made)
    const former = generation?.after.repairs
    const back = withRepairsUndone(made, { world, former, secrets: keys.secrets, saved })
    const plan = withKept(withSeen(back, generation), generation, world.recorded)
    const origin = generationOrigin(generation)
    const warnings = [...plan.warnings, ...noteUnread(plan.unread, keys.refused)]
    const isOfManifest = made.files.length > 0
    const { secrets } = keys
    return { ...world, to, wanted, isOfManifest, plan, secrets, saved, warnings, origin }
  }
}

/** Undefined: before the first, when nothing was owned. */
async function find(
  { system }: Session,
  number: number,
  { generation: newest }: RecordedState,
): Promise<Generation | undefined> {
  if (number === 0 && newest > 0) return undefined
  const generation = number > newest ? undefined : await readGeneration(system, number)
  if (generation === undefined) throw new OpgenError({ code: 'no-generation', number, newest })
  return generation
}

/** Under which facts each provider was rendered is of then, too. */
function withSeen(plan: Plan, generation: Generation | undefined): Plan {
  const seen = generation?.after.seen ?? {}
  const kept = Object.entries(seen).filter(([id]) => plan.next.seen[id] !== undefined)
  return { ...plan, next: { ...plan.next, seen: Object.fromEntries(kept) } }
}

/** What the user chose to keep then, and did not give up since, is no question of the next apply. */
function withKept(plan: Plan, generation: Generation | undefined, recorded: RecordedState): Plan {
  const files = { ...plan.next.files }
  for (const [path, then] of Object.entries(generation?.after.files ?? {})) {
    const given = recorded.files[path]?.values ?? {}
    const kept = Object.entries(then.values).filter(([pointer, { origin }]) => {
      return origin === 'kept' && (given[pointer]?.origin ?? 'kept') === 'kept'
    })
    if (kept.length === 0) continue
    const { target, manifest } = then
    const now = files[path] ?? { ...emptyFile, target, manifest }
    files[path] = { ...now, values: { ...Object.fromEntries(kept), ...now.values } }
  }
  return { ...plan, next: { ...plan.next, files } }
}

export function generationOrigin(generation: Generation | undefined): Planned['origin'] {
  const lists = generation?.lists ?? { enabled: 'auto', disabled: null }
  const { name: machine = null, profile = null } = generation?.machine ?? {}
  return { manifest: generation?.manifest ?? null, machine, profile, lists }
}
