import path from 'node:path'
import { emptyState } from '../core/state/recorded.ts'
import type { RecordedState } from '../core/state/recorded.ts'
import { parseState, renderState } from '../core/state/parse-state.ts'
import { OpgenError } from '../errors.ts'
import type { Machine, System } from '../system/system.ts'
import { xdgFolder } from './paths.ts'

const PRIVATE = { mode: 0o600, folderMode: 0o700, existing: 'tighten' } as const

function stateFile(machine: Machine): string {
  return path.join(xdgFolder(machine, 'STATE'), 'opgen', 'state.json')
}

function machineSecretFile(machine: Machine): string {
  return path.join(xdgFolder(machine, 'STATE'), 'opgen', 'machine-secret')
}

export async function readState(system: System): Promise<RecordedState> {
  const file = stateFile(system.machine)
  const text = await system.files.read(file)
  if (text === undefined || text === '') return emptyState
  const parsed = parseState(text)
  if (parsed.ok) return parsed.state
  if (parsed.newer === undefined) throw new OpgenError({ code: 'state-unreadable', path: file })
  throw new OpgenError({ code: 'state-too-new', path: file, version: parsed.newer })
}

export async function writeState(system: System, state: RecordedState): Promise<void> {
  const file = stateFile(system.machine)
  await system.files.replace(file, renderState(state), PRIVATE)
  await system.files.tighten(path.dirname(file), PRIVATE.folderMode)
  await system.files.tighten(machineSecretFile(system.machine), PRIVATE.mode)
}

/** Forget a state that was written only to say what was about to happen. */
export async function restoreState(system: System, state: RecordedState): Promise<void> {
  if (state === emptyState) await system.files.remove(stateFile(system.machine))
  else await writeState(system, state)
}

/** Take away what a killed opgen left in its own folder. */
export async function sweepState(system: System): Promise<void> {
  await system.files.sweep(stateFile(system.machine))
  await system.files.sweep(machineSecretFile(system.machine))
}

/** The random bytes behind this machine's fingerprints. */
export interface MachineSecret {
  readonly bytes: Uint8Array
  /** Whether it has still to be written: a command that changes nothing leaves no trace. */
  readonly fresh: boolean
}

export async function readMachineSecret(system: System): Promise<MachineSecret> {
  const text = await system.files.read(machineSecretFile(system.machine))
  if (text !== undefined && /^[0-9a-f]{64}\n$/.test(text)) {
    return { bytes: new Uint8Array(Buffer.from(text.trim(), 'hex')), fresh: false }
  }
  return { bytes: system.randomBytes(32), fresh: true }
}

export async function keepMachineSecret(system: System, secret: MachineSecret): Promise<void> {
  if (!secret.fresh) return
  const text = `${Buffer.from(secret.bytes).toString('hex')}\n`
  await system.files.replace(machineSecretFile(system.machine), text, PRIVATE)
}
