import path from 'node:path'
import type { ConfigLayer } from '../core/doctor/config-layer.ts'
import type { FileState } from '../core/doctor/scene.ts'
import { Secret } from '../core/secret.ts'
import { tokensIn } from '../core/tokens.ts'
import type { System } from '../system/system.ts'
import { referredFile } from './fill-in.ts'

/** The state of every file that the `{file:…}` of these texts lead to, by absolute path. */
export async function readReferredFiles(
  system: System,
  layers: readonly ConfigLayer[],
): Promise<ReadonlyMap<string, FileState>> {
  const found = new Map<string, FileState>()
  const fileOf = fileFinder(system)
  for (const layer of layers) {
    for (const token of tokensIn([layer.text])) {
      if (token.kind !== 'file') continue
      const file = fileOf(layer, token.path)
      if (!found.has(file)) found.set(file, await stateOf(system, file))
    }
  }
  return found
}

/** Which file `{file:…}` means in a layer. */
export function fileFinder(system: System): (layer: ConfigLayer, given: string) => string {
  return (layer, given) => referredFile(system.machine, folderOf(system, layer), given)
}

/** What stands in a variable is relative to the working folder. */
function folderOf({ machine }: System, { kind, file }: ConfigLayer): string {
  return kind === 'content' ? machine.cwd : path.dirname(file)
}

async function stateOf({ files, machine }: System, file: string): Promise<FileState> {
  const nothing = { content: undefined, isEmpty: false, mode: undefined }
  try {
    const facts = await files.look(await files.resolve(file))
    if (facts === undefined) return { kind: 'absent', ...nothing }
    if (facts.kind === 'folder') return { kind: 'folder', ...nothing }
    if (facts.kind !== 'file') return { kind: 'refused', ...nothing }
    const text = (await files.read(file))?.trim() ?? ''
    const mode = machine.os === 'win32' ? undefined : facts.mode
    return { kind: 'file', content: new Secret(text), isEmpty: text === '', mode }
  } catch {
    return { kind: 'refused', ...nothing }
  }
}
