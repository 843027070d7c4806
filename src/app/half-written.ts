import type { System } from '../system/system.ts'

/** How often, and after how many milliseconds each, a file that is being written in place is looked at: half a second. */
export const HALF_WRITTEN = { tries: 6, pause: 100 } as const

/** So many milliseconds after it was touched a file may still be in somebody's hands. */
const YOUNG = 2000

/** Whether a file has been written just now. */
export async function isYoung(system: System, file: string): Promise<boolean> {
  const facts = await system.files.look(await system.files.resolve(file))
  return facts !== undefined && Math.abs(system.now().getTime() - facts.mtimeMs) < YOUNG
}
