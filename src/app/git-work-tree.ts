import path from 'node:path'
import type { Files } from '../system/system.ts'

/** Whether a file is inside a git work tree, where keys do not belong. */
export async function isInsideGit(files: Files, file: string): Promise<boolean> {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    if ((await files.look(path.join(folder, '.git'))) !== undefined) return true
    if (path.dirname(folder) === folder) return false
  }
}
