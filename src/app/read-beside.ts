import path from 'node:path'
import { isBackup } from '../core/doctor/beside.ts'
import type { Beside, TuiBackup } from '../core/doctor/beside.ts'
import type { ConfigLayer } from '../core/doctor/config-layer.ts'
import { secretsIn } from '../core/import/known-secrets.ts'
import { parseJsonDocument, valueOf } from '../core/jsonc/parse.ts'
import { keysIn } from '../core/manifest/key-forms.ts'
import type { System } from '../system/system.ts'
import { asOpenCode } from './config-layers.ts'
import { variable } from './paths.ts'

/** What stands beside config files, and what their variables lead to. */
export async function readBeside(system: System, layers: readonly ConfigLayer[]): Promise<Beside> {
  const folders = layers.flatMap(({ kind, file }) => (kind === 'content' ? [] : path.dirname(file)))
  const tuiFiles = new Set<string>()
  const backups: TuiBackup[] = []
  for (const folder of new Set(folders)) {
    for (const name of await namesIn(system, folder)) {
      const file = path.join(folder, name)
      if (name === 'tui.json') tuiFiles.add(file)
      if (isBackup(name)) backups.push({ file, holdsSecret: await holdsSecret(system, file) })
    }
  }
  return { tuiFiles, backups, folderOfVariable: await folderOfVariable(system) }
}

async function namesIn({ files }: System, folder: string): Promise<readonly string[]> {
  try {
    return await files.list(folder)
  } catch {
    return []
  }
}

async function holdsSecret({ files }: System, file: string): Promise<boolean> {
  try {
    const facts = await files.look(await files.resolve(file))
    const text = facts?.kind === 'file' ? ((await files.read(file)) ?? '') : ''
    if (text.split('\n').some((line) => keysIn(line).length > 0)) return true
    const parsed = parseJsonDocument(text, 'jsonc')
    return parsed.ok && secretsIn(valueOf(parsed.document.root)).length > 0
  } catch {
    return false
  }
}

async function folderOfVariable({ files, machine }: System): Promise<Beside['folderOfVariable']> {
  const chosen = variable(machine, 'OPENCODE_CONFIG_DIR')
  if (chosen === undefined) return undefined
  try {
    const facts = await files.look(await files.resolve(asOpenCode(machine, chosen)))
    if (facts === undefined) return 'absent'
    return facts.kind === 'folder' ? 'folder' : undefined
  } catch {
    return undefined
  }
}
