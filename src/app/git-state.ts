import type { GitState } from '../core/doctor/scene.ts'
import type { System } from '../system/system.ts'

/** Which of these files are in a git work tree, and whether git tracks them. No program is run. */
export async function readGit(
  _system: System,
  _files: readonly string[],
): Promise<ReadonlyMap<string, GitState>> {
  return new Map()
}
