import path from 'node:path'
import type { Stray } from '../core/doctor/scene.ts'
import { isJsonObject } from '../core/json.ts'
import type { JsonObject } from '../core/json.ts'
import { nodeAt, parseJsonDocument, valueOf } from '../core/jsonc/parse.ts'
import type { Machine, System } from '../system/system.ts'
import { namesIn } from './look-if-possible.ts'
import { asOpenCode, filesOf1, projectFolders } from './config-layers.ts'
import { variable, xdgFolder } from './paths.ts'

/** A folder where people put such files, and which names there are no accident. */
interface Haunt {
  readonly folder: string
  readonly names: Readonly<Record<string, Stray['why']>>
  /** Names that others use as well: only what looks like OpenCode's counts. */
  readonly common?: readonly string[]
  /** Where OpenCode would read a config file of this folder. */
  readonly instead: string
}

const CONFIG = ['opencode.json', 'opencode.jsonc']

/** The program that was called so before this one had its settings there. */
const DOTTED = named(['.opencode.json', '.opencode.jsonc'], 'wrong-name')

const FOREIGN = named(['opencode.yaml', 'opencode.yml', 'opencode.toml'], 'wrong-format')

const PLAIN = {
  ...named(['config.jsonc'], 'wrong-name'),
  ...named(['config.yaml', 'config.yml', 'config.toml'], 'wrong-format'),
}

const LOGINS = named(['auth.json'], 'wrong-folder')

function named(names: readonly string[], why: Stray['why']): Haunt['names'] {
  return Object.fromEntries(names.map((name) => [name, why]))
}

/** Files that people take for OpenCode's configuration or logins, and OpenCode 1 does not read. */
export async function findStrays(system: System): Promise<readonly Stray[]> {
  const { files, machine } = system
  const project = await projectFolders(system)
  const auth = path.join(xdgFolder(machine, 'DATA'), 'opencode', 'auth.json')
  const read = new Set([...filesOf1(machine, project).map(({ file }) => file), auth])
  const found = new Map<string, Stray>()
  for (const haunt of hauntsOf(machine, project)) {
    for (const name of await namesIn(files, haunt.folder)) {
      const file = path.join(haunt.folder, name)
      if (read.has(file) || found.has(file)) continue
      const why = await whyOf(system, haunt, name)
      if (why === undefined) continue
      found.set(file, { file, why, instead: name === 'auth.json' ? auth : haunt.instead })
    }
  }
  return found.size === 0 ? [] : await onlyOwnFiles(files, [...found.values()], [...read])
}

/** Without what is no file, and what leads to a file that is read, or is led to. */
async function onlyOwnFiles(
  files: System['files'],
  found: readonly Stray[],
  read: readonly string[],
): Promise<readonly Stray[]> {
  const real = async (file: string): Promise<string> => await files.resolve(file).catch(() => file)
  const realRead = new Set(await Promise.all(read.map(real)))
  const left: Stray[] = []
  for (const stray of found) {
    const target = await real(stray.file)
    const facts = await files.look(target).catch(() => undefined)
    if (facts?.kind === 'file' && !realRead.has(target)) left.push(stray)
  }
  return left
}

function hauntsOf(machine: Machine, project: readonly string[]): readonly Haunt[] {
  const { home } = machine
  const above = xdgFolder(machine, 'CONFIG')
  const global = path.join(above, 'opencode')
  const instead = path.join(global, 'opencode.jsonc')
  const chosen = variable(machine, 'OPENCODE_CONFIG_DIR')
  const elsewhere = {
    ...named([...CONFIG, 'config.json', 'auth.json'], 'wrong-folder'),
    ...PLAIN,
    ...FOREIGN,
  }
  return [
    { folder: home, names: { ...DOTTED, ...named(CONFIG, 'wrong-folder') }, instead },
    ...[above, path.join(home, '.config')].map((folder) => {
      return { folder, names: named(CONFIG, 'wrong-folder'), instead }
    }),
    {
      folder: global,
      names: { ...DOTTED, ...PLAIN, ...FOREIGN, ...LOGINS, config: 'toml' },
      instead,
    },
    ...(chosen === undefined ? [] : [ownFolder(asOpenCode(machine, chosen))]),
    ownFolder(path.join(home, '.opencode')),
    ...foreignFolders(machine)
      .filter((folder) => folder !== global)
      .map((folder) => ({ folder, names: elsewhere, instead })),
    { folder: path.join(home, '.local', 'share', 'opencode'), names: LOGINS, instead },
    ...project.flatMap((folder) => [inProject(folder), inProject(path.join(folder, '.opencode'))]),
  ]
}

/** A folder in which OpenCode reads what has the right name. */
function ownFolder(folder: string): Haunt {
  return {
    folder,
    names: { ...named(['config.json'], 'wrong-name'), ...PLAIN, ...FOREIGN, ...LOGINS },
    instead: path.join(folder, 'opencode.json'),
  }
}

function inProject(folder: string): Haunt {
  const common = ['config.json', ...Object.keys(PLAIN)]
  const names = { ...DOTTED, ...FOREIGN, ...named(['config.json'], 'wrong-name'), ...PLAIN }
  return { folder, names, common, instead: path.join(folder, 'opencode.json') }
}

/** Where programs of this system have their settings, as a rule. */
function foreignFolders({ env, home, os }: Machine): readonly string[] {
  const folders = [path.join(home, '.config', 'opencode')]
  if (os === 'darwin') folders.push(path.join(home, 'Library', 'Application Support', 'opencode'))
  const { APPDATA } = env
  if (os === 'win32' && APPDATA !== undefined) folders.push(path.join(APPDATA, 'opencode'))
  return folders
}

async function whyOf(
  system: System,
  { folder, names, common = [] }: Haunt,
  name: string,
): Promise<Stray['why'] | undefined> {
  const why = Object.hasOwn(names, name) ? names[name] : undefined
  if (why === undefined || !common.includes(name)) return why
  return (await looksOwn(system, path.join(folder, name))) ? why : undefined
}

/** In bytes: a config that a person writes is far smaller. */
const LARGEST = 1_000_000

/** Whether a file under a common name says that it is OpenCode's. */
async function looksOwn({ files }: System, file: string): Promise<boolean> {
  try {
    const facts = await files.look(await files.resolve(file))
    if (facts?.kind !== 'file' || facts.size > LARGEST) return false
    const text = (await files.read(file)) ?? ''
    if (/opencode\.ai\/(?:config|tui)/.test(text)) return true
    const parsed = parseJsonDocument(text, 'jsonc')
    const node = parsed.ok ? nodeAt(parsed.document, ['provider']) : undefined
    const blocks = node === undefined ? undefined : valueOf(node)
    return isJsonObject(blocks) && Object.values(blocks).some((block) => isBlock(block))
  } catch {
    return false
  }
}

function isBlock(value: JsonObject[string] | undefined): boolean {
  return (
    isJsonObject(value) && ['npm', 'options', 'models'].some((name) => Object.hasOwn(value, name))
  )
}
