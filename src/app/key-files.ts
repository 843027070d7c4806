import path from 'node:path'
import type { Diagnostic } from '../core/diagnostic.ts'
import { routeOf } from '../core/key-delivery.ts'
import type { KeyFile } from '../core/plan/actual.ts'
import { keyDocument } from '../core/plan/actual.ts'
import type { Plan } from '../core/plan/plan.ts'
import type { RecordedState } from '../core/state/recorded.ts'
import type { Wanted } from '../core/wanted.ts'
import { OpgenError } from '../errors.ts'
import type { Machine, ReplaceOptions, System } from '../system/system.ts'
import { isInsideGit } from './work-tree.ts'
import { displayPath, xdgFolder } from './paths.ts'

/** Files that hold keys, from their first byte on. */
export const SECRET_FILE: ReplaceOptions = { mode: 0o600, folderMode: 0o700, existing: 'tighten' }

/** The folder of the key files; the names in it are provider ids. */
export function keysFolder(machine: Machine): string {
  return path.join(xdgFolder(machine, 'DATA'), 'opgen', 'keys')
}

export function keyFilePath(machine: Machine, provider: string): string {
  return path.join(keysFolder(machine), provider)
}

/** Text in a config file that OpenCode replaces by what is in the file: `{file:~/…}` below home. */
export function keyReference(machine: Machine, provider: string): string {
  const file = keyFilePath(machine, provider)
  const below = path.relative(machine.home, file)
  const isBelow = !below.startsWith('..') && !path.isAbsolute(below)
  // OpenCode takes `~/` and `/` on every system, and a backslash would have to be escaped for JSON.
  const portable = (isBelow ? path.join('~', below) : file).split(path.sep).join('/')
  return `{file:${portable}}`
}

/** The key files that this run is about: those that are wanted, and those that opgen recorded. */
export async function readKeyFiles(
  system: System,
  wanted: Wanted,
  { files, intended }: RecordedState,
): Promise<readonly KeyFile[]> {
  const folder = keysFolder(system.machine)
  const recorded = [...Object.keys(files), ...Object.keys(intended ?? {})]
    .filter((file) => path.dirname(file) === folder)
    .map((file) => path.basename(file))
  const ids = [...new Set([...idsWithFile(wanted), ...recorded])]
  return await Promise.all(ids.map((id) => readKeyFile(system, id)))
}

/** The key files that are wanted, none of which is there yet. */
export function absentKeyFiles(machine: Machine, wanted: Wanted): readonly KeyFile[] {
  return idsWithFile(wanted).map((id) => keyFileOf(machine, id, undefined))
}

function idsWithFile(wanted: Wanted): readonly string[] {
  const chosen = wanted.providers.filter((provider) => routeOf(wanted, provider) === 'keyfile')
  return chosen.map(({ id }) => id)
}

function keyFileOf(machine: Machine, provider: string, text: string | undefined): KeyFile {
  return {
    target: 'keyfile',
    path: keyFilePath(machine, provider),
    provider,
    reference: keyReference(machine, provider),
    document: text === undefined || text === '' ? undefined : keyDocument(text),
  }
}

async function readKeyFile({ files, machine }: System, provider: string): Promise<KeyFile> {
  const file = keyFilePath(machine, provider)
  const facts = await files.look(await files.resolve(file))
  if (facts !== undefined && facts.kind !== 'file') {
    throw new OpgenError({ code: 'file-refused', path: file, reason: 'is-a-folder' })
  }
  return keyFileOf(machine, provider, await files.read(file))
}

/**
 * Require that the key files of a plan can be written where they seem to be, and that a config file
 * can name them.
 *
 * @throws OpgenError `keys-folder`
 */
export async function requireOwnFolder({ files, machine }: System, plan: Plan): Promise<void> {
  const written = plan.files.filter(
    ({ target, action }) => target === 'keyfile' && action !== 'remove',
  )
  if (written.length === 0) return
  const folder = keysFolder(machine)
  // The reference is put into JSON and ends at the first brace.
  if (/[{}"\\\p{Cc}]/u.test(keyReference(machine, 'id').slice('{file:'.length, -1))) {
    throw new OpgenError({ code: 'keys-folder', path: folder, fault: 'character' })
  }
  for (const own of [path.dirname(folder), folder, ...written.map((file) => file.path)]) {
    if ((await files.look(own))?.kind === 'link') {
      throw new OpgenError({ code: 'keys-folder', path: own, fault: 'link' })
    }
  }
  const real = await files.resolve(folder)
  if (real !== folder && (await isInsideGit(files, real))) {
    throw new OpgenError({ code: 'keys-folder', path: folder, fault: 'in-git' })
  }
}

/** Key files of opgen's that are files of their own: what a link leads to is not narrowed. */
async function ownKeyFiles(
  { files, machine }: System,
  recorded: RecordedState,
): Promise<readonly string[]> {
  const folder = keysFolder(machine)
  const own: string[] = []
  for (const [file, { values }] of Object.entries(recorded.files)) {
    if (path.dirname(file) !== folder || Object.keys(values).length === 0) continue
    if ((await files.look(file))?.kind === 'file') own.push(file)
  }
  return own
}

/** A file or folder with keys in it, and the mode that it should have at most. */
export interface WidePlace {
  readonly path: string
  readonly mode: number
}

/** Those of the key files, and their folder, that others can get at. */
export async function wideKeyFiles(
  system: System,
  recorded: RecordedState,
): Promise<readonly WidePlace[]> {
  const { files, machine } = system
  const own = await ownKeyFiles(system, recorded)
  const folder = keysFolder(machine)
  const places = own.map((file) => ({ path: file, mode: SECRET_FILE.mode }))
  if (own.length > 0 && (await files.look(folder))?.kind === 'folder') {
    places.push({ path: folder, mode: SECRET_FILE.folderMode })
  }
  return await onlyWide(system, places)
}

/** Those that have a wider mode. Windows has none. */
export async function onlyWide(
  { files, machine }: System,
  places: readonly WidePlace[],
): Promise<readonly WidePlace[]> {
  const wide: WidePlace[] = []
  for (const place of machine.os === 'win32' ? [] : places) {
    const facts = await files.look(await files.resolve(place.path))
    if (facts !== undefined && (facts.mode & ~place.mode) !== 0) wide.push(place)
  }
  return wide
}

/** Files of opgen's own with a key in them that others can read. */
export async function wideKeyFileWarnings(
  system: System,
  recorded: RecordedState,
): Promise<readonly Diagnostic[]> {
  const { files, machine } = system
  if (machine.os === 'win32') return []
  const warnings: Diagnostic[] = []
  for (const file of await ownKeyFiles(system, recorded)) {
    const mode = (await files.look(file))?.mode ?? 0
    if ((mode & 0o077) === 0) continue
    warnings.push({
      code: 'wide-key-file',
      severity: 'warning',
      message: `${displayPath(machine, file)} can be read by others (mode 0${mode.toString(8)})`,
      hint: 'run `opgen apply`, which makes it 0600',
    })
  }
  return warnings
}

/** Take away the folders that were made for key files and hold none any more. */
export async function removeEmptyKeysFolder({ files, machine }: System): Promise<void> {
  const folder = keysFolder(machine)
  for (const made of [folder, path.dirname(folder)]) await files.removeEmptyFolder(made)
}
