import { isDeepStrictEqual } from 'node:util'
import { withBinding } from '../core/state/bindings.ts'
import type { Binding } from '../core/state/recorded.ts'
import { changeState } from './lock-targets.ts'
import type { PreparedRun } from './run-command.ts'
import type { Session } from './session.ts'
import { readState } from './state-store.ts'
import { keepMachineSecret } from './machine-secret.ts'

/** Remember what was accepted for the run: nothing else is written. */
export async function recordRun(session: Session, prepared: PreparedRun): Promise<void> {
  const { bindings, commands } = prepared.accepted
  const { state } = await readState(session.system)
  const known = { bindings: state.bindings, commands: state.commands }
  if (isDeepStrictEqual(known, prepared.accepted)) return
  const isOwnSecret = await keepMachineSecret(session.system, prepared.machineSecret)
  // Beside what another opgen has accepted meanwhile; with its secret, these fingerprints are of no use.
  const added = isOwnSecret ? bindings : bindings.map(withoutFingerprint)
  await changeState(session, (now) => ({
    ...now,
    bindings: added.reduce(withBinding, now.bindings),
    commands: [...new Set([...now.commands, ...commands])],
  }))
}

function withoutFingerprint({ source, destination }: Binding): Binding {
  return { source, destination }
}
