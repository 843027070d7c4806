import path from 'node:path'
import { nodeAt, parseJsonDocument, valueOf } from '../core/jsonc/parse.ts'
import type { JsonDocument } from '../core/jsonc/parse.ts'
import { idsIn } from '../core/run-config.ts'
import type { ProviderLists } from '../core/run-config.ts'
import type { System } from '../system/system.ts'
import { absolute, variable, xdgFolder } from './paths.ts'

/** OpenCode's own folder for config, as apply would write it. */
export function configFolder({ machine }: System): string {
  const chosen = variable(machine, 'OPENCODE_CONFIG_DIR')
  return chosen === undefined
    ? path.join(xdgFolder(machine, 'CONFIG'), 'opencode')
    : absolute(machine, chosen)
}

/**
 * The lists of provider ids that an OpenCode started here would go by: of all its config files the last that
 * has one. A file that cannot be read or parsed is OpenCode's to complain about.
 */
export async function readLists(system: System): Promise<ProviderLists> {
  let lists: ProviderLists = { enabled: undefined, disabled: undefined }
  for (const file of await configFiles(system)) {
    const document = await readDocument(system, file)
    if (document !== undefined) lists = listsOver(lists, document)
  }
  return lists
}

export function listsOver(below: ProviderLists, document: JsonDocument): ProviderLists {
  const listed = (name: string): readonly string[] | undefined => {
    const node = nodeAt(document, [name])
    return node === undefined ? undefined : idsIn(valueOf(node))
  }
  return {
    enabled: listed('enabled_providers') ?? below.enabled,
    disabled: listed('disabled_providers') ?? below.disabled,
  }
}

/** The files that OpenCode merges, lowest precedence first (contract 1.2). */
async function configFiles(system: System): Promise<readonly string[]> {
  const { machine } = system
  const global = path.join(xdgFolder(machine, 'CONFIG'), 'opencode')
  const named = variable(machine, 'OPENCODE_CONFIG')
  const isProjectRead = !/^(?:1|true)$/i.test(machine.env['OPENCODE_DISABLE_PROJECT_CONFIG'] ?? '')
  // Nearest first.
  const project = isProjectRead ? await projectFolders(system) : []
  const chosen = variable(machine, 'OPENCODE_CONFIG_DIR')
  return [
    path.join(global, 'config.json'),
    ...inFolder(global),
    ...(named === undefined ? [] : [absolute(machine, named)]),
    ...project.toReversed().flatMap(inFolder),
    ...[...project, machine.home].flatMap((folder) => inFolder(path.join(folder, '.opencode'))),
    ...(chosen === undefined ? [] : inFolder(absolute(machine, chosen))),
  ]
}

function inFolder(folder: string): readonly string[] {
  return ['opencode.json', 'opencode.jsonc'].map((name) => path.join(folder, name))
}

/** From the working folder up to the root of its git work tree; outside of one, of the disk. */
async function projectFolders({ files, machine }: System): Promise<readonly string[]> {
  const folders: string[] = []
  for (let folder = machine.cwd; ; folder = path.dirname(folder)) {
    folders.push(folder)
    const isRoot = path.dirname(folder) === folder
    if (isRoot || (await files.look(path.join(folder, '.git'))) !== undefined) return folders
  }
}

async function readDocument({ files }: System, file: string): Promise<JsonDocument | undefined> {
  try {
    // Not a pipe: that would be waited for without end.
    const kind = (await files.look(await files.resolve(file)))?.kind
    const text = kind === 'file' ? await files.read(file) : undefined
    const parsed = text === undefined ? undefined : parseJsonDocument(text, 'jsonc')
    return parsed?.ok === true ? parsed.document : undefined
  } catch {
    return undefined
  }
}
