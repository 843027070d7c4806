import path from 'node:path'
import type { Machine } from '../system/system.ts'
import { xdgFolder } from './paths.ts'

export const PRIVATE = { mode: 0o600, folderMode: 0o700, existing: 'tighten' } as const

/** opgen's own folder, 0700. */
export function stateFolder(machine: Machine): string {
  return path.join(xdgFolder(machine, 'STATE'), 'opgen')
}
