import { checkKey } from '../core/check-key.ts'
import type { KeyFault } from '../core/check-key.ts'
import { commandDigest, commandLine, sourceName } from '../core/key-source.ts'
import { keyVariable } from '../core/key-variable.ts'
import { Secret } from '../core/secret.ts'
import type { CommandSource, KeySource, WantedProvider } from '../core/wanted.ts'
import type { SourceRefusal } from '../source-words.ts'
import type { CommandAnswer, KeychainAnswer, KeychainSituation, Machine } from '../system/system.ts'
import { variable } from './paths.ts'
import type { SecretFileAnswer } from './secret-file.ts'

export type UsableAnswer = (
  | {
      readonly state: 'key'
      readonly secret: Secret
      readonly source: string
      /** Of the command that brought it. */
      readonly command?: string
    }
  | { readonly state: 'placeholder'; readonly secret: Secret }
  | { readonly state: 'none' | 'external' }
  | { readonly state: 'missing'; readonly tried: readonly string[] }
) & { readonly notes: readonly string[] }

export interface Refusal {
  readonly state: 'refused'
  readonly refusal: SourceRefusal
}

/** What the sources of one provider say; `refused` and `bad` are for the caller to judge. */
export type SourceAnswer =
  | UsableAnswer
  | Refusal
  | { readonly state: 'bad'; readonly fault: KeyFault; readonly source: string }

/** By path. */
export type FileAnswers = ReadonlyMap<string, SecretFileAnswer>
/** By the name of the source. */
export type KeychainAnswers = ReadonlyMap<string, KeychainAnswer>
/** By digest; one that was not run is not there. */
export type CommandAnswers = ReadonlyMap<string, CommandAnswer>

export interface ReachedCommand {
  readonly id: string
  readonly source: CommandSource
}

/** What is known when a provider's sources are gone through. */
export interface Known {
  readonly machine: Machine
  readonly files: FileAnswers
  readonly keychain: KeychainAnswers
  readonly commands: CommandAnswers
  /** Told every key that is found, so that it is never printed. */
  readonly learn: (key: string) => void
}

/** The command that a provider's key comes to, when all that stands before it has no answer. */
export function commandReached(
  provider: WantedProvider,
  known: Omit<Known, 'commands'>,
): ReachedCommand | undefined {
  const walk = startWalk(provider, { ...known, commands: new Map() })
  if (overriding(walk) !== undefined) return undefined
  for (const source of provider.key.sources) {
    if (source.kind === 'command') return { id: provider.id, source }
    if (askSource(walk, source) !== undefined) return undefined
  }
  return undefined
}

/** Go through a provider's sources until one has an answer, or stops the search. */
export function answerOf(provider: WantedProvider, known: Known): SourceAnswer {
  const walk = startWalk(provider, known)
  const given = overriding(walk)
  if (given !== undefined) return given
  for (const source of provider.key.sources) {
    const answer = askSource(walk, source)
    if (answer !== undefined) return answer
  }
  return { state: 'missing', tried: walk.tried, notes: [] }
}

/** What has been learnt on the way. */
interface Walk {
  readonly known: Known
  readonly provider: WantedProvider
  readonly tried: string[]
}

function startWalk(provider: WantedProvider, known: Known): Walk {
  return { known, provider, tried: [] }
}

/** The key of the variable that beats every declaration. */
function overriding({ known, provider }: Walk): SourceAnswer | undefined {
  const name = keyVariable(provider.id)
  const given = variable(known.machine, name)
  if (given === undefined) return undefined
  const note = `key from $${name} instead of the declared source`
  return keyAnswer(known, { given: new Secret(given), source: `env:${name}` }, [note])
}

/** Undefined: go on to the next source. */
function askSource(walk: Walk, source: KeySource): SourceAnswer | undefined {
  const { provider, tried } = walk
  switch (source.kind) {
    case 'env':
      return askVariable(walk, source)
    case 'keychain':
      return askEntry(walk, source)
    case 'command':
      return askCommand(walk, source)
    case 'file':
      return askFile(walk, source)
    case 'none': {
      const { placeholder } = provider.key
      if (placeholder === undefined) return { state: 'none', notes: tried }
      return { state: 'placeholder', secret: new Secret(placeholder), notes: tried }
    }
    case 'external':
      return { state: 'external', notes: tried }
  }
}

type Source<K extends KeySource['kind']> = Extract<KeySource, { kind: K }>

function askVariable({ known, tried }: Walk, source: Source<'env'>): SourceAnswer | undefined {
  const value = variable(known.machine, source.name)
  if (value !== undefined)
    return keyAnswer(known, { given: new Secret(value), source: sourceName(source) }, tried)
  tried.push(`$${source.name} is not set`)
  return undefined
}

function askEntry(
  { provider, known, tried }: Walk,
  source: Source<'keychain'>,
): SourceAnswer | undefined {
  const answer = known.keychain.get(sourceName(source)) ?? { status: 'absent' }
  if (answer.status === 'present')
    return keyAnswer(known, { given: answer.secret, source: sourceName(source) }, tried)
  const { service, account } = source
  if (answer.status !== 'refused') {
    tried.push(`nothing in the keychain as ${service}/${account}`)
    return undefined
  }
  const { situation } = answer
  if (!movesOn(situation, provider)) {
    return refused({ kind: 'keychain', situation, entry: { service, account } })
  }
  tried.push('no keychain service here')
  return undefined
}

/** In a list of sources, a machine without a keychain goes on to the next source (keys.md). */
function movesOn(situation: KeychainSituation, provider: WantedProvider): boolean {
  const absent = situation === 'no-service' || situation === 'no-collection'
  return absent && provider.key.sources.length > 1
}

/** A command has an answer or ends the search: whatever it lacks is not for another source to make up for. */
function askCommand({ known, tried }: Walk, source: CommandSource): SourceAnswer {
  const line = commandLine(source)
  const command = commandDigest(source)
  const answer = known.commands.get(command)
  if (answer === undefined) return refused({ kind: 'untrusted', line, folder: source.folder })
  if (answer.status === 'refused') return refused({ kind: 'command', line, fault: answer.fault })
  const key = keyAnswer(known, { given: answer.secret, source: sourceName(source) }, tried)
  return key.state === 'key' ? { ...key, command } : key
}

function askFile({ known, tried }: Walk, source: Source<'file'>): SourceAnswer | undefined {
  const { path } = source
  const answer = known.files.get(path) ?? { status: 'absent' }
  if (answer.status === 'present')
    return keyAnswer(known, { given: answer.secret, source: sourceName(source) }, tried)
  if (answer.status === 'refused') return refused({ kind: 'file', path, fault: answer.fault })
  tried.push(`there is no file ${path}`)
  return undefined
}

function refused(refusal: SourceRefusal): Refusal {
  return { state: 'refused', refusal }
}

/** What a source gave. It is never printed from here on, whether it can be a key or not. */
function keyAnswer(
  { learn }: Pick<Known, 'learn'>,
  { given, source }: { readonly given: Secret; readonly source: string },
  notes: readonly string[],
): SourceAnswer {
  learn(given.reveal())
  // White space around what stands in a file is no slip.
  const value = source.startsWith('file:') ? given.reveal().trim() : given.reveal()
  const checked = checkKey(value)
  if (!checked.ok) return { state: 'bad', fault: checked.fault, source }
  const trimmed = checked.trimmed ? ['white space around the key was cut'] : []
  return { state: 'key', secret: checked.key, source, notes: [...notes, ...trimmed] }
}
