import path from 'node:path'
import type { Machine, System } from '../system/system.ts'
import { PRIVATE, stateFolder } from './state-folder.ts'

export function machineSecretFile(machine: Machine): string {
  return path.join(stateFolder(machine), 'machine-secret')
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
  const found = await system.files.read(machineSecretFile(system.machine))
  const bytes = bytesIn(found)
  return { bytes: bytes ?? system.randomBytes(32), fresh: bytes === undefined, found }
}

/** The secret that stands in its file; undefined when there is none yet, or only damaged text. */
export async function keptMachineSecret({
  files,
  machine,
}: Pick<System, 'files' | 'machine'>): Promise<Uint8Array | undefined> {
  return bytesIn(await files.read(machineSecretFile(machine)))
}

function bytesIn(text: string | undefined): Uint8Array | undefined {
  if (text === undefined || !/^[0-9a-f]{64}\n$/.test(text)) return undefined
  return new Uint8Array(Buffer.from(text.trim(), 'hex'))
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

/** Forget a secret that nothing has been made with. */
export async function forgetMachineSecret(
  { files, machine }: System,
  { fresh, found }: MachineSecret,
): Promise<void> {
  if (fresh && found === undefined) await files.remove(machineSecretFile(machine))
}
