import { filesOf } from '../core/plan/actual.ts'
import { OpgenError } from '../errors.ts'
import type { Lock } from '../system/system.ts'
import type { Planned } from './planned.ts'
import { BUSY_DEADLINE } from './session.ts'
import type { Session } from './session.ts'
import { stateFile, stateFolder } from './state-store.ts'

/** How often to look whether the other one has finished, and when to say what is waited for (ms). */
const LOOK_EVERY = 50
const SAY_AFTER = 500

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
  const { system, options, onBusy } = session
  const { machine, files, locks } = system
  const own = filesOf(actual).filter(({ target }) => target !== 'keyfile')
  const real = await Promise.all(own.map(({ path }) => files.resolve(path)))
  const names = [stateFile(machine), ...real]
  const deadline = options.interactive ? BUSY_DEADLINE.interactive : BUSY_DEADLINE.unattended
  for (let waited = 0; waited <= deadline; waited += LOOK_EVERY) {
    const lock = await locks.take(names, stateFolder(machine))
    if (lock !== undefined) return lock
    if (waited === SAY_AFTER) onBusy()
    await system.pause(LOOK_EVERY)
  }
  throw new OpgenError({ code: 'busy' })
}
