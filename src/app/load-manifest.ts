import path from 'node:path'
import { hasErrors } from '../core/diagnostic.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import { inOrder } from '../core/format-diagnostic.ts'
import { filesOf, mergeFiles, overlaysOf, unknownMachine } from '../core/manifest/compose.ts'
import type { ManifestSource } from '../core/manifest/compose.ts'
import { remembering } from '../core/manifest/expression.ts'
import type { ParseExpressions } from '../core/manifest/expression.ts'
import type { ManifestText } from '../core/manifest/manifest-file.ts'
import { holdsExpressions, keySourceAt } from '../core/manifest/node.ts'
import type { MapNode } from '../core/manifest/node.ts'
import { readManifest } from '../core/manifest/read-manifest.ts'
import type { View } from '../core/manifest/see-tree.ts'
import { resolve } from '../core/manifest/resolve.ts'
import type { PresetText, Presets } from '../core/preset/preset.ts'
import { isPresetName, presetNames } from '../core/preset/preset.ts'
import { presetReader } from '../core/preset/read-preset.ts'
import type { ReadPreset } from '../core/preset/read-preset.ts'
import type { Wanted } from '../core/wanted.ts'
import { InvalidInput, OpgenError } from '../errors.ts'
import type { System } from '../system/system.ts'
import { absolute, variable, xdgFolder } from './paths.ts'
import { placeSources } from './place-sources.ts'
import { loadView } from './load-view.ts'
import type { MachineView } from './load-view.ts'
import { findLock } from './lock-file.ts'
import type { FoundLock } from './lock-file.ts'
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
export async function loadManifest(
  session: Session,
  lock: LockNeed = 'needed',
): Promise<LoadedManifest> {
  const file = await findManifest(session)
  const { diagnostics, wanted, ...seen } = await seeManifest(session, file, lock)
  if (wanted === undefined) throw new InvalidInput(diagnostics)
  return { ...seen, wanted, warnings: diagnostics }
}

/**
 * Whether the lock file counts. `needed`: a provider whose models are discovered must have some in it.
 * `optional`: none is missed, for the provider is about to be asked. `ignored`: what the manifest says alone.
 */
export type LockNeed = 'needed' | 'optional' | 'ignored'

/** A manifest as this machine sees it, whatever is wrong with it. */
export interface SeenManifest extends Omit<LoadedManifest, 'wanted' | 'warnings'> {
  readonly diagnostics: readonly Diagnostic[]
  /** Undefined when there are errors. */
  readonly wanted: Wanted | undefined
}

/**
 * Parse, check and resolve a text as if it were the manifest's.
 *
 * @throws InvalidInput for local.yaml
 */
export async function seeManifest(
  session: Session,
  file: ManifestText,
  need: LockNeed = 'needed',
): Promise<SeenManifest> {
  const { system } = session
  // A manifest linked into place has its presets, and what it includes, where it really is.
  const realPath = await system.files.resolve(file.path)
  const source = await readSources(system, file)
  const machineView = await loadView(session)
  const view = { ...machineView, parse: await loadParser(source, machineView.vars) }
  const reader = await loadPresetReader()
  const lock = { ...(await findLock(system.files, realPath)), need }
  const { diagnostics, wanted } = await resolveFor(session, {
    source,
    realPath,
    view,
    reader,
    lock,
  })
  const unknown = checkMachine(source, machineView)
  const seen = { file, source, realPath, view }
  if (unknown === undefined) return { ...seen, diagnostics, wanted }
  return { ...seen, diagnostics: [unknown, ...diagnostics], wanted: undefined }
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
  return remembering(parseExpressions)
}

/** What fills presets in takes its time to load, too. */
export async function loadPresetReader(): Promise<ReadPreset> {
  const { compileTemplate } = await import('../system/handlebars-templates.ts')
  return presetReader(compileTemplate)
}

/** A machine that is named, here or in local.yaml, must be one of the manifest's. */
export function checkMachine(
  source: ManifestSource,
  { machine, namedAt }: Pick<MachineView, 'machine' | 'namedAt'>,
): Diagnostic | undefined {
  if (machine === undefined) return undefined
  const whole = mergeFiles(source)
  const overlays = overlaysOf(whole)
  if (overlays.some(({ name }) => name === machine)) return undefined
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
  /** Of {@link loadPresetReader}; one for all machines. */
  readonly reader: ReadPreset
  /** Of {@link findLock}; one for all machines. */
  readonly lock: FoundLock & { readonly need: LockNeed }
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
  { source, realPath, view, reader, lock }: Resolvable,
): Promise<Resolved> {
  const parsed = readManifest(source, view)
  const manifest = parsed.ok ? parsed.value : parsed.partial
  if (manifest === undefined) {
    return { diagnostics: parsed.diagnostics, wanted: undefined, presets: new Map() }
  }
  const homes = [...presetHomes(source, realPath), system.packageFolder]
  const presets = await readPresets(system, homes, presetNames(manifest))
  const resolved = resolve(manifest, presets, {
    readPreset: reader,
    lock: lock.need === 'ignored' ? undefined : lock.value,
    isLockNeeded: lock.need === 'needed',
  })
  const isLocked = lock.need !== 'needed' || !hasErrors(lock.diagnostics)
  const diagnostics = inOrder([
    ...parsed.diagnostics,
    ...(lock.need === 'needed' ? lock.diagnostics : []),
    // Without the file that has them, nobody knows which models there are.
    ...resolved.diagnostics.filter(({ code }) => isLocked || !FROM_LOCK.has(code)),
  ])
  const wanted =
    parsed.ok && resolved.ok && isLocked ? await placeSources(system, resolved.value) : undefined
  return { diagnostics, wanted, presets }
}

/** What may be missing, or not fit, only because of the lock file. */
const FROM_LOCK: ReadonlySet<string> = new Set(['no-models', 'unknown-model', 'lock-outdated'])

/**
 * The folders that a manifest's own presets are in, each once: its own comes first, then those of what it
 * includes. The first that has a preset of a name is the one to take, before the built-in ones.
 */
export function presetHomes(source: ManifestSource, realPath: string): readonly string[] {
  const included = filesOf(source).filter((file) => file !== source.file)
  return [...new Set([path.dirname(realPath), ...included.map((file) => path.dirname(file.path))])]
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
