import path from 'node:path'
import type { LayerFault } from '../core/doctor/config-layer.ts'
import { isNotText } from '../errors.ts'
import type { System } from '../system/system.ts'

/** What can be had of a file: nothing at all where there is none. */
export interface ReadConfig {
  readonly text: string | undefined
  readonly fault: LayerFault | undefined
  /** Permissions, where the system has them. */
  readonly mode?: number | undefined
}

/** Nothing but a file is opened: a pipe would be waited for without end, as OpenCode does. */
export async function readConfig({ files, machine }: System, file: string): Promise<ReadConfig> {
  try {
    const real = await files.resolve(file)
    // What leads there is meant to be nothing, and is nothing for OpenCode.
    if (real === '/dev/null') return { text: undefined, fault: undefined }
    const facts = await files.look(real)
    const kind = facts?.kind
    if (facts !== undefined && kind === 'file') {
      const mode = machine.os === 'win32' ? undefined : facts.mode
      return { text: await files.read(file), fault: undefined, mode }
    }
    if (kind === 'folder') return { text: undefined, fault: 'is-folder' }
    if (kind !== undefined) return { text: undefined, fault: 'no-file' }
  } catch (error) {
    if (isNotText(error)) return await readDamaged(files, file)
    const isBelowFile = await isFile(files, path.dirname(file))
    return { text: undefined, fault: isBelowFile ? 'folder-is-file' : 'refused' }
  }
  const isBelowFile = await isFile(files, path.dirname(file))
  return { text: undefined, fault: isBelowFile ? 'folder-is-file' : undefined }
}

async function isFile(files: System['files'], file: string): Promise<boolean> {
  try {
    return (await files.look(await files.resolve(file)))?.kind === 'file'
  } catch {
    return false
  }
}

/** As OpenCode reads it, which goes on. */
async function readDamaged(files: System['files'], file: string): Promise<ReadConfig> {
  try {
    const bytes = await files.readBytes(file)
    return { text: new TextDecoder().decode(bytes), fault: 'not-text' }
  } catch {
    return { text: undefined, fault: 'refused' }
  }
}
