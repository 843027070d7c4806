import path from 'node:path'
import { isBackup } from '../core/doctor/beside.ts'
import type { Beside, MissingConfig, TuiBackup } from '../core/doctor/beside.ts'
import type { ConfigLayer } from '../core/doctor/config-layer.ts'
import { secretsIn } from '../core/import/known-secrets.ts'
import { parseJsonDocument, valueOf } from '../core/jsonc/parse.ts'
import { keysIn } from '../core/manifest/key-forms.ts'
import type { System } from '../system/system.ts'
import { namesIn } from './look-if-possible.ts'
import { asOpenCode } from './config-layers.ts'
import { variable } from './paths.ts'

/** What stands beside config files, and what their variables lead to. */
export async function readBeside(system: System, layers: readonly ConfigLayer[]): Promise<Beside> {
  const folders = layers.flatMap(({ kind, file }) => (kind === 'content' ? [] : path.dirname(file)))
  const tuiFiles = new Set<string>()
  const backups: TuiBackup[] = []
  for (const folder of new Set(folders)) {
    for (const name of await namesIn(system.files, folder)) {
      const file = path.join(folder, name)
      if (name === 'tui.json') tuiFiles.add(file)
      if (isBackup(name)) backups.push({ file, holdsSecret: await holdsSecret(system, file) })
    }
  }
  return { tuiFiles, backups, missing: await missingConfig(system) }
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

/** What OpenCode reads in such a folder beside config files; its own installation is not among it. */
const USED =
  /^(?:opencode\.jsonc?|tui\.jsonc?|AGENTS\.md|(?:agent|command|mode|plugin|skill|theme|tool)s?)$/

async function missingConfig(system: System): Promise<Beside['missing']> {
  const { machine } = system
  const missing: MissingConfig[] = []
  for (const name of ['OPENCODE_CONFIG', 'OPENCODE_CONFIG_DIR'] as const) {
    const given = variable(machine, name)
    if (given === undefined) continue
    const file = asOpenCode(machine, given)
    const found = await foundAt(system, file, name)
    if (found === undefined) continue
    missing.push({ variable: name, path: file, found, hasTilde: given.startsWith('~') })
  }
  return missing
}

async function foundAt(
  system: System,
  file: string,
  name: MissingConfig['variable'],
): Promise<MissingConfig['found'] | undefined> {
  const { files } = system
  try {
    const facts = await files.look(await files.resolve(file))
    if (facts === undefined) return 'nothing'
    if (name === 'OPENCODE_CONFIG' || facts.kind !== 'folder') return undefined
    return (await files.list(file)).some((one) => USED.test(one)) ? undefined : 'empty-folder'
  } catch {
    return undefined
  }
}
