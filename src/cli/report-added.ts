import type { Adding, Drafted } from '../app/add-provider.ts'
import type { FirstKey } from '../app/first-key.ts'
import { displayPath } from '../app/paths.ts'
import { harmless } from '../core/format-diagnostic.ts'
import type { Source } from '../core/source.ts'
import { namingManifest } from '../errors.ts'
import type { Machine } from '../system/system.ts'
import type { CommandContext, Report } from './command.ts'
import { ExitCode } from './exit-code.ts'

/** What became of a new provider. */
export interface Added {
  readonly adding: Adding
  readonly drafted: Drafted
  readonly state: FirstKey
  /** Its key; undefined where none was given. */
  readonly stored: { readonly fingerprint: string } | 'refused' | undefined
}

/** Tell where a provider was added, and what to do next. */
export function reportAdded(
  context: CommandContext,
  { adding, drafted, state, stored }: Added,
): Report {
  const { session, quiet } = context
  const { path: manifest } = adding.open.file
  const { id, preset, baseURL, models } = drafted.provider
  const { line, lastLine } = drafted.edit
  const { machine } = session.system
  const notes = notesOf(drafted, (at) => placeOf(machine, manifest, at))
  const where = `${displayPath(machine, manifest)}:${line}`
  const keyLine =
    typeof stored === 'object'
      ? `Stored the key for "${id}" in the keychain (fingerprint ${stored.fingerprint}).\n`
      : ''
  const hint = `opgen: hint: ${harmless(nextStep(session.options.manifest, { id, state, drafted }))}\n`
  const told = notes.map((note) => `opgen: note: ${harmless(note)}\n`).join('')
  return {
    exitCode: stored === 'refused' ? ExitCode.failure : ExitCode.ok,
    text: `Added "${id}" to ${harmless(where)}:\n${excerpt(drafted)}${keyLine}`,
    notes: quiet ? told : told + hint,
    warnings: drafted.warnings,
    json: {
      manifest,
      id,
      added: true,
      lines: { first: line, last: lastLine },
      preset,
      baseURL: baseURL ?? null,
      models,
      key: state,
      notes,
    },
  }
}

/** The lines of the provider as they stand in the file now. */
function excerpt({ edit: { text, line, lastLine } }: Drafted): string {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r\n?|\n/)
    .slice(line - 1, lastLine)
  return lines.map((content) => `${harmless(content)}\n`).join('')
}

/** Lists may stand in a file that the manifest includes. */
function placeOf(machine: Machine, manifest: string, { file, line }: Source): string {
  return file === manifest ? `on line ${line}` : `in ${displayPath(machine, file)}:${line}`
}

function notesOf(
  { edit, hidden, provider: { id } }: Drafted,
  place: (source: Source) => string,
): readonly string[] {
  const listed =
    edit.enabledLine === undefined
      ? []
      : [
          `"${id}" was added to "enabled_providers" on line ${edit.enabledLine} too: OpenCode shows only what stands there`,
        ]
  const hiding = hidden.map(({ field, machine, source }) => {
    const of = machine === undefined ? '' : ` of the machine "${machine}"`
    const does = field === 'enabled_providers' ? 'does not name' : 'names'
    return `"${field}"${of} ${place(source)} ${does} "${id}", so OpenCode hides it there`
  })
  return [...listed, ...hiding]
}

interface After {
  readonly id: string
  readonly state: FirstKey
  readonly drafted: Drafted
}

function nextStep(named: string | undefined, { id, state, drafted }: After): string {
  const option = namingManifest(named)
  const { wanted } = drafted
  if (wanted === undefined) {
    return `the manifest has other problems, which \`opgen plan${option}\` names`
  }
  if (state !== 'missing' && state !== 'unknown') return `run \`opgen apply${option}\``
  const page = wanted.key.keyPage
  const from = page === undefined ? '' : ` (get one at ${page})`
  return `store its key with \`opgen key set ${id}${option}\`${from}, then run \`opgen apply${option}\``
}
