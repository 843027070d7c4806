import { draftProvider, startAdding, writeDraft } from '../../app/add-provider.ts'
import type { Adding, Drafted, DraftProblem } from '../../app/add-provider.ts'
import { lookForKey, storeFirstKey } from '../../app/first-key.ts'
import type { FirstKey } from '../../app/first-key.ts'
import { displayPath } from '../../app/paths.ts'
import type { Diagnostic } from '../../core/diagnostic.ts'
import { harmless } from '../../core/format-diagnostic.ts'
import { InvalidInput, namingManifest, OpgenError } from '../../errors.ts'
import { askForKey, askForProvider } from '../ask-provider.ts'
import type { GivenProvider } from '../ask-provider.ts'
import type { CommandContext, Report } from '../command.ts'
import { complain } from '../complain.ts'
import { ExitCode } from '../exit-code.ts'

/**
 * Add a provider to the manifest, asking a person for what is missing, the key too. Everything that is typed
 * is checked before the file is written, and the key is stored after it: a key without a provider would be
 * seen by nobody, and a provider without its key is what the next `plan` names.
 */
export async function runAdd(
  context: CommandContext,
  id: string,
  given: GivenProvider,
): Promise<Report> {
  const { session } = context
  const adding = await startAdding(session, id)
  const first = await draftProvider(session, adding, {
    ...given,
    preset: given.preset ?? adding.preset,
  })
  const { interactive } = session.options
  const wrong = first.problems.filter((problem) => !interactive || !canBeAsked(problem))
  if (wrong.length > 0) throw new InvalidInput(wrong.map(asGiven))
  const drafted = interactive ? await askForProvider(context, adding, given) : first
  if (drafted.problems.length > 0) throw new InvalidInput(drafted.problems.map(asGiven))
  const found = drafted.wanted === undefined ? 'unknown' : await lookForKey(session, drafted.wanted)
  const key = interactive
    ? await askForKey(context, drafted, found)
    : { state: found, typed: undefined }
  await writeDraft(session, adding, drafted)
  const stored = key.typed === undefined ? undefined : await store(context, id, key.typed)
  const state = stored === 'refused' ? 'missing' : key.state
  return report(context, { adding, drafted, state, stored })
}

function canBeAsked({ diagnostic: { code } }: DraftProblem): boolean {
  return code === 'missing-base-url' || code === 'no-models'
}

const OPTIONS = { preset: '--preset', baseURL: '--base-url', models: '--model' } as const

/** A problem as told of a command line. */
function asGiven({ field, diagnostic }: DraftProblem): Diagnostic {
  if (field === undefined || canBeAsked({ field, diagnostic })) return diagnostic
  return { ...diagnostic, message: `\`${OPTIONS[field]}\`: ${diagnostic.message}` }
}

/** The fingerprint; what the keychain refuses is told, and the provider stays. */
async function store(
  { session, terminal }: CommandContext,
  id: string,
  typed: string,
): Promise<{ readonly fingerprint: string } | 'refused'> {
  try {
    return { fingerprint: await storeFirstKey(session, id, typed) }
  } catch (error) {
    if (!(error instanceof OpgenError)) throw error
    complain(terminal, error)
    return 'refused'
  }
}

interface Added {
  readonly adding: Adding
  readonly drafted: Drafted
  readonly state: FirstKey
  readonly stored: Awaited<ReturnType<typeof store>> | undefined
}

function report(context: CommandContext, { adding, drafted, state, stored }: Added): Report {
  const { session, quiet } = context
  const { path: manifest } = adding.open.file
  const { id, preset, baseURL, models } = drafted.provider
  const { line, lastLine } = drafted.edit
  const notes = notesOf(drafted)
  const where = `${displayPath(session.system.machine, manifest)}:${line}`
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

function notesOf({ edit, hidden, provider: { id } }: Drafted): readonly string[] {
  const listed =
    edit.enabledLine === undefined
      ? []
      : [
          `"${id}" was added to "enabled_providers" on line ${edit.enabledLine} too: OpenCode shows only what stands there`,
        ]
  const hiding = hidden.map(({ machine, source }) => {
    const of = machine === undefined ? '' : ` of the machine "${machine}"`
    return `"enabled_providers"${of} on line ${source.line} does not name "${id}", so OpenCode hides it there`
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
