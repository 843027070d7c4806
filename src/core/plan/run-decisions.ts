import type { RecordedState } from '../state/recorded.ts'
import type { Wanted } from '../wanted.ts'
import type { Drafts } from './draft.ts'
import type { FlowScene } from './flows.ts'
import { acceptedCommands, planOrigin, startLedger } from './plan-origin.ts'
import type { Choices, Decision, TrustedFlow } from './plan.ts'
import type { ResolvedKey } from './plan-key.ts'
import { planMissingKey, planUntrusted } from './plan-provider.ts'

export interface RunDecisions {
  readonly decisions: readonly Decision[]
  /** Ids of the providers that are left out because they have no key. */
  readonly leftOut: ReadonlySet<string>
  /** What may be sent where from now on, without a question. */
  readonly trusted: readonly TrustedFlow[]
  /** What is to be recorded as accepted, once nothing is to be decided any more. */
  readonly accepted: Pick<RecordedState, 'bindings' | 'commands'>
}

interface RunScene extends FlowScene {
  readonly choices: Choices
  readonly recorded: RecordedState
}

/**
 * What is to be decided before keys are handed to a child: no file of OpenCode's is written, so it is only
 * whether there is a key, and whether it may go where it would.
 */
export function decideRun(
  { providers }: Pick<Wanted, 'providers'>,
  keys: ReadonlyMap<string, ResolvedKey>,
  { choices, recorded, ...scene }: RunScene,
): RunDecisions {
  const drafts = emptyDrafts(choices)
  const ledger = startLedger(recorded, {
    ...scene,
    typedKeys: choices.typedKeys,
    isInPlace: () => false,
  })
  for (const provider of providers) {
    const key = keys.get(provider.id)
    if (key === undefined) continue
    planMissingKey(drafts, provider, key)
    planUntrusted(drafts, provider, key)
    if (!drafts.leftOut.has(provider.id)) {
      planOrigin(drafts, { provider, key, route: 'auth.json' }, ledger)
    }
  }
  const { decisions, leftOut } = drafts
  const { bindings, trusted } = ledger
  const commands = acceptedCommands(keys.values(), recorded)
  return { decisions, leftOut, trusted, accepted: { bindings, commands } }
}

function emptyDrafts(choices: Choices): Drafts {
  return {
    files: new Map(),
    units: new Map(),
    decisions: [],
    choices,
    fingerprintOf: () => '',
    leftOut: new Set(),
    replaced: new Map(),
    ending: { kind: 'delete' },
    unread: { kept: [], needed: [] },
  }
}
