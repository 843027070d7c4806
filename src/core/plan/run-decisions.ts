import type { Binding } from '../state/recorded.ts'
import type { Wanted } from '../wanted.ts'
import type { Drafts } from './draft.ts'
import type { Choices, Decision } from './plan.ts'
import type { ResolvedKey } from './plan-key.ts'
import { planMissingKey, planOrigin } from './plan-provider.ts'

export interface RunDecisions {
  readonly decisions: readonly Decision[]
  /** Ids of the providers that are left out because they have no key. */
  readonly leftOut: ReadonlySet<string>
}

/**
 * What is to be decided before keys are handed to a child: no file is written, so it is only whether there is
 * a key, and whether it may go where it would.
 *
 * @param bindings pairs of source and destination that were accepted on this machine
 */
export function decideRun(
  { providers }: Pick<Wanted, 'providers'>,
  keys: ReadonlyMap<string, ResolvedKey>,
  { choices, bindings }: { readonly choices: Choices; readonly bindings: readonly Binding[] },
): RunDecisions {
  const drafts = emptyDrafts(choices)
  for (const provider of providers) {
    const key = keys.get(provider.id)
    if (key === undefined) continue
    planMissingKey(drafts, provider, key)
    planOrigin(drafts, provider, key, bindings)
  }
  return { decisions: drafts.decisions, leftOut: drafts.leftOut }
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
