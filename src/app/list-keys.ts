import { destinationOf, renderDestination } from '../core/destination.ts'
import { sourceName } from '../core/key-source.ts'
import { keyVariable } from '../core/key-variable.ts'
import type { Fingerprint } from '../core/secret.ts'
import type { WantedProvider } from '../core/wanted.ts'
import type { SourceRefusal } from '../source-words.ts'
import { loadManifest } from './load-manifest.ts'
import { variable } from './paths.ts'
import { askSources } from './ask-sources.ts'
import type { SourceAnswer } from './walk-sources.ts'
import type { Session } from './session.ts'
import { keepMachineSecret, readMachineSecret } from './machine-secret.ts'
import type { MachineSecret } from './machine-secret.ts'

export interface KeyEntry {
  readonly id: string
  /** Kind and address, e.g. `keychain:opgen/haimaker`; several joined by `, `. */
  readonly source: string
  readonly state: 'present' | 'missing' | 'unreadable' | 'none' | 'external'
  readonly fingerprint: Fingerprint | null
  /** Adapter and origin that the key goes to. */
  readonly destination: string
  readonly keyPage: string | null
}

export interface KeyList {
  readonly keys: readonly KeyEntry[]
  /** Why sources gave no answer, by provider id. */
  readonly refused: ReadonlyMap<string, SourceRefusal>
}

/** The state of every provider's key on this machine, in manifest order. */
export async function listKeys(session: Session): Promise<KeyList> {
  const { system } = session
  const { wanted } = await loadManifest(session, 'optional')
  const machineSecret = await readMachineSecret(system)
  const answers = await askSources(session, wanted.providers, { mayUnlock: false })
  const entries = wanted.providers.map((provider) =>
    describeKey(session, provider, { answer: answers.get(provider.id), machineSecret }),
  )
  // Fingerprints are only worth showing when they are the same the next time.
  if (entries.some(({ fingerprint }) => fingerprint !== null)) {
    await keepMachineSecret(system, machineSecret)
  }
  return { keys: entries, refused: refusalsOf(answers) }
}

function refusalsOf(
  answers: ReadonlyMap<string, SourceAnswer>,
): ReadonlyMap<string, SourceRefusal> {
  const refused = new Map<string, SourceRefusal>()
  for (const [id, answer] of answers) {
    if (answer.state === 'refused') refused.set(id, answer.refusal)
  }
  return refused
}

function describeKey(
  session: Session,
  provider: WantedProvider,
  found: { readonly answer: SourceAnswer | undefined; readonly machineSecret: MachineSecret },
): KeyEntry {
  const { answer, machineSecret } = found
  const hasKey = answer?.state === 'key'
  const source = hasKey ? answer.source : sourcesOf(session, provider)
  return {
    id: provider.id,
    source,
    state: stateOf(answer?.state),
    fingerprint: hasKey ? answer.secret.fingerprint(machineSecret.bytes) : null,
    destination: renderDestination(destinationOf(provider), provider),
    keyPage: provider.key.keyPage ?? null,
  }
}

/** How an answer is called where keys are listed; undefined: there was none. */
export function stateOf(answered: SourceAnswer['state'] | undefined): KeyEntry['state'] {
  switch (answered) {
    case 'key':
      return 'present'
    case 'placeholder':
    case 'none':
      return 'none'
    case 'missing':
    case 'external':
      return answered
    case 'refused':
    case 'bad':
    case undefined:
      return 'unreadable'
  }
}

/** The sources of a provider's key as they are shown, in the order in which they are asked. */
export function sourcesOf({ system }: Session, { id, key }: WantedProvider): string {
  const override = keyVariable(id)
  const declared = key.sources.map(sourceName)
  const named = variable(system.machine, override) === undefined ? [] : [`env:${override}`]
  return [...named, ...declared].join(', ')
}
