import { commandDigest, sourceName } from '../core/key-source.ts'
import { keyVariable } from '../core/key-variable.ts'
import { selects } from '../core/plan/plan.ts'
import type { Selection } from '../core/plan/plan.ts'
import type { KeySource, WantedProvider } from '../core/wanted.ts'
import type { KeychainAnswer, KeychainRequest, Machine } from '../system/system.ts'
import { variable } from './paths.ts'
import { runCommands } from './run-commands.ts'
import { readSecretFile } from './secret-file.ts'
import type { SecretFileAnswer } from './secret-file.ts'
import { patienceOf } from './session.ts'
import type { Session } from './session.ts'
import { readState } from './state-store.ts'
import { answerOf, commandReached } from './walk-sources.ts'
import type {
  CommandAnswers,
  FileAnswers,
  KeychainAnswers,
  ReachedCommand,
  SourceAnswer,
} from './walk-sources.ts'

export interface AskOptions {
  /** Whether the keychain may raise a dialog to be unlocked. */
  readonly mayUnlock: boolean
  /** Aborted when the answers are no longer wanted. */
  readonly signal?: AbortSignal
  /** Providers whose commands are accepted by this run, beside those that were accepted before. */
  readonly trustCommands?: Selection
}

/**
 * Ask the sources of every provider, in the order in which the manifest has them. Each is asked at most once: the keychain in
 * one batch, and not at all when no provider gets as far as it; a command after all that comes before it.
 * Never throws for what a source says.
 */
export async function askSources(
  session: Session,
  providers: readonly WantedProvider[],
  how: AskOptions,
): Promise<ReadonlyMap<string, SourceAnswer>> {
  const { machine } = session.system
  const { learn } = session
  const files = await readFiles(session, providers)
  const keychain = await askEntries(session, providers, { ...how, files })
  const known = { machine, files, keychain, learn }
  const reached = providers.flatMap((provider) => commandReached(provider, known) ?? [])
  const commands = await askCommands(session, reached, how)
  return new Map(
    providers.map((provider) => [provider.id, answerOf(provider, { ...known, commands })]),
  )
}

/** The answers of before, with those anew of the providers that can have another one now. */
export async function askAgain(
  session: Session,
  providers: readonly WantedProvider[],
  {
    before,
    entered,
    how,
  }: {
    readonly before: Promise<ReadonlyMap<string, SourceAnswer>>
    /** Ids of those for which a key was stored since. */
    readonly entered: readonly string[]
    readonly how: AskOptions
  },
): Promise<ReadonlyMap<string, SourceAnswer>> {
  const known = await before
  const { trustCommands = new Set<string>() } = how
  const isOutdated = (id: string): boolean => {
    return entered.includes(id) || (isUntrusted(known.get(id)) && selects(trustCommands, id))
  }
  const again = providers.filter(({ id }) => isOutdated(id))
  if (again.length === 0) return known
  return new Map([...known, ...(await askSources(session, again, how))])
}

function isUntrusted(answer: SourceAnswer | undefined): boolean {
  return answer?.state === 'refused' && answer.refusal.kind === 'untrusted'
}

/** Every file that may be needed: they are few and small, and tell whether the keychain is. */
async function readFiles(
  { system }: Session,
  providers: readonly WantedProvider[],
): Promise<FileAnswers> {
  const answers = new Map<string, SecretFileAnswer>()
  for (const { id, key } of providers) {
    if (variable(system.machine, keyVariable(id)) !== undefined) continue
    for (const source of key.sources) {
      if (source.kind !== 'file' || answers.has(source.path)) continue
      answers.set(source.path, await readSecretFile(system, source.path))
    }
  }
  return answers
}

async function askEntries(
  session: Session,
  providers: readonly WantedProvider[],
  { files, mayUnlock, signal }: AskOptions & { readonly files: FileAnswers },
): Promise<KeychainAnswers> {
  const { system } = session
  const requests = new Map<string, KeychainRequest>()
  for (const provider of providers) {
    for (const source of keychainSourcesReached(system.machine, files, provider)) {
      const { service, account } = source
      requests.set(sourceName(source), { op: 'read', service, account })
    }
  }
  if (requests.size === 0) return new Map()
  const answers = await system.keychain.batch([...requests.values()], {
    ...patienceOf(session),
    unlocking: mayUnlock ? 'may-ask' : 'never-ask',
    ...(signal === undefined ? {} : { signal }),
  })
  return new Map([...requests.keys()].map((name, index) => [name, answerAt(answers, index)]))
}

function answerAt(answers: readonly KeychainAnswer[], index: number): KeychainAnswer {
  return answers[index] ?? { status: 'refused', situation: 'unknown' }
}

type KeychainSource = Extract<KeySource, { kind: 'keychain' }>

/** The keychain entries that may have to be read: those before the first source that surely answers. */
function keychainSourcesReached(
  machine: Machine,
  files: FileAnswers,
  { id, key }: WantedProvider,
): readonly KeychainSource[] {
  if (variable(machine, keyVariable(id)) !== undefined) return []
  const last = key.sources.findIndex((source) => {
    if (source.kind === 'env') return variable(machine, source.name) !== undefined
    if (source.kind === 'file') return files.get(source.path)?.status !== 'absent'
    return source.kind !== 'keychain'
  })
  const reached = last < 0 ? key.sources : key.sources.slice(0, last)
  return reached.filter((source) => source.kind === 'keychain')
}

/** Run the commands that were reached and accepted: in this run, or on this machine before. */
async function askCommands(
  session: Session,
  reached: readonly ReachedCommand[],
  { trustCommands = new Set<string>(), signal }: AskOptions,
): Promise<CommandAnswers> {
  if (reached.length === 0) return new Map()
  const { commands } = (await readState(session.system)).state
  const now = reached.filter(({ id }) => selects(trustCommands, id))
  const accepted = new Set([...commands, ...now.map(({ source }) => commandDigest(source))])
  const sources = reached.map(({ source }) => source)
  return await runCommands(
    session,
    sources.filter((source) => accepted.has(commandDigest(source))),
    signal,
  )
}
