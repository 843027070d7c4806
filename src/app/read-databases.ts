import type { DatabaseFacts } from '../core/doctor/scene.ts'
import type { System } from '../system/system.ts'

/** What OpenCode's databases say of themselves. */
export async function readDatabases(_system: System): Promise<readonly DatabaseFacts[]> {
  return []
}
