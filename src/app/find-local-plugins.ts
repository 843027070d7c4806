import path from 'node:path'
import type { System } from '../system/system.ts'
import { projectFolders } from './config-layers.ts'
import { namesIn } from './look-if-possible.ts'
import { absolute, variable, xdgFolder } from './paths.ts'

/** Plugins that OpenCode loads because they lie in one of its folders: read in the code of 1.18.33. */
export async function findLocalPlugins(system: System): Promise<readonly string[]> {
  const { files, machine } = system
  const project = await projectFolders(system)
  const chosen = variable(machine, 'OPENCODE_CONFIG_DIR')
  const folders = [
    path.join(xdgFolder(machine, 'CONFIG'), 'opencode'),
    ...[...project, machine.home].map((folder) => path.join(folder, '.opencode')),
    ...(chosen === undefined ? [] : [absolute(machine, chosen)]),
  ]
  const places = folders.flatMap((folder) =>
    ['plugin', 'plugins'].map((name) => path.join(folder, name)),
  )
  const found = await Promise.all(
    places.map(async (place) => {
      const names = await namesIn(files, place)
      return names.filter((name) => /\.[jt]s$/.test(name)).map((name) => path.join(place, name))
    }),
  )
  return [...new Set(found.flat())]
}
