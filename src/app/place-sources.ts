import path from 'node:path'
import type { KeySource, Wanted, WantedProvider } from '../core/wanted.ts'
import type { System } from '../system/system.ts'
import { absolute } from './paths.ts'

/**
 * Make the paths of key sources absolute: they are relative to the file that names them, wherever it
 * really is, and `~/` is home. A program without a folder is looked for on $PATH.
 */
export async function placeSources(system: System, wanted: Wanted): Promise<Wanted> {
  const providers = await Promise.all(wanted.providers.map((provider) => placeOf(system, provider)))
  return { ...wanted, providers }
}

async function placeOf(system: System, provider: WantedProvider): Promise<WantedProvider> {
  const { key } = provider
  if (!key.sources.some(({ kind }) => kind === 'file' || kind === 'command')) return provider
  const folder = path.dirname(await system.files.resolve(key.source.file))
  const from = (given: string): string => absolute({ ...system.machine, cwd: folder }, given)
  const place = async (source: KeySource): Promise<KeySource> => {
    // A repository can hold links, so the file that it really is counts.
    if (source.kind === 'file')
      return { ...source, path: await system.files.resolve(from(source.path)) }
    if (source.kind !== 'command') return source
    const [program = '', ...args] = source.argv
    return { ...source, folder, argv: [/[\\/]/.test(program) ? from(program) : program, ...args] }
  }
  const sources = await Promise.all(key.sources.map(place))
  return { ...provider, key: { ...key, sources } }
}
