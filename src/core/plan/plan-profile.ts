import { isDeepStrictEqual } from 'node:util'
import { fromPointer } from '../json.ts'
import { quote } from '../manifest/words.ts'
import type { RecordedState, Seen, SeenFacts } from '../state/recorded.ts'
import type { Wanted } from '../wanted.ts'
import type { Drafts } from './draft.ts'
import { askFor, forceOrKeep } from './draft.ts'
import { findNode } from './actual.ts'
import { answerTo } from './plan.ts'

/** What a plan knows of the facts that come and go with a session: profile and environment. */
export interface Passing {
  /** As they are now. */
  readonly facts: SeenFacts
  /**
   * Providers that the manifest would have here, were it not for some facts that differ from when they
   * were last rendered; with the names of those facts.
   */
  readonly left: ReadonlyMap<string, readonly string[]>
}

/** Of a plan that no profile or variable has a part in. */
export const NO_PASSING: Passing = {
  facts: { machine: null, profile: null, env: {} },
  left: new Map(),
}

/**
 * Leave alone the providers that are gone only because a profile or a variable is another one this
 * time, and ask about each, unless that has been answered under the very same facts.
 *
 * @param owned ids of providers that opgen has written values of
 */
export function planProfile(
  drafts: Drafts,
  { recorded, passing }: { readonly recorded: RecordedState; readonly passing: Passing },
  owned: ReadonlySet<string>,
): ReadonlyMap<string, Seen> {
  const kept = new Map<string, Seen>()
  for (const [id, changed] of passing.left) {
    if (!owned.has(id) || drafts.leftOut.has(id) || !standsSomewhere(drafts, id)) continue
    const answer = answerTo(drafts.choices, { id, kind: 'profile' })
    if (answer === 'force') continue
    drafts.leftOut.add(id)
    const seen = recorded.seen[id]
    const answered = seen !== undefined && isDeepStrictEqual(seen.kept, passing.facts)
    if (answer === 'keep' || answered) {
      kept.set(id, { facts: seen?.facts ?? passing.facts, kept: passing.facts })
    } else {
      const why = changed.map((name) => difference(name, seen?.facts, passing.facts))
      const text = `it would go only because ${why.join(' and ')}`
      askFor(drafts, { id, kind: 'profile', details: [{ text }] }, forceOrKeep(id))
    }
  }
  return kept
}

/** Whether anything that opgen wrote of a provider is still there. */
function standsSomewhere(drafts: Drafts, id: string): boolean {
  return [...drafts.files.values()].some(({ file, old }) =>
    Object.entries(old.values).some(
      ([pointer, { unit }]) => unit === id && findNode(file, fromPointer(pointer)) !== undefined,
    ),
  )
}

/** How these are called among the names of facts; no variable can be called so. */
export const PROFILE = '--profile'
export const MACHINE = '--machine'

function difference(name: string, then: SeenFacts | undefined, now: SeenFacts): string {
  if (name === MACHINE) {
    return now.machine === null
      ? 'no machine is named'
      : `the machine is named ${quote(now.machine)}`
  }
  if (name !== PROFILE) return now.env[name] === null ? `$${name} is not set` : `$${name} differs`
  const was = then?.profile
  const before = was === undefined || was === null ? 'there was none' : `it was ${quote(was)}`
  return now.profile === null
    ? `no profile is set (${before})`
    : `the profile is ${quote(now.profile)} (${before})`
}

/** The facts that differ, of those that were looked at both times. */
export function changedFacts(then: SeenFacts, now: SeenFacts): readonly string[] {
  const variables = Object.keys(now.env).filter(
    (name) => Object.hasOwn(then.env, name) && then.env[name] !== now.env[name],
  )
  return [
    ...(then.machine === now.machine ? [] : [MACHINE]),
    ...(then.profile === now.profile ? [] : [PROFILE]),
    ...variables,
  ]
}

/** Under which facts each provider that is opgen's was last rendered, for the next time. */
export function seenNow(
  wanted: Wanted,
  { recorded, passing }: { readonly recorded: RecordedState; readonly passing: Passing },
  {
    owned,
    kept,
  }: { readonly owned: ReadonlySet<string>; readonly kept: ReadonlyMap<string, Seen> },
): Readonly<Record<string, Seen>> {
  const here = new Set(wanted.providers.map(({ id }) => id))
  const entries = [...owned].flatMap((id): [string, Seen][] => {
    if (here.has(id)) return [[id, { facts: passing.facts, kept: null }]]
    const seen = kept.get(id) ?? recorded.seen[id]
    return seen === undefined ? [] : [[id, seen]]
  })
  return Object.fromEntries(entries)
}
