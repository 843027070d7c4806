import type { Diagnostic } from '../core/diagnostic.ts'
import type { UnreadKeys } from '../core/plan/plan.ts'
import { describeSource } from '../source-words.ts'
import type { SourceRefusal } from '../source-words.ts'

/**
 * Say of all keys that were not looked at what that means, in one note. `locked` may stand for a single
 * other entry that is locked: reading without a dialog is one listing, which fails as a whole.
 *
 * @param refused why, by provider id
 */
export function noteUnread(
  { kept, needed }: UnreadKeys,
  refused: ReadonlyMap<string, SourceRefusal>,
): readonly Diagnostic[] {
  const all = [...kept, ...needed]
  const refusals = all.flatMap((id) => refused.get(id) ?? [])
  if (refusals.length === 0) return []
  const why = new Set(refusals.map((refusal) => describeSource(refusal, []).message))
  const message = `${[...why].join(', and ')}: the ${keysOf(all)} ${all.length === 1 ? 'was' : 'were'} not looked at`
  const refusal = refused.get(needed[0] ?? '')
  return [
    {
      code: 'key-not-read',
      severity: 'info',
      message: `${message}; ${consequence(kept, needed)}`,
      ...(refusal === undefined ? {} : { hint: describeSource(refusal, needed).hint }),
    },
  ]
}

function consequence(kept: readonly string[], needed: readonly string[]): string {
  const one = kept.length === 1
  if (needed.length === 0) return one ? 'its copy is unchanged' : 'their copies are unchanged'
  const needs = '`opgen apply` will need'
  if (kept.length === 0) return `${needs} ${needed.length === 1 ? 'it' : 'them'}`
  const copies = one ? 'copy' : 'copies'
  const unchanged = `the ${copies} of ${quoted(kept)} ${one ? 'is' : 'are'} unchanged`
  return `${unchanged}, and ${needs} the ${keysOf(needed)}`
}

function keysOf(ids: readonly string[]): string {
  return `${ids.length === 1 ? 'key' : 'keys'} of ${quoted(ids)}`
}

function quoted(ids: readonly string[]): string {
  return ids.map((id) => `"${id}"`).join(', ')
}
