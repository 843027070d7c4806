import type { MachineFacts } from '../core/machine-facts.ts'
import { mergeFiles } from '../core/manifest/compose.ts'
import { conditionVariables, possibleProviders } from '../core/manifest/possible.ts'
import { changedFacts, MACHINE, PROFILE } from '../core/plan/plan-profile.ts'
import type { Passing } from '../core/plan/plan-profile.ts'
import { Secret } from '../core/secret.ts'
import type { FingerprintOf } from '../core/plan/actual.ts'
import type { RecordedState, SeenFacts } from '../core/state/recorded.ts'
import type { LoadedManifest } from './load-manifest.ts'

/**
 * Compare profile and environment with what they were when each provider was last rendered, and find
 * those that are gone for no other reason. Values of variables are kept as fingerprints only.
 */
export function loadPassing(
  { source, view, wanted }: LoadedManifest,
  recorded: RecordedState,
  fingerprintOf: FingerprintOf,
): Passing {
  const whole = mergeFiles(source)
  const facts = seenFacts(view, conditionVariables(whole), fingerprintOf)
  const here = new Set(wanted.providers.map(({ id }) => id))
  const left = new Map<string, readonly string[]>()
  for (const [id, { facts: then }] of Object.entries(recorded.seen)) {
    const changed = here.has(id) ? [] : changedFacts(then, facts)
    const couldBeHere = (doubted: readonly string[]): boolean => {
      const machine = doubted.includes(MACHINE) ? (then.machine ?? undefined) : view.machine
      const doubtful = { facts: without(view.facts, doubted, then), machine }
      return possibleProviders(whole, doubtful).has(id)
    }
    if (changed.length === 0 || !couldBeHere(changed)) continue
    const alone = changed.filter((name) => couldBeHere([name]))
    left.set(id, alone.length > 0 ? alone : changed)
  }
  return { facts, left }
}

/** The facts with the profile as it was, and these variables unknown: no more than a fingerprint is kept. */
function without(facts: MachineFacts, names: readonly string[], then: SeenFacts): MachineFacts {
  return {
    ...facts,
    profile: names.includes(PROFILE) ? then.profile : facts.profile,
    env: (name) => (names.includes(name) ? undefined : facts.env(name)),
  }
}

function seenFacts(
  { facts, machine }: LoadedManifest['view'],
  variables: readonly string[],
  fingerprintOf: FingerprintOf,
): SeenFacts {
  const env = variables.toSorted().map((name): [string, string | null] => {
    const value = facts.env(name)
    return [name, typeof value === 'string' ? fingerprintOf(new Secret(value)) : null]
  })
  return {
    machine: machine ?? null,
    profile: facts.profile ?? null,
    env: Object.fromEntries(env),
  }
}
