import path from 'node:path'
import type { Diagnostic } from '../core/diagnostic.ts'
import { inOrder } from '../core/format-diagnostic.ts'
import { parseManifest } from '../core/manifest/read-manifest.ts'
import type { ManifestText } from '../core/manifest/read-manifest.ts'
import { resolve } from '../core/manifest/resolve.ts'
import { nearest } from '../core/nearest.ts'
import type { PresetText, Presets } from '../core/preset/preset.ts'
import { isPresetName, presetNames } from '../core/preset/preset.ts'
import type { Wanted } from '../core/wanted.ts'
import { InvalidInput, OpgenError } from '../errors.ts'
import type { System } from '../system/system.ts'
import { absolute, variable, xdgFolder } from './paths.ts'
import { readText } from './read-text.ts'
import type { Session } from './session.ts'

/** A manifest, valid and resolved for this machine. */
export interface LoadedManifest {
  readonly file: ManifestText
  /** With every symlink resolved: what the state records. */
  readonly realPath: string
  readonly wanted: Wanted
  readonly warnings: readonly Diagnostic[]
}

/**
 * Find the manifest: `--manifest`, `$OPGEN_MANIFEST`, `./providers.yaml`, then the XDG folder.
 *
 * @throws OpgenError `manifest-not-found`
 * @throws InvalidInput `too-large`
 */
export async function findManifest({ system, options }: Session): Promise<ManifestText> {
  const { machine, files } = system
  const named = options.manifest ?? variable(machine, 'OPGEN_MANIFEST')
  const standard = path.join(xdgFolder(machine, 'CONFIG'), 'opgen', 'providers.yaml')
  const candidates =
    named === undefined
      ? [path.join(machine.cwd, 'providers.yaml'), standard]
      : [absolute(machine, named)]
  for (const candidate of candidates) {
    const text = await readText(files, candidate)
    if (text !== undefined) return { path: candidate, text }
  }
  const missing = { path: candidates.at(-1) ?? standard, named: named !== undefined }
  throw new OpgenError({ code: 'manifest-not-found', ...missing })
}

/**
 * Find, parse, check and resolve the manifest.
 *
 * @throws InvalidInput with every problem in it
 */
export async function loadManifest(session: Session): Promise<LoadedManifest> {
  const { system } = session
  const file = await findManifest(session)
  const parsed = parseManifest(file)
  const manifest = parsed.ok ? parsed.value : parsed.partial
  if (manifest === undefined) throw new InvalidInput(parsed.diagnostics)
  // A manifest linked into place has its presets where it really is.
  const realPath = await system.files.resolve(file.path)
  const presets = await readPresets(system, path.dirname(realPath), presetNames(manifest))
  const { compileTemplate } = await import('../system/handlebars-templates.ts')
  const resolved = resolve(manifest, presets, compileTemplate)
  const diagnostics = inOrder([...parsed.diagnostics, ...resolved.diagnostics])
  if (!parsed.ok || !resolved.ok) throw new InvalidInput(diagnostics)
  return { file, realPath, wanted: resolved.value, warnings: diagnostics }
}

async function readPresets(
  system: System,
  folder: string,
  names: readonly string[],
): Promise<Presets> {
  const presets = new Map<string, PresetText>()
  for (const name of names) {
    const preset = isPresetName(name) ? await readPreset(system, folder, name) : undefined
    if (preset !== undefined) presets.set(name, preset)
  }
  return presets
}

/** A preset beside the manifest comes before a built-in one of the same name. */
async function readPreset(
  { files, packageFolder }: System,
  folder: string,
  name: string,
): Promise<PresetText | undefined> {
  for (const home of [folder, packageFolder]) {
    const file = path.join(home, 'templates', `${name}.yaml.hbs`)
    const text = await readText(files, file)
    if (text !== undefined) return { text, file }
  }
  return undefined
}

/** An id on the command line that is none; the place to blame is where it should have stood. */
export function unknownProvider(
  { path: file, text }: ManifestText,
  id: string,
  ids: readonly string[],
): Diagnostic {
  const near = nearest(id, ids)
  const names = ids.length === 0 ? 'it names none' : `it names ${ids.join(', ')}`
  const line = text.split('\n').findIndex((content) => /^["']?providers\b/.test(content)) + 1
  return {
    code: 'unknown-provider',
    severity: 'error',
    message: `the manifest has no provider "${id}"`,
    source: { file, line: Math.max(line, 1), column: 1 },
    hint: near === undefined ? names : `did you mean "${near}"?`,
  }
}
