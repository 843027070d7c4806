import type { JsonObject, JsonValue, Path } from '../json.ts'
import type { JsonNode, Member } from '../jsonc/parse.ts'
import type { ConfigLayer } from './config-layer.ts'

/** A value in one of the layers. */
export interface Place {
  readonly layer: ConfigLayer
  readonly node: JsonNode
  /** Offset of the name of the member that it is the value of; undefined at the root. */
  readonly keyStart: number | undefined
}

/** A value of the configuration as OpenCode merges it, with where all of it stands. */
export interface MergedNode {
  readonly path: Path
  /** Where it stands, lowest precedence first: of an object all that make it up, of anything else the one that counts. */
  readonly places: readonly [Place, ...Place[]]
  /** Where it stands as well, for nothing: something above replaces it. */
  readonly replaced: readonly Place[]
  /** Of an object: its members, in the order in which they first come up. */
  readonly members: ReadonlyMap<string, MergedNode> | undefined
  readonly value: JsonValue
}

/**
 * Merge layers as OpenCode does: objects member by member, all else replaced; of duplicate names in one text the
 * last counts (contract 1.2). Two lists are joined over all sources, `instructions` and `plugin`; here the last
 * one counts, since no rule asks.
 *
 * @param layers lowest precedence first; those without a document do not count
 * @returns undefined where no layer has a document
 */
export function mergeLayers(layers: readonly ConfigLayer[]): MergedNode | undefined {
  const roots = layers.flatMap((layer): Place[] =>
    layer.document === undefined ? [] : [{ layer, node: layer.document.root, keyStart: undefined }],
  )
  const [first, ...others] = roots
  return first === undefined ? undefined : merged([], [first, ...others])
}

function merged(path: Path, all: readonly [Place, ...Place[]]): MergedNode {
  const top = all.at(-1) ?? all[0]
  if (top.node.kind !== 'object') {
    return {
      path,
      places: [top],
      replaced: all.slice(0, -1),
      members: undefined,
      value: plain(top.node),
    }
  }
  const start = all.findLastIndex(({ node }) => node.kind !== 'object') + 1
  const [first = top, ...others] = all.slice(start)
  const members = mergedMembers(path, [first, ...others])
  const value: JsonObject = Object.fromEntries(
    [...members].map(([name, member]) => [name, member.value]),
  )
  return { path, places: [first, ...others], replaced: all.slice(0, start), members, value }
}

function mergedMembers(path: Path, places: readonly Place[]): ReadonlyMap<string, MergedNode> {
  const found = new Map<string, [Place, ...Place[]]>()
  for (const { layer, node } of places) {
    if (node.kind !== 'object') continue
    for (const [name, { value, keyStart }] of lastOfEach(node.members)) {
      const place = { layer, node: value, keyStart }
      const below = found.get(name)
      if (below === undefined) found.set(name, [place])
      else below.push(place)
    }
  }
  return new Map([...found].map(([name, all]) => [name, merged([...path, name], all)]))
}

function lastOfEach(members: readonly Member[]): ReadonlyMap<string, Member> {
  return new Map(members.map((member) => [member.key, member]))
}

function plain(node: JsonNode): JsonValue {
  if (node.kind === 'scalar') return node.value
  if (node.kind === 'array') return node.elements.map(({ value }) => plain(value))
  return Object.fromEntries(
    [...lastOfEach(node.members)].map(([name, { value }]) => [name, plain(value)]),
  )
}

/** The value at a path; undefined where there is none. */
export function mergedAt(node: MergedNode | undefined, path: Path): MergedNode | undefined {
  let current = node
  for (const name of path) current = current?.members?.get(name)
  return current
}

/** The members of the object at a path; none where there is no object. */
export function membersAt(node: MergedNode | undefined, path: Path): readonly MergedNode[] {
  return [...(mergedAt(node, path)?.members?.values() ?? [])]
}

/** The name of a value within its object. */
export function nameOf({ path }: MergedNode): string {
  return path.at(-1) ?? ''
}

/** Where the value stands that counts. */
export function placeOf({ places }: MergedNode): Place {
  return places.at(-1) ?? places[0]
}

/** The text at a path; undefined where there is none, or something else. */
export function textAt(node: MergedNode | undefined, path: Path): string | undefined {
  const value = mergedAt(node, path)?.value
  return typeof value === 'string' ? value : undefined
}

/** All values below that are no objects, and objects without members. */
export function leavesOf(node: MergedNode): readonly MergedNode[] {
  const found: MergedNode[] = []
  const collect = (one: MergedNode): void => {
    if (one.members === undefined || one.members.size === 0) found.push(one)
    else for (const member of one.members.values()) collect(member)
  }
  collect(node)
  return found
}
