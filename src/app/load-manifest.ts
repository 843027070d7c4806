import path from 'node:path'
import type { Diagnostic } from '../core/diagnostic.ts'
import { inOrder } from '../core/format-diagnostic.ts'
import { filesOf, mergeFiles, overlaysOf, unknownMachine } from '../core/manifest/compose.ts'
import type { ManifestSource } from '../core/manifest/compose.ts'
import type { ParseExpressions } from '../core/manifest/expression.ts'
import type { ManifestText } from '../core/manifest/manifest-file.ts'
import { holdsExpressions, keySourceAt } from '../core/manifest/node.ts'
import type { MapNode } from '../core/manifest/node.ts'
import { readManifest } from '../core/manifest/read-manifest.ts'
import type { View } from '../core/manifest/see-tree.ts'
import { resolve } from '../core/manifest/resolve.ts'
import { nearest } from '../core/nearest.ts'
import type { PresetText, Presets } from '../core/preset/preset.ts'
import { isPresetName, presetNames } from '../core/preset/preset.ts'
import type { Wanted } from '../core/wanted.ts'
import { InvalidInput, OpgenError } from '../errors.ts'
import type { System } from '../system/system.ts'
import { absolute, variable, xdgFolder } from './paths.ts'
import { loadView } from './load-view.ts'
import type { MachineView } from './load-view.ts'
import { readSources } from './read-sources.ts'
import { readText } from './read-text.ts'
import type { Session } from './session.ts'

/** A manifest, valid and resolved for this machine. */
export interface LoadedManifest {
  readonly file: ManifestText
  readonly source: ManifestSource
  /** With every symlink resolved: what the state records. */
  readonly realPath: string
  readonly view: MachineView & View
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
    const text = await readText(files, candidate, { mayBePipe: named !== undefined })
    if (text !== undefined) return { path: candidate, text }
  }
  const missing = { path: candidates.at(-1) ?? standard, named: named !== undefined }
  throw new OpgenError({ code: 'manifest-not-found', ...missing })
}

/**
 * Find, parse, check and resolve the manifest for this machine.
 *
 * @throws InvalidInput with every problem in it
 */
export async function loadManifest(session: Session): Promise<LoadedManifest> {
  const { system } = session
  const file = await findManifest(session)
  // A manifest linked into place has its presets, and what it includes, where it really is.
  const realPath = await system.files.resolve(file.path)
  const source = await readSources(system, file)
  const machineView = await loadView(session)
  const view = { ...machineView, parse: await loadParser(source, machineView.vars) }
  const { diagnostics, wanted } = await resolveFor(session, { source, realPath, view })
  const unknown = checkMachine(source, machineView)
  if (unknown !== undefined) throw new InvalidInput([unknown, ...diagnostics])
  if (wanted === undefined) throw new InvalidInput(diagnostics)
  return { file, source, realPath, view, wanted, warnings: diagnostics }
}

/** The parser of expressions takes its time to load, and most manifests hold none. */
export async function loadParser(
  source: ManifestSource,
  vars: MapNode | undefined,
): Promise<ParseExpressions> {
  const hasAny =
    filesOf(source).some((file) => file.hasExpressions) ||
    (vars !== undefined && holdsExpressions(vars))
  if (!hasAny) return () => ({ ok: true, parts: [] })
  const { parseExpressions } = await import('../system/handlebars-expressions.ts')
  return parseExpressions
}

/** A machine that is named, here or in local.yaml, must be one of the manifest's. */
export function checkMachine(
  source: ManifestSource,
  { machine, namedAt }: Pick<MachineView, 'machine' | 'namedAt'>,
): Diagnostic | undefined {
  const whole = mergeFiles(source)
  const overlays = overlaysOf(whole)
  if (machine === undefined || overlays.some(({ name }) => name === machine)) return undefined
  const place = namedAt ?? {
    ...keySourceAt(whole, ['machines']),
    file: source.file.path,
  }
  return unknownMachine(machine, overlays, place)
}

export interface Resolvable {
  readonly source: ManifestSource
  readonly realPath: string
  readonly view: View
}

export interface Resolved {
  readonly diagnostics: readonly Diagnostic[]
  /** Undefined when there are errors. */
  readonly wanted: Wanted | undefined
  /** Those that the manifest uses. */
  readonly presets: Presets
}

/** What a manifest asks for on one machine. */
export async function resolveFor(
  { system }: Session,
  { source, realPath, view }: Resolvable,
): Promise<Resolved> {
  const parsed = readManifest(source, view)
  const manifest = parsed.ok ? parsed.value : parsed.partial
  if (manifest === undefined) {
    return { diagnostics: parsed.diagnostics, wanted: undefined, presets: new Map() }
  }
  // Those beside the manifest come first, then those beside what it includes, then the built-in ones.
  const included = filesOf(source).filter((file) => file !== source.file)
  const beside = included.map((file) => path.dirname(file.path))
  const homes = [path.dirname(realPath), ...beside, system.packageFolder]
  const presets = await readPresets(system, [...new Set(homes)], presetNames(manifest))
  const { compileTemplate } = await import('../system/handlebars-templates.ts')
  const resolved = resolve(manifest, presets, compileTemplate)
  const diagnostics = inOrder([...parsed.diagnostics, ...resolved.diagnostics])
  const wanted = parsed.ok && resolved.ok ? resolved.value : undefined
  return { diagnostics, wanted, presets }
}

async function readPresets(
  system: System,
  homes: readonly string[],
  names: readonly string[],
): Promise<Presets> {
  const presets = new Map<string, PresetText>()
  for (const name of names) {
    const preset = isPresetName(name) ? await readPreset(system, homes, name) : undefined
    if (preset !== undefined) presets.set(name, preset)
  }
  return presets
}

/** @param home the folder of the manifest, or of opgen's own package */
export function presetFile(home: string, name: string): string {
  return path.join(home, 'templates', `${name}.yaml.hbs`)
}

async function readPreset(
  { files }: System,
  homes: readonly string[],
  name: string,
): Promise<PresetText | undefined> {
  for (const home of homes) {
    const file = presetFile(home, name)
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
