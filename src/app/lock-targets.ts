import { isDeepStrictEqual } from 'node:util'
import { filesOf } from '../core/plan/actual.ts'
import type { RecordedState } from '../core/state/recorded.ts'
import { OpgenError } from '../errors.ts'
import type { Lock } from '../system/system.ts'
import type { Planned } from './planned.ts'
import { BUSY_DEADLINE } from './session.ts'
import type { Session } from './session.ts'
import { readState, stateFile, writeState } from './state-store.ts'
import { stateFolder } from './state-folder.ts'

/** How often to look whether the other one has finished, and when to say what is waited for (ms). */
const LOOK_EVERY = 50
const SAY_AFTER = 500

/**
 * Change what is recorded, and no target, as one opgen at a time. A change to the same value writes
 * nothing.
 *
 * @throws OpgenError `busy`
 */
export async function changeState(
  session: Session,
  change: (state: RecordedState) => RecordedState,
): Promise<void> {
  const { system } = session
  const lock = await lockWith(session, [])
  try {
    const { state } = await readState(system)
    const next = change(state)
    if (!isDeepStrictEqual(next, state)) await writeState(system, next)
  } finally {
    await lock.release()
  }
}

/**
 * Wait until no other opgen writes the files of a plan, nor the state; then none will until the lock is
 * released or this process ends.
 *
 * @throws OpgenError `busy`
 */
export async function takeLock(
  session: Session,
  { actual }: Pick<Planned, 'actual'>,
): Promise<Lock> {
  const { files } = session.system
  const own = filesOf(actual).filter(({ target }) => target !== 'keyfile')
  return await lockWith(session, await Promise.all(own.map(({ path }) => files.resolve(path))))
}

/** The same for the state, and what is named beside it. */
async function lockWith(session: Session, targets: readonly string[]): Promise<Lock> {
  const { system, options, onBusy } = session
  const { machine, locks } = system
  const names = [stateFile(machine), ...targets]
  const deadline = options.interactive ? BUSY_DEADLINE.interactive : BUSY_DEADLINE.unattended
  for (let waited = 0; waited <= deadline; waited += LOOK_EVERY) {
    const lock = await locks.take(names, stateFolder(machine))
    if (lock !== undefined) return lock
    if (waited === SAY_AFTER) onBusy()
    await system.pause(LOOK_EVERY)
  }
  throw new OpgenError({ code: 'busy' })
}
