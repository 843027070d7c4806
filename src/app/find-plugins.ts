import path from 'node:path'
import { mergedAt } from '../core/doctor/merged-config.ts'
import type { MergedNode } from '../core/doctor/merged-config.ts'
import type { System } from '../system/system.ts'
import { projectFolders } from './config-layers.ts'
import { absolute, variable, xdgFolder } from './paths.ts'

/** Whether OpenCode runs plugins: the configuration names some, or they stand in one of its folders. */
export async function hasPlugins(system: System, config: MergedNode | undefined): Promise<boolean> {
  const named = mergedAt(config, ['plugin'])?.value
  if (Array.isArray(named) && named.length > 0) return true
  for (const folder of await pluginFolders(system)) {
    try {
      const names = await system.files.list(folder)
      if (names.some((name) => /\.[jt]s$/.test(name))) return true
    } catch {
      // What cannot be listed, OpenCode does not list either.
    }
  }
  return false
}

async function pluginFolders(system: System): Promise<readonly string[]> {
  const { machine } = system
  const chosen = variable(machine, 'OPENCODE_CONFIG_DIR')
  const folders = [
    path.join(xdgFolder(machine, 'CONFIG'), 'opencode'),
    ...(await projectFolders(system)).map((folder) => path.join(folder, '.opencode')),
    path.join(machine.home, '.opencode'),
    ...(chosen === undefined ? [] : [absolute(machine, chosen)]),
  ]
  return folders.flatMap((folder) => [path.join(folder, 'plugin'), path.join(folder, 'plugins')])
}
