import path from 'node:path'
import { displayPath } from '../app/paths.ts'
import type { Explanation, Origin } from '../core/explain/explanation.ts'
import { harmless } from '../core/format-diagnostic.ts'
import type { System } from '../system/system.ts'
import type { Paint } from './paint.ts'

/** What every part of an explanation is printed with. */
export interface View {
  readonly paint: Paint
  readonly verbose: boolean
  readonly names: NamesOfFiles
}

/** Short names of the files that are mentioned, with a legend that says which they are. */
export interface NamesOfFiles {
  /** Short name, the file as it is shown else, and what it is where that is not plain. */
  readonly legend: readonly (readonly [string, string, string])[]
  readonly short: (file: string) => string
  /** `opencode.jsonc:6`. */
  readonly place: (origin: Origin) => string
}

/** The last part of a path names a file, unless two would be called alike. */
export function namesOfFiles(
  { machine, packageFolder }: Pick<System, 'machine' | 'packageFolder'>,
  explanation: Explanation,
): NamesOfFiles {
  const kinds = new Map<string, Origin['kind']>()
  for (const { file, kind } of originsIn(explanation)) if (!kinds.has(file)) kinds.set(file, kind)
  const presets = path.join(packageFolder, 'templates')
  const alike = (file: string): readonly string[] =>
    [...kinds.keys()].filter((other) => path.basename(other) === path.basename(file))
  const short = (file: string): string => {
    if (!path.isAbsolute(file)) return file
    const base = path.basename(file)
    if (path.dirname(file) === presets) return `preset ${base.replace(/\.yaml\.hbs$/, '')}`
    if (!kinds.has(file)) return displayPath(machine, file)
    // Of several, the one in OpenCode's own folder is called by its name alone.
    const plain = alike(file).filter((other) => kinds.get(other) === 'global')
    const isAlone = alike(file).length === 1 || (plain.length === 1 && plain[0] === file)
    return isAlone ? base : withFolder(displayPath(machine, file))
  }
  const legend = [...kinds].flatMap(([file, kind]) => {
    if (!path.isAbsolute(file) || path.dirname(file) === presets) return []
    return [[harmless(short(file)), withFolder(displayPath(machine, file)), WORDS[kind]] as const]
  })
  return {
    legend,
    short: (file) => harmless(short(file)),
    place: ({ file, line, kind }) => {
      const name = kind === 'variable' ? `$${file}` : short(file)
      return harmless(line === undefined ? name : `${name}:${line}`)
    },
  }
}

function withFolder(shown: string): string {
  return /[\\/]/.test(shown) ? shown : `./${shown}`
}

const WORDS: Readonly<Record<Origin['kind'], string>> = {
  global: '',
  'config-variable': 'OPENCODE_CONFIG',
  project: 'project',
  'dot-folder': 'project',
  'home-dot-folder': '',
  'config-dir': 'OPENCODE_CONFIG_DIR',
  content: 'a variable',
  managed: 'of the administrator',
  given: '',
  auth: '',
  manifest: '',
  database: '',
  variable: '',
}

/** Every place that is mentioned, in the order in which files are looked through. */
function originsIn(explanation: Explanation): readonly Origin[] {
  const { values, pending, keys, hidden, opencode2, modelsOrigin, destination } = explanation
  const found = [
    ...values.flatMap(({ origin, shadows, manifest }) => [
      origin,
      ...shadows.map((shadow) => shadow.origin),
      manifest?.origin,
      ...(manifest?.via ?? []),
    ]),
    ...pending.map(({ origin }) => origin),
    ...[...keys.opencode1.candidates, ...keys.opencode2.candidates].map(({ origin }) => origin),
    ...hidden.map(({ origin }) => origin),
    ...opencode2.differences.map(({ origin }) => origin),
    modelsOrigin,
    destination.addressOrigin,
  ]
  return found.filter((origin) => origin !== undefined)
}
