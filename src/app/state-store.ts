import path from 'node:path'
import { emptyState } from '../core/state/recorded.ts'
import type { RecordedState } from '../core/state/recorded.ts'
import { parseState, renderState } from '../core/state/parse-state.ts'
import { OpgenError } from '../errors.ts'
import type { Machine, System } from '../system/system.ts'
import { machineSecretFile } from './machine-secret.ts'
import type { MachineSecret } from './machine-secret.ts'
import { PRIVATE, stateFolder } from './state-folder.ts'

export function stateFile(machine: Machine): string {
  return path.join(stateFolder(machine), 'state.json')
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
