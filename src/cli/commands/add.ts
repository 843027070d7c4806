import { draftProvider, startAdding, writeDraft } from '../../app/add-provider.ts'
import type { DraftProblem } from '../../app/add-provider.ts'
import { lookForKey, storeFirstKey } from '../../app/first-key.ts'
import type { Diagnostic } from '../../core/diagnostic.ts'
import { InvalidInput, OpgenError } from '../../errors.ts'
import { askForKey, askForProvider } from '../ask-provider.ts'
import type { GivenProvider } from '../ask-provider.ts'
import type { CommandContext, Report } from '../command.ts'
import { complain } from '../complain.ts'
import { reportAdded } from '../report-added.ts'

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
  const wrong = first.problems.filter((problem) => !interactive || isGiven(problem, given))
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
  return reportAdded(context, { adding, drafted, state, stored })
}

/** Whether a problem is one of what the command line says, and not of what will be asked for. */
function isGiven(problem: DraftProblem, { preset }: GivenProvider): boolean {
  const { field } = problem
  if (canBeAsked(problem)) return false
  return preset !== undefined || (field !== undefined && field !== 'preset')
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
