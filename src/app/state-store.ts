import path from 'node:path'
import { emptyState } from '../core/state/recorded.ts'
import type { RecordedState } from '../core/state/recorded.ts'
import { parseState, renderState } from '../core/state/parse-state.ts'
import { OpgenError } from '../errors.ts'
import type { Machine, System } from '../system/system.ts'
import { xdgFolder } from './paths.ts'

export const PRIVATE = { mode: 0o600, folderMode: 0o700, existing: 'tighten' } as const

/** opgen's own folder, 0700. */
export function stateFolder(machine: Machine): string {
  return path.join(xdgFolder(machine, 'STATE'), 'opgen')
}

export function stateFile(machine: Machine): string {
  return path.join(stateFolder(machine), 'state.json')
}

export function machineSecretFile(machine: Machine): string {
  return path.join(stateFolder(machine), 'machine-secret')
}

/** The state, and the text that it was read from. */
export interface StoredState {
  readonly state: RecordedState
  readonly text: string | undefined
}

export async function readState(system: System): Promise<StoredState> {
  const file = stateFile(system.machine)
  const text = await system.files.read(file)
  if (text === undefined || text === '') return { state: emptyState, text }
  const parsed = parseState(text)
  if (parsed.ok) return { state: parsed.state, text }
  if (parsed.newer === undefined) throw new OpgenError({ code: 'state-unreadable', path: file })
  throw new OpgenError({ code: 'state-too-new', path: file, version: parsed.newer })
}

export async function writeState(system: System, state: RecordedState): Promise<void> {
  const file = stateFile(system.machine)
  await system.files.tighten(path.dirname(file), PRIVATE.folderMode)
  await system.files.tighten(machineSecretFile(system.machine), PRIVATE.mode)
  // Last: what is refused must not have been written.
  await system.files.replace(file, renderState(state), PRIVATE)
}

/** Forget a state that was written only to say what was about to happen. */
export async function restoreState(system: System, { text }: StoredState): Promise<void> {
  const file = stateFile(system.machine)
  // Its own text: another version of opgen may have printed it otherwise.
  if (text === undefined) await system.files.remove(file)
  else await system.files.replace(file, text, PRIVATE)
}

/** Forget a secret that nothing has been made with. */
export async function forgetMachineSecret(
  { files, machine }: System,
  { fresh, found }: MachineSecret,
): Promise<void> {
  if (fresh && found === undefined) await files.remove(machineSecretFile(machine))
}

/** Whether another opgen has written its state or this machine's secret since. */
export async function isStateOutdated(
  system: System,
  { text }: StoredState,
  secret: MachineSecret,
): Promise<boolean> {
  const { files, machine } = system
  if ((await files.read(stateFile(machine))) !== text) return true
  return secret.fresh && (await files.read(machineSecretFile(machine))) !== secret.found
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
  /** What stands in its file: nothing, or damaged text, when it is fresh. */
  readonly found: string | undefined
}

export async function readMachineSecret(system: System): Promise<MachineSecret> {
  const text = await system.files.read(machineSecretFile(system.machine))
  if (text !== undefined && /^[0-9a-f]{64}\n$/.test(text)) {
    return { bytes: new Uint8Array(Buffer.from(text.trim(), 'hex')), fresh: false, found: text }
  }
  return { bytes: system.randomBytes(32), fresh: true, found: text }
}

/**
 * Write a fresh secret, unless another opgen has made one meanwhile.
 *
 * @returns whether this secret is the machine's
 */
export async function keepMachineSecret(system: System, secret: MachineSecret): Promise<boolean> {
  if (!secret.fresh) return true
  const to = `${Buffer.from(secret.bytes).toString('hex')}\n`
  const file = machineSecretFile(system.machine)
  const kept = await system.files.exchange(file, { from: secret.found, to, options: PRIVATE })
  if (kept.done) kept.former?.release()
  return kept.done
}
