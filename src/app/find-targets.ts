import path from 'node:path'
import type { Diagnostic } from '../core/diagnostic.ts'
import { OpgenError } from '../errors.ts'
import { keysFolder } from './key-files.ts'
import { absolute, variable, xdgFolder } from './paths.ts'
import type { Session } from './session.ts'

/** OpenCode's files on this machine, found the way OpenCode finds them (contract 1.1, 1.2). */
export interface Targets {
  /** Config files that may be edited, lowest precedence first. Most of them do not exist. */
  readonly config: readonly string[]
  readonly auth: string
  /** Targets of earlier runs: those of `config` that come first, and files for auth.json. */
  readonly former?: readonly string[]
  readonly formerAuth?: readonly string[]
  /** Folder of the key files. */
  readonly keys: string
  /** Config files of the global folder that also count while `OPENCODE_CONFIG_DIR` is set. */
  readonly shadowed: readonly string[]
  readonly warnings: readonly Diagnostic[]
}

export function findTargets({ system, options }: Pick<Session, 'system' | 'options'>): Targets {
  const { machine } = system
  const auth =
    options.auth === undefined
      ? path.join(xdgFolder(machine, 'DATA'), 'opencode', 'auth.json')
      : absolute(machine, options.auth)
  for (const given of [options.config, options.auth]) refuseTemplate(given)
  const keys = keysFolder(machine)
  const warnings = configVariableWarning(variable(machine, 'OPENCODE_CONFIG'))
  if (options.config !== undefined) {
    return { config: [absolute(machine, options.config)], auth, keys, shadowed: [], warnings }
  }
  const global = path.join(xdgFolder(machine, 'CONFIG'), 'opencode')
  const globalFiles = ['config.json', 'opencode.json', 'opencode.jsonc']
  const chosen = variable(machine, 'OPENCODE_CONFIG_DIR')
  const inGlobal = globalFiles.map((name) => path.join(global, name))
  if (chosen === undefined || absolute(machine, chosen) === global) {
    return { config: inGlobal, auth, keys, shadowed: [], warnings }
  }
  // OpenCode reads no config.json in such a folder.
  const folder = absolute(machine, chosen)
  const config = ['opencode.json', 'opencode.jsonc'].map((name) => path.join(folder, name))
  return { config, auth, keys, shadowed: inGlobal, warnings }
}

/** The source file of a dotfiles manager's template is not JSON, and is not what OpenCode reads. */
function refuseTemplate(given: string | undefined): void {
  if (given?.endsWith('.tmpl') === true)
    throw new OpgenError({ code: 'template-target', path: given })
}

function configVariableWarning(file: string | undefined): readonly Diagnostic[] {
  if (file === undefined) return []
  return [
    {
      code: 'config-variable',
      severity: 'warning',
      message: `OPENCODE_CONFIG is set: where ${file} exists, its values win over opgen's`,
      hint: 'opgen never writes that file; unset the variable if it is not meant to override',
    },
  ]
}
