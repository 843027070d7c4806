import path from 'node:path'
import type { PlanInput } from '../core/plan/make-plan.ts'
import { settleInterrupted } from '../core/plan/settle-interrupted.ts'
import type { Secret } from '../core/secret.ts'
import type { RecordedState } from '../core/state/recorded.ts'
import type { Wanted } from '../core/wanted.ts'
import type { System } from '../system/system.ts'
import type { Targets } from './find-targets.ts'
import { readKeyFiles } from './key-files.ts'
import { readActual, readElsewhere } from './read-actual.ts'
import { readReferences } from './read-references.ts'
import type { Session } from './session.ts'
import { readState } from './state-store.ts'
import { readMachineSecret } from './machine-secret.ts'
import type { StoredState } from './state-store.ts'
import type { MachineSecret } from './machine-secret.ts'
import { isInsideGit } from './work-tree.ts'

/** Everything outside the manifest that a plan depends on, but the keys. */
export interface World extends Pick<
  PlanInput,
  'actual' | 'recorded' | 'authLink' | 'elsewhere' | 'fingerprintOf' | 'readReference'
> {
  /** As it stands in the state file; `recorded` is that with what an interrupted apply got done. */
  readonly stored: StoredState
  readonly targets: Targets
  readonly machineSecret: MachineSecret
}

/** @throws InvalidInput when a target cannot be parsed */
export async function readWorld(
  { system }: Session,
  targets: Targets,
  wanted: Wanted | ((state: RecordedState) => Wanted),
): Promise<World> {
  const files = await readActual(system, targets)
  const stored = await readState(system)
  const here = typeof wanted === 'function' ? wanted(stored.state) : wanted
  const actual = { ...files, keyFiles: await readKeyFiles(system, here, stored.state) }
  const machineSecret = await readMachineSecret(system)
  const fingerprintOf = (secret: Secret): string => secret.fingerprint(machineSecret.bytes)
  return {
    targets,
    actual,
    stored,
    recorded: settleInterrupted(stored.state, actual, fingerprintOf),
    machineSecret,
    fingerprintOf,
    authLink: await readAuthLink(system, targets.auth),
    elsewhere: await readElsewhere(system, targets),
    readReference: await readReferences(system, here, targets),
  }
}

/**
 * Where auth.json really is, when it is a symlink, or when a folder above it is one that leads into
 * a git work tree: keys do not belong there.
 */
async function readAuthLink(
  { files }: System,
  auth: string,
): Promise<{ readonly to: string; readonly insideGit: boolean } | undefined> {
  const isLink = (await files.look(auth))?.kind === 'link'
  const to = await files.resolve(auth)
  if (to === auth) return undefined
  const insideGit = await isInsideGit(files, path.dirname(to))
  return isLink || insideGit ? { to, insideGit } : undefined
}
