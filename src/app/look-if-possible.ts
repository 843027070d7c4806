import type { FileFacts, Files } from '../system/system.ts'

/* For what opgen only looks at: what the system refuses counts as not there, as it does for OpenCode. */

/** Facts about the path itself; undefined where nothing is, or nothing may be looked at. */
export async function lookAt(files: Files, file: string): Promise<FileFacts | undefined> {
  try {
    return await files.look(file)
  } catch {
    return undefined
  }
}

/** Names of what is in a folder; none where there is no folder, or it may not be looked into. */
export async function namesIn(files: Files, folder: string): Promise<readonly string[]> {
  try {
    return await files.list(folder)
  } catch {
    return []
  }
}
