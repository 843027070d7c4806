import path from 'node:path'
import type { FileReference, ReadReference } from '../core/plan/flows.ts'
import { tokensWritten } from '../core/key-delivery.ts'
import type { Wanted } from '../core/wanted.ts'
import type { System } from '../system/system.ts'
import type { Targets } from './find-targets.ts'
import { absolute } from './paths.ts'

/**
 * What every `{file:}` leads to that a manifest has OpenCode fill in. Relative ones are relative to the
 * config file (contract 1.5). A repository can hold links, so the file that it really is counts.
 */
export async function readReferences(
  system: System,
  { providers }: Wanted,
  targets: Targets,
): Promise<ReadReference> {
  const references = new Map<string, FileReference>()
  for (const token of providers.flatMap(tokensWritten)) {
    if (token.kind !== 'file') continue
    references.set(token.path, await readReference(system, token.path, targets))
  }
  return (reference) => references.get(reference) ?? { path: reference, holdsKeys: true }
}

async function readReference(
  { files, machine }: System,
  reference: string,
  { config, auth, keys }: Targets,
): Promise<FileReference> {
  // What a variable in it comes to is known to OpenCode alone.
  // So is one with characters that JSON escapes: OpenCode takes it as it is written there.
  const isEscaped = machine.os !== 'win32' && /["\\\p{Cc}]/u.test(reference)
  if (reference.includes('{') || isEscaped) return { path: reference, holdsKeys: true }
  const cwd = path.dirname(config.at(-1) ?? machine.cwd)
  const named = absolute({ ...machine, cwd }, reference)
  const real = await files.resolve(named)
  // Of a process, as well, more is known in there than its user would send.
  const folders = [path.dirname(auth), path.dirname(keys), '/proc', '/dev']
  const realFolders = await Promise.all(folders.map((folder) => files.resolve(folder)))
  const holdsKeys = [named, real].some((file) =>
    [...folders, ...realFolders].some((folder) => file.startsWith(`${folder}${path.sep}`)),
  )
  return { path: real, holdsKeys }
}
