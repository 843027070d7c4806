import type { Diagnostic } from '../core/diagnostic.ts'
import { hasErrors } from '../core/diagnostic.ts'
import { filesOf, overlaysOf } from '../core/manifest/compose.ts'
import type { ManifestSource } from '../core/manifest/compose.ts'
import { readManifestFile } from '../core/manifest/manifest-file.ts'
import type { ManifestText } from '../core/manifest/manifest-file.ts'
import { field } from '../core/manifest/node.ts'
import type { MapNode } from '../core/manifest/node.ts'
import { readYaml } from '../core/manifest/read-yaml.ts'
import type { Source } from '../core/source.ts'
import { InvalidInput, OpgenError } from '../errors.ts'
import { SHARED } from './init-manifest.ts'
import { findManifest } from './load-manifest.ts'
import { readSources } from './read-sources.ts'
import type { Session } from './session.ts'

/** A manifest that can be edited. It may have problems, but none with its YAML. */
export interface OpenManifest {
  readonly file: ManifestText
  /** Where the file is behind all symlinks. */
  readonly realPath: string
  readonly tree: MapNode
  readonly source: ManifestSource
}

/**
 * Find the manifest and read what an edit needs to know of it.
 *
 * @throws OpgenError `manifest-not-found`
 * @throws InvalidInput where it, or what it includes, cannot be read as YAML, or its providers are no map
 */
export async function openManifest(session: Session): Promise<OpenManifest> {
  const { system } = session
  const file = await findManifest(session)
  const { tree, diagnostics } = readYaml(file)
  if (hasErrors(diagnostics)) throw new InvalidInput(diagnostics)
  if (tree?.kind !== 'map') throw new InvalidInput(readManifestFile(file).diagnostics)
  const providers = field(tree, 'providers')
  const isNothing = providers?.kind === 'scalar' && providers.value === null
  if (providers !== undefined && providers.kind !== 'map' && !isNothing) {
    throw new InvalidInput([noMap(providers.source)])
  }
  const source = await readSources(system, file)
  const unreadable = filesOf(source).find((included) => included.tree === undefined)
  if (unreadable !== undefined) throw new InvalidInput(unreadable.diagnostics)
  return { file, realPath: await system.files.resolve(file.path), tree, source }
}

function noMap(source: Source): Diagnostic {
  return {
    code: 'wrong-type',
    severity: 'error',
    message: '"providers" must be a map of provider ids to providers',
    source,
    hint: 'write `providers: {}` if there are none',
  }
}

/** Where the files of a manifest name a provider, in `providers` or in an overlay; the manifest's own first. */
export function placesOfProvider(
  { source, file }: Pick<OpenManifest, 'source' | 'file'>,
  id: string,
): readonly Source[] {
  const own = filesOf(source).filter(({ path }) => path === file.path)
  const others = filesOf(source).filter(({ path }) => path !== file.path)
  return [...own, ...others].flatMap(({ tree }) => (tree === undefined ? [] : placesIn(tree, id)))
}

function placesIn(tree: MapNode, id: string): readonly Source[] {
  const layers = [tree, ...overlaysOf(tree).map((overlay) => overlay.tree)]
  return layers.flatMap((layer) => {
    const providers = field(layer, 'providers')
    const entry = providers?.kind === 'map' ? providers.entries.get(id) : undefined
    return entry === undefined ? [] : [entry.keySource]
  })
}

/**
 * Put another text in the place of the one that was read. A link to the file stays one.
 *
 * @throws OpgenError `manifest-changed` when it is no longer the one that was read; nothing is written then
 */
export async function writeManifest(
  { system: { files } }: Session,
  { file, realPath }: OpenManifest,
  text: string,
): Promise<void> {
  await files.sweep(realPath)
  const change = { from: file.text, to: text, options: SHARED }
  const exchanged = await files.exchange(realPath, change)
  if (!exchanged.done) throw new OpgenError({ code: 'manifest-changed', path: file.path })
  exchanged.former?.release()
}

/** The problems that a text has beyond those of the one before it; lines that moved do not count. */
export function newProblems(
  before: readonly Diagnostic[],
  after: readonly Diagnostic[],
): readonly Diagnostic[] {
  const known = new Map<string, number>()
  for (const problem of before) known.set(nameOf(problem), (known.get(nameOf(problem)) ?? 0) + 1)
  return after.filter((problem) => {
    const left = known.get(nameOf(problem)) ?? 0
    known.set(nameOf(problem), left - 1)
    return left <= 0
  })
}

/** A problem of a text of the manifest that is in no file. What is in another file, such as a preset, stands there. */
export function withoutPlace(
  { file }: Pick<OpenManifest, 'file'>,
  problem: Diagnostic,
): Diagnostic {
  if (problem.source?.file !== file.path) return problem
  const { code, severity, message, hint } = problem
  return { code, severity, message, ...(hint === undefined ? {} : { hint }) }
}

function nameOf({ code, message, source }: Diagnostic): string {
  return JSON.stringify([code, message.replaceAll(/\bline \d+/g, 'line'), source?.file])
}
