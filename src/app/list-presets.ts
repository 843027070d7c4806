import path from 'node:path'
import type { Diagnostic } from '../core/diagnostic.ts'
import { BUILT_IN_PRESETS, isPresetName } from '../core/preset/preset.ts'
import { readPresetFacts } from '../core/preset/read-facts.ts'
import type { KeyNeed } from '../core/preset/read-facts.ts'
import { describeFailure, OpgenError } from '../errors.ts'
import type { Files } from '../system/system.ts'
import { findManifest, presetFile, presetHomes } from './load-manifest.ts'
import { readSources } from './read-sources.ts'
import { readText } from './read-text.ts'
import type { Session } from './session.ts'

export interface PresetEntry {
  readonly name: string
  /** Empty where the preset does not say. */
  readonly about: string
  readonly key: KeyNeed | null
  /** The default one. */
  readonly baseURL: string | null
  /** `built-in`, or the path of the file. */
  readonly source: string
}

export interface PresetList {
  /** Those beside the manifest first, then those beside what it includes; they stand in for built-in ones of the same name. */
  readonly presets: readonly PresetEntry[]
  /** What is wrong with any of them; it is listed all the same. */
  readonly warnings: readonly Diagnostic[]
}

/**
 * List the presets there are, by what their texts say: none is filled in. Works without a manifest.
 *
 * @throws OpgenError `manifest-not-found` when one was named that is not there
 */
export async function listPresets(session: Session): Promise<PresetList> {
  return presetsIn(session.system, await homesOf(session))
}

/** @param homes folders whose `templates` have presets, those that come first before others */
export async function presetsIn(
  { files, packageFolder }: Session['system'],
  homes: readonly string[],
): Promise<PresetList> {
  const seen = new Set<string>()
  const listed: Listed[] = []
  for (const home of homes) {
    for (const name of await namesIn(files, path.join(home, 'templates'))) {
      if (seen.has(name)) continue
      seen.add(name)
      const file = presetFile(home, name)
      listed.push(await readEntry(files, { name, file, source: file }))
    }
  }
  for (const name of BUILT_IN_PRESETS) {
    if (seen.has(name)) continue
    const file = presetFile(packageFolder, name)
    listed.push(await readEntry(files, { name, file, source: 'built-in' }))
  }
  return {
    presets: listed.map(({ entry }) => entry),
    warnings: listed.flatMap(({ warnings }) => warnings),
  }
}

/** Where presets of the manifest's own may be, when there is one. */
async function homesOf(session: Session): Promise<readonly string[]> {
  const { system } = session
  try {
    const manifest = await findManifest(session)
    const realPath = await system.files.resolve(manifest.path)
    return presetHomes(await readSources(system, manifest), realPath)
  } catch (error) {
    if (!(error instanceof OpgenError)) throw error
    const { failure } = error
    if (failure.code === 'manifest-not-found' && !failure.named) return []
    throw error
  }
}

async function namesIn(files: Files, folder: string): Promise<readonly string[]> {
  const names = (await files.list(folder)).flatMap(
    (file) => /^(.*)\.yaml\.hbs$/.exec(file)?.[1] ?? [],
  )
  return names.filter(isPresetName)
}

interface Listed {
  readonly entry: PresetEntry
  readonly warnings: readonly Diagnostic[]
}

async function readEntry(
  files: Files,
  { name, file, source }: { readonly name: string; readonly file: string; readonly source: string },
): Promise<Listed> {
  const unknown: PresetEntry = { name, about: '', key: null, baseURL: null, source }
  try {
    const text = await readText(files, file)
    if (text === undefined) return { entry: unknown, warnings: [] }
    const { facts, diagnostics } = readPresetFacts({ file, text })
    return {
      entry: {
        ...unknown,
        about: facts.about ?? '',
        key: facts.key ?? null,
        baseURL: facts.baseURL?.value ?? null,
      },
      // Nobody asked for this preset yet: what would be an error there is only worth knowing here.
      warnings: diagnostics.map((diagnostic) => ({ ...diagnostic, severity: 'warning' })),
    }
  } catch (error) {
    if (!(error instanceof OpgenError)) throw error
    return { entry: unknown, warnings: [unreadable(file, error)] }
  }
}

function unreadable(file: string, { failure }: OpgenError): Diagnostic {
  const { message, hint } = describeFailure(failure)
  const source = { file, line: 1, column: 1 }
  return { code: 'unreadable-preset', severity: 'warning', message, source, hint }
}
