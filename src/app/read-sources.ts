import path from 'node:path'
import type { Diagnostic } from '../core/diagnostic.ts'
import type { ManifestSource } from '../core/manifest/compose.ts'
import { readManifestFile } from '../core/manifest/manifest-file.ts'
import type { ManifestText } from '../core/manifest/manifest-file.ts'
import { quote } from '../core/manifest/words.ts'
import type { Sourced } from '../core/source.ts'
import type { System } from '../system/system.ts'
import { absolute } from './paths.ts'
import { readText } from './read-text.ts'

/** Files that one manifest may consist of. */
const MOST_FILES = 100

interface Reading {
  readonly system: System
  /** By real path, those being read too. */
  readonly sources: Map<string, ManifestSource | 'open'>
}

/** Read a manifest and all that it includes. Paths are relative to the file that names them. */
export async function readSources(system: System, main: ManifestText): Promise<ManifestSource> {
  const realPath = await system.files.resolve(main.path)
  return readSource({ system, sources: new Map() }, main, realPath)
}

async function readSource(
  reading: Reading,
  text: ManifestText,
  realPath: string,
): Promise<ManifestSource> {
  reading.sources.set(realPath, 'open')
  const file = readManifestFile(text)
  const includes: ManifestSource[] = []
  const diagnostics: Diagnostic[] = []
  for (const include of file.includes) {
    if (include.value.includes('{{')) continue
    const included = await readInclude(reading, include, realPath)
    if ('code' in included) diagnostics.push(included)
    else includes.push(included)
  }
  const source = { file, includes, diagnostics }
  reading.sources.set(realPath, source)
  return source
}

/** @param from the real path of the file that includes it */
async function readInclude(
  reading: Reading,
  { value, source }: Sourced<string>,
  from: string,
): Promise<ManifestSource | Diagnostic> {
  const { system, sources } = reading
  const { files, machine } = system
  const problem = (message: string, hint: string): Diagnostic => {
    return { code: 'bad-include', severity: 'error', message, source, hint }
  }
  const named = absolute({ ...machine, cwd: path.dirname(from) }, value)
  const realPath = await files.resolve(named)
  const known = sources.get(realPath)
  if (realPath === from) {
    return problem(`${quote(value)} is this file itself`, 'remove it from "include"')
  }
  if (known === 'open') {
    return problem(`${quote(value)} includes this file in turn`, 'remove one of the two includes')
  }
  if (known !== undefined) return known
  if (sources.size >= MOST_FILES) {
    return problem(`a manifest has at most ${MOST_FILES} files`, 'put some of them together')
  }
  // A manifest of somebody else's must not make a run wait for a pipe or read a device without end.
  const kind = (await files.look(realPath))?.kind ?? 'file'
  if (kind !== 'file') return problem(`${quote(value)} is no file`, 'name another manifest')
  const text = await readText(files, named)
  if (text === undefined) {
    return problem(`there is no file ${quote(value)}`, `looked for ${named}`)
  }
  return readSource(reading, { path: named, text }, realPath)
}
