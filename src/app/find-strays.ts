import type { Stray } from '../core/doctor/scene.ts'
import type { System } from '../system/system.ts'

/** Files that people take for OpenCode's configuration, and it does not read. */
export async function findStrays(_system: System): Promise<readonly Stray[]> {
  return []
}
