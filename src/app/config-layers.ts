import path from 'node:path'
import type { ConfigLayer, LayerKind } from '../core/doctor/config-layer.ts'
import { parseJsonDocument } from '../core/jsonc/parse.ts'
import type { OpenCodeLine } from '../core/opencode-line.ts'
import { CONTENT_VARIABLE } from '../core/run-config.ts'
import type { Machine, System } from '../system/system.ts'
import { fillIn } from './fill-in.ts'
import { lookAt } from './look-if-possible.ts'
import { variable, xdgFolder } from './paths.ts'
import { readConfig } from './read-config.ts'

/** What each line of OpenCode reads as configuration, lowest precedence first. */
export interface ConfigLayers {
  readonly of1: readonly ConfigLayer[]
  readonly of2: readonly ConfigLayer[]
}

interface Candidate {
  readonly file: string
  readonly kind: LayerKind
}

/**
 * Read everything that an OpenCode started here would read as configuration, each text once. What cannot be
 * looked at from here, as an organisation's remote configuration, is not among them.
 *
 * @param given the one file to look at instead
 */
export async function readLayers(system: System, given?: string): Promise<ConfigLayers> {
  if (given !== undefined) {
    const layer = await readLayer(system, { file: given, kind: 'given' }, new Set([1, 2]))
    const only = layer === undefined ? [] : [layer]
    return { of1: only, of2: only }
  }
  const project = await projectFolders(system)
  const of1 = filesOf1(system.machine, project)
  const of2 = filesOf2(system.machine)
  const read = new Map<string, ConfigLayer | undefined>()
  const names2 = new Set(of2.map(({ file }) => file))
  const names1 = new Set(of1.map(({ file }) => file))
  for (const candidate of [...of1, ...of2]) {
    const { file } = candidate
    if (read.has(file)) continue
    const readBy = [1, 2].filter((line): line is OpenCodeLine =>
      (line === 1 ? names1 : names2).has(file),
    )
    read.set(file, await readLayer(system, candidate, new Set(readBy)))
  }
  const content = await contentLayer(system)
  const layers = (candidates: readonly Candidate[], last: readonly Candidate[]): ConfigLayer[] => [
    ...candidates.flatMap(({ file }) => read.get(file) ?? []),
    ...content,
    ...last.flatMap(({ file }) => read.get(file) ?? []),
  ]
  const managed = of1.filter(({ kind }) => kind === 'managed')
  return {
    of1: layers(
      of1.filter(({ kind }) => kind !== 'managed'),
      managed,
    ),
    of2: layers(of2, []),
  }
}

/** What OpenCode 1 reads beside some files, lowest precedence first; of variables only the files that they name. */
export async function readOthers(
  system: System,
  files: readonly string[],
): Promise<readonly ConfigLayer[]> {
  const found: ConfigLayer[] = []
  for (const candidate of filesOf1(system.machine, await projectFolders(system))) {
    if (files.includes(candidate.file)) continue
    const layer = await readLayer(system, candidate, new Set([1]))
    if (layer !== undefined) found.push(layer)
  }
  return found
}

/** The files of OpenCode 1, lowest precedence first (contract 1.2). */
export function filesOf1(machine: Machine, project: readonly string[]): readonly Candidate[] {
  const global = path.join(xdgFolder(machine, 'CONFIG'), 'opencode')
  const chosen = variable(machine, 'OPENCODE_CONFIG_DIR')
  return lastOfEach([
    { file: path.join(global, 'config.json'), kind: 'global' },
    ...inFolder(global, 'global'),
    ...named(machine),
    ...project.toReversed().flatMap((folder) => inFolder(folder, 'project')),
    ...project.flatMap((folder) => inFolder(path.join(folder, '.opencode'), 'dot-folder')),
    ...inFolder(path.join(machine.home, '.opencode'), 'home-dot-folder'),
    ...(chosen === undefined ? [] : inFolder(asOpenCode(machine, chosen), 'config-dir')),
    ...inFolder(managedFolder(machine), 'managed'),
  ])
}

/** The same of OpenCode 2, which takes another global folder, and project files up to the root of the disk. */
function filesOf2(machine: Machine): readonly Candidate[] {
  const chosen = variable(machine, 'OPENCODE_CONFIG_DIR')
  const global =
    chosen === undefined
      ? path.join(xdgFolder(machine, 'CONFIG'), 'opencode')
      : asOpenCode(machine, chosen)
  const project = foldersUp(machine.cwd).toReversed()
  return lastOfEach([
    ...inFolder(global, chosen === undefined ? 'global' : 'config-dir'),
    ...named(machine),
    ...project.flatMap((folder) => inFolder(folder, 'project')),
    ...project.flatMap((folder) => inFolder(path.join(folder, '.opencode'), 'dot-folder')),
  ])
}

function named(machine: Machine): readonly Candidate[] {
  const file = variable(machine, 'OPENCODE_CONFIG')
  return file === undefined ? [] : [{ file: asOpenCode(machine, file), kind: 'config-variable' }]
}

/** A path in one of OpenCode's variables. It knows no `~` there: that is for a shell to replace. */
export function asOpenCode(machine: Machine, given: string): string {
  return path.resolve(machine.cwd, given)
}

function inFolder(folder: string, kind: LayerKind): readonly Candidate[] {
  return ['opencode.json', 'opencode.jsonc'].map((name) => ({
    file: path.join(folder, name),
    kind,
  }))
}

/** A file that is reached in two ways counts where it is read last. */
function lastOfEach(candidates: readonly Candidate[]): readonly Candidate[] {
  return candidates.filter(
    ({ file }, index) => candidates.findLastIndex((other) => other.file === file) === index,
  )
}

/** Where an administrator puts what nobody overrides (contract 1.2). */
export function managedFolder(machine: Machine): string {
  const test = variable(machine, 'OPENCODE_TEST_MANAGED_CONFIG_DIR')
  if (test !== undefined) return test
  if (machine.os === 'darwin') return '/Library/Application Support/opencode'
  if (machine.os !== 'win32') return '/etc/opencode'
  return path.join(variable(machine, 'ProgramData') ?? 'C:\\ProgramData', 'opencode')
}

/** The folders whose files count as the project's, nearest first; none where OpenCode is told not to look. */
export async function projectFolders({ files, machine }: System): Promise<readonly string[]> {
  if (/^(?:1|true)$/i.test(machine.env['OPENCODE_DISABLE_PROJECT_CONFIG'] ?? '')) return []
  const folders: string[] = []
  for (const folder of foldersUp(machine.cwd)) {
    folders.push(folder)
    if ((await lookAt(files, path.join(folder, '.git'))) !== undefined) break
  }
  return folders
}

function foldersUp(start: string): readonly string[] {
  const above = path.dirname(start)
  return above === start ? [start] : [start, ...foldersUp(above)]
}

async function contentLayer(system: System): Promise<readonly ConfigLayer[]> {
  const { machine } = system
  const text = variable(machine, CONTENT_VARIABLE)
  if (text === undefined) return []
  const readBy = new Set<OpenCodeLine>([1, 2])
  const layer = { kind: 'content', file: CONTENT_VARIABLE, text, readBy } as const
  return [await parsedLayer(system, machine.cwd, layer)]
}

type Parsed = Pick<ConfigLayer, 'document' | 'problem' | 'filledIn'>

function parsed(text: string): Parsed {
  const result = text === '' ? undefined : parseJsonDocument(text, 'jsonc')
  if (result === undefined) return { document: undefined, problem: undefined, filledIn: false }
  return result.ok
    ? { document: result.document, problem: undefined, filledIn: false }
    : { document: undefined, problem: result.problems[0], filledIn: false }
}

async function readLayer(
  system: System,
  { file, kind }: Candidate,
  readBy: ReadonlySet<OpenCodeLine>,
): Promise<ConfigLayer | undefined> {
  const { text, fault, mode } = await readConfig(system, file)
  const found = { ...(fault === undefined ? {} : { fault }), mode }
  if (text === undefined) {
    return fault === undefined ? undefined : { kind, file, text: '', readBy, ...parsed(''), fault }
  }
  return await parsedLayer(system, path.dirname(file), { kind, file, text, readBy, ...found })
}

/** @param folder what a `{file:}` in the text is relative to */
async function parsedLayer(
  system: System,
  folder: string,
  layer: Omit<ConfigLayer, keyof Parsed>,
): Promise<ConfigLayer> {
  const { text } = layer
  const asItStands = { ...layer, ...parsed(text) }
  if (asItStands.problem === undefined || !/\{(?:env|file):/.test(text)) return asItStands
  // Braces may stand for a number, or for a whole object.
  const filled = await fillIn(system, folder, text)
  const whole = parsed(filled)
  return whole.document === undefined
    ? asItStands
    : { ...asItStands, text: filled, ...whole, filledIn: true, asWritten: text }
}
