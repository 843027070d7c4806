import path from 'node:path'
import { isJsonObject } from '../core/json.ts'
import { nodeAt, parseJsonDocument, valueOf } from '../core/jsonc/parse.ts'
import { firstLocal, firstManifest } from '../core/manifest/first-manifest.ts'
import { emptyState } from '../core/state/recorded.ts'
import { OpgenError } from '../errors.ts'
import type { Files, ReplaceOptions, System } from '../system/system.ts'
import { findTargets } from './find-targets.ts'
import { absolute, variable, xdgFolder } from './paths.ts'
import type { Session } from './session.ts'
import { readState } from './state-store.ts'
import { isInsideGit } from './work-tree.ts'

/** What `opgen init` did and found; all paths are absolute. */
export interface Initialised {
  readonly manifest: string
  /** In the order written. Without the manifest where it was there already. */
  readonly written: readonly string[]
  readonly taken: TakenManifests
  /** Provider blocks that OpenCode has already. */
  readonly blocks: readonly ProviderBlocks[]
}

/** Which manifests opgen takes from now on when none is named by an option. */
export interface TakenManifests {
  /** In this folder, and in all others. Undefined: it finds none. */
  readonly here: string | undefined
  readonly elsewhere: string | undefined
  /** Where it looks in every folder. */
  readonly standard: string
}

export interface ProviderBlocks {
  readonly file: string
  /** Of the user's own, and of an earlier apply. Not both are empty. */
  readonly foreign: readonly string[]
  readonly owned: readonly string[]
}

export const SHARED: ReplaceOptions = { mode: 0o644, folderMode: 0o755, existing: 'keep' }

/**
 * Write a first manifest; with a profile, `local.yaml` too, and then a manifest that is there already
 * stays.
 *
 * @throws OpgenError `already-there`: nothing is ever overwritten
 */
export async function initManifest(session: Session): Promise<Initialised> {
  const { system, options } = session
  const { files } = system
  const manifest = await placeOfManifest(session)
  const texts = new Map<string, string>()
  if (!(await isThere(files, manifest))) texts.set(manifest, firstManifest(system.version))
  else if (options.profile === undefined) refuse(session, manifest, 'manifest')
  if (options.profile !== undefined) {
    const local = path.join(configFolder(system), 'local.yaml')
    if (await isThere(files, local)) refuse(session, local, 'local')
    texts.set(local, firstLocal(options.profile))
  }
  const blocks = await readBlocks(session)
  // The manifest first: when the second file is refused, the next run does what is left.
  for (const [file, text] of texts) await files.replace(file, text, SHARED)
  return { manifest, written: [...texts.keys()], taken: await findTaken(system), blocks }
}

function configFolder({ machine }: System): string {
  return path.join(xdgFolder(machine, 'CONFIG'), 'opgen')
}

function standardManifest(system: System): string {
  return path.join(configFolder(system), 'providers.yaml')
}

/** Where it is named, else in this folder where that is under git, else in the XDG folder. */
export async function placeOfManifest({ system, options }: Session): Promise<string> {
  const { machine, files } = system
  const named = options.manifest ?? variable(machine, 'OPGEN_MANIFEST')
  if (named !== undefined) return absolute(machine, named)
  return (await isInsideGit(files, machine.cwd))
    ? path.join(machine.cwd, 'providers.yaml')
    : standardManifest(system)
}

/** Also a folder, or a link that leads nowhere. */
async function isThere(files: Files, file: string): Promise<boolean> {
  return (await files.look(file)) !== undefined
}

function refuse({ options }: Session, file: string, what: 'manifest' | 'local'): never {
  throw new OpgenError({ code: 'already-there', path: file, what, named: options.manifest })
}

/** Where opgen finds a manifest from now on. */
export async function findTaken(system: System): Promise<TakenManifests> {
  const { machine, files } = system
  const standard = standardManifest(system)
  const named = variable(machine, 'OPGEN_MANIFEST')
  if (named !== undefined) {
    const file = absolute(machine, named)
    return { here: file, elsewhere: file, standard }
  }
  const local = path.join(machine.cwd, 'providers.yaml')
  const elsewhere = (await isThere(files, standard)) ? standard : undefined
  return { here: (await isThere(files, local)) ? local : elsewhere, elsewhere, standard }
}

/**
 * Provider blocks that are the user's own, where a manifest is still to be written; undefined: there are
 * none, or there is a manifest.
 */
export async function findBlocks(
  session: Session,
): Promise<Pick<Initialised, 'manifest' | 'blocks'> | undefined> {
  const manifest = await placeOfManifest(session)
  if (await isThere(session.system.files, manifest)) return undefined
  const blocks = await readBlocks(session)
  return blocks.some(({ foreign }) => foreign.length > 0) ? { manifest, blocks } : undefined
}

/** Files that cannot be read or parsed are left to `plan`, which says what is wrong with them. */
async function readBlocks(session: Session): Promise<readonly ProviderBlocks[]> {
  const { system } = session
  const { config, shadowed } = findTargets(session)
  const { files } = (await unlessRefused(() => readState(system)))?.state ?? emptyState
  const found: ProviderBlocks[] = []
  for (const file of [...shadowed, ...config]) {
    const ids = (await unlessRefused(() => providerIds(system.files, file))) ?? []
    const units = new Set(Object.values(files[file]?.values ?? {}).map(({ unit }) => unit))
    if (ids.length === 0) continue
    const foreign = ids.filter((id) => !units.has(id))
    found.push({ file, foreign, owned: ids.filter((id) => units.has(id)) })
  }
  return found
}

async function providerIds(files: Files, file: string): Promise<readonly string[]> {
  // A pipe would be waited for without end.
  const facts = await files.look(await files.resolve(file))
  const text = facts?.kind === 'file' ? await files.read(file) : undefined
  const parsed = text === undefined ? undefined : parseJsonDocument(text, 'jsonc')
  const node = parsed?.ok === true ? nodeAt(parsed.document, ['provider']) : undefined
  const blocks = node === undefined ? undefined : valueOf(node)
  return isJsonObject(blocks) ? Object.keys(blocks) : []
}

async function unlessRefused<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof OpgenError) return undefined
    throw error
  }
}
