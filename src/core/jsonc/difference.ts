import { sameJson } from '../json.ts'
import type { Path } from '../json.ts'
import type { Edit } from './draft.ts'
import { findMember } from './members.ts'
import type { JsonDocument, JsonNode } from './parse.ts'
import { valueOf } from './parse.ts'

/**
 * The edits that make the values of one text those of another. Objects are compared member by member;
 * anything else is replaced as a whole.
 */
export function differenceOf(before: JsonDocument, after: JsonDocument): readonly Edit[] {
  return differences(before.root, after.root, [])
}

function differences(before: JsonNode, after: JsonNode, path: Path): readonly Edit[] {
  if (before.kind !== 'object' || after.kind !== 'object') {
    const value = valueOf(after)
    return sameJson(valueOf(before), value) ? [] : [{ op: 'set', path, value }]
  }
  const gone = before.members.filter(({ key }) => findMember(after, key) === undefined)
  return [
    ...gone.map(({ key }): Edit => ({ op: 'delete', path: [...path, key] })),
    ...after.members.flatMap(({ key, value }): readonly Edit[] => {
      const old = findMember(before, key)
      const place = [...path, key]
      if (old === undefined) return [{ op: 'set', path: place, value: valueOf(value) }]
      return differences(old.value, value, place)
    }),
  ]
}
