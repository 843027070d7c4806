import path from 'node:path'
import type { Files } from '../system/system.ts'

/** Whether a folder, or one above it, is a git work tree. */
export async function isInsideGit(files: Files, start: string): Promise<boolean> {
  for (let folder = start; ; folder = path.dirname(folder)) {
    if ((await files.look(path.join(folder, '.git'))) !== undefined) return true
    if (path.dirname(folder) === folder) return false
  }
}
