import path from 'node:path'
import type { System } from '../system/system.ts'

/** Folders above these files that are not there yet, innermost first. */
export async function missingFolders(
  { files }: System,
  paths: readonly string[],
): Promise<readonly string[]> {
  const missing = new Set<string>()
  for (const file of paths) {
    let folder = path.dirname(file)
    while (!missing.has(folder) && (await files.look(folder)) === undefined) {
      missing.add(folder)
      folder = path.dirname(folder)
    }
  }
  return [...missing].toSorted((a, b) => b.length - a.length)
}
