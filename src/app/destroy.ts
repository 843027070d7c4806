import { makePlan } from '../core/plan/make-plan.ts'
import { NO_PASSING } from '../core/plan/plan-profile.ts'
import type { Choices } from '../core/plan/plan.ts'
import type { RecordedState } from '../core/state/recorded.ts'
import { NOTHING } from '../core/state/wanted-of.ts'
import { carryOut } from './carry-out.ts'
import type { CarriedOut, Decide } from './carry-out.ts'
import type { MakePlanned, Origin, Planned } from './planned.ts'
import { readWorld } from './read-world.ts'
import { recordedTargets } from './recorded-targets.ts'
import { forgetSettled } from './settled-runs.ts'
import { readSaved } from './save-replaced.ts'
import type { Session } from './session.ts'
import { readState } from './state-store.ts'
import { withRepairsUndone } from './undo-repairs.ts'

export const NO_ORIGIN: Origin = {
  manifest: null,
  machine: null,
  profile: null,
  lists: { enabled: 'auto', disabled: null },
}

/**
 * Take out all that opgen wrote, wherever it did: what it adopted stays, what it replaced comes back. Needs
 * no manifest.
 */
export async function destroy(
  session: Session,
  choices: Choices,
  decide: Decide<Planned>,
): Promise<CarriedOut<Planned>> {
  const plan = await startDestroying(session, { mayUnlock: true })
  const carriedOut = await carryOut(session, { cause: 'destroy', choices, plan, decide })
  if (carriedOut.executed !== undefined) await forgetSettled(session.system)
  return carriedOut
}

export interface StartOptions {
  /** Whether the keychain may raise a dialog to be unlocked. */
  readonly mayUnlock: boolean
}

/** Plan it, from what stands on disk at each call; the keychain is asked once. */
export async function startDestroying(
  session: Session,
  options: StartOptions,
): Promise<MakePlanned<Planned>> {
  const { state } = await readState(session.system)
  const saved = await readSaved(session, state, options)
  return async (choices) => {
    const now = await readState(session.system)
    const world = await readWorld(session, recordedTargets(session, now.state), NOTHING)
    const made = makePlan({
      ...world,
      wanted: NOTHING,
      keys: new Map(),
      choices: { ...choices, switchManifest: true },
      manifest: '',
      passing: NO_PASSING,
      ending: { kind: 'restore', saved: new Set(saved.keys()) },
    })
    const plan = withRepairsUndone(made, { world, secrets: new Map(), saved })
    const next = { ...plan.next, files: stillOwned(plan.next), intended: null }
    return {
      ...world,
      plan: { ...plan, next },
      secrets: new Map(),
      saved,
      warnings: [],
      origin: NO_ORIGIN,
    }
  }
}

/** Only what could not be taken out is remembered, such as a login behind a link that is left alone. */
function stillOwned({ files }: RecordedState): RecordedState['files'] {
  return Object.fromEntries(
    Object.entries(files).filter(([, { values }]) =>
      Object.values(values).some(({ origin }) => origin !== 'kept'),
    ),
  )
}
