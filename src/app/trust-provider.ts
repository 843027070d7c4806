import { destinationOf, renderDestination } from '../core/destination.ts'
import { sourceName } from '../core/key-source.ts'
import { noChoices } from '../core/plan/plan.ts'
import { withBinding } from '../core/state/bindings.ts'
import type { Binding } from '../core/state/recorded.ts'
import type { WantedProvider } from '../core/wanted.ts'
import { loadPlan } from './load-plan.ts'
import { changeState } from './lock-targets.ts'
import { requireHere } from './require-here.ts'
import type { Session } from './session.ts'
import { readState } from './state-store.ts'

export interface Trusted {
  /** The pairs that were not accepted before. */
  readonly pairs: readonly Pick<Binding, 'source' | 'destination'>[]
}

/**
 * Accept that the key of a provider, and all else that is secret in its block, goes where the manifest says
 * now. Where no key can be had, it is its sources that are accepted.
 *
 * @throws InvalidInput for an id that the manifest does not have
 * @throws OpgenError `not-here`
 */
export async function trustProvider(session: Session, id: string): Promise<Trusted> {
  const choices = { ...noChoices, only: new Set([id]), trustOrigin: new Set([id]) }
  // A server that is yet to be asked for its models may have to be trusted for that.
  const options = { forApply: false, lock: 'optional' } as const
  const { manifest, plan, keys } = await loadPlan(session, choices, options)
  const provider = requireHere(manifest, id)
  const { bindings: before } = (await readState(session.system)).state
  const hasKey = keys.get(id)?.state === 'present'
  const sent = plan.next.bindings.filter((pair) => !before.some((known) => isSame(known, pair)))
  const accepted = [...sent, ...(hasKey ? [] : declaredPairs(provider))]
  const added = accepted.filter((pair) => !before.some((known) => isSame(known, pair)))
  await changeState(session, (state) => ({
    ...state,
    bindings: added.reduce(withBinding, state.bindings),
  }))
  return { pairs: added.map(({ source, destination }) => ({ source, destination })) }
}

function isSame(one: Binding, other: Binding): boolean {
  return one.source === other.source && one.destination === other.destination
}

function declaredPairs(provider: WantedProvider): readonly Binding[] {
  const destination = renderDestination(destinationOf(provider), provider)
  return provider.key.sources
    .filter(({ kind }) => kind !== 'none' && kind !== 'external')
    .map((source) => ({ source: sourceName(source), destination }))
}
