import path from 'node:path'
import { isBundled } from '../core/adapters.ts'
import { adaptersNamed, pathOfFileUrl } from '../core/doctor/adapters-in.ts'
import type { MergedNode } from '../core/doctor/merged-config.ts'
import type { System } from '../system/system.ts'
import { xdgFolder } from './paths.ts'

/**
 * Which of the adapters that a configuration names, and OpenCode does not bring, it finds on this disk: in
 * `<cache>/packages/<name>`, where it installs them, or where a `file://` URL leads (contract 5).
 */
export async function readAdapterCache(
  { files, machine }: System,
  config: MergedNode | undefined,
): Promise<ReadonlySet<string>> {
  const packages = path.join(xdgFolder(machine, 'CACHE'), 'opencode', 'packages')
  const found = new Set<string>()
  for (const npm of adaptersNamed(config)) {
    if (isBundled(npm)) continue
    const named = pathOfFileUrl(npm, machine.os === 'win32')
    const file = named ?? path.join(packages, npm, 'node_modules', npm)
    if (await isThere(files, file)) found.add(npm)
  }
  return found
}

async function isThere(files: System['files'], file: string): Promise<boolean> {
  try {
    return (await files.look(await files.resolve(file))) !== undefined
  } catch {
    return false
  }
}
