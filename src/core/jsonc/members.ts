import type { Member, ObjectNode } from './parse.ts'

interface MemberIndex {
  readonly last: Map<string, Member>
  /** The second of members with the same name. */
  readonly second: Map<string, Member>
}

/** Below this a walk is cheaper than a map. */
const SMALL = 8

/** Made once per object: a search per key would be quadratic for a provider with many models. */
const indexes = new WeakMap<ObjectNode, MemberIndex>()

/** The member of that name; the last of several. */
export function findMember(object: ObjectNode, key: string): Member | undefined {
  if (object.members.length > SMALL) return indexOf(object).last.get(key)
  return object.members.findLast((member) => member.key === key)
}

/** The second member of that name, when there are several. */
export function findDuplicate(object: ObjectNode, key: string): Member | undefined {
  if (object.members.length > SMALL) return indexOf(object).second.get(key)
  return object.members.filter((member) => member.key === key)[1]
}

function indexOf(object: ObjectNode): MemberIndex {
  const known = indexes.get(object)
  if (known !== undefined) return known
  const index: MemberIndex = { last: new Map(), second: new Map() }
  for (const member of object.members) {
    if (index.last.has(member.key) && !index.second.has(member.key)) {
      index.second.set(member.key, member)
    }
    index.last.set(member.key, member)
  }
  indexes.set(object, index)
  return index
}
