import type { JsonValue } from '../json.ts'
import type { Source, Sourced } from '../source.ts'

/**
 * YAML as a tree in which every key and every value knows where it was written. Free of the YAML
 * library's types, so that trees of several files can be merged and each leaf keeps its place.
 * Aliases are resolved: an aliased part is shared, not copied, and keeps the place of its anchor.
 */
export type Node = ScalarNode | ListNode | MapNode

export interface ScalarNode {
  readonly kind: 'scalar'
  readonly value: string | number | boolean | null
  readonly source: Source
  /** Places of the `{{` in a text that holds any, in order. */
  readonly expressions?: readonly Source[]
  /** Where else the value comes from: the variables that an expression in it named. */
  readonly via?: readonly Source[]
}

export interface ListNode {
  readonly kind: 'list'
  readonly items: readonly Node[]
  /** Written with brackets: `[a, b]`. */
  readonly flow: boolean
  readonly source: Source
}

export interface MapNode {
  readonly kind: 'map'
  /** In the order written. Keys that YAML reads as numbers, booleans or null stay text. */
  readonly entries: ReadonlyMap<string, Entry>
  readonly source: Source
}

export interface Entry {
  readonly keySource: Source
  readonly value: Node
  /** Whether YAML reads the key as a number, a boolean or null, and it is a text only because keys are. */
  readonly keyIsNoText?: true
}

/** Where something stands in a tree: names of maps, indexes of lists. */
export type NodePath = readonly PropertyKey[]

/** The plain value. No key is `__proto__`: {@link readYaml} refuses it. */
export function toJson(node: Node): JsonValue {
  switch (node.kind) {
    case 'scalar':
      return node.value
    case 'list':
      return node.items.map(toJson)
    case 'map':
      return Object.fromEntries([...node.entries].map(([key, entry]) => [key, toJson(entry.value)]))
  }
}

/** The value of a field; undefined when the node is no map or has no such field. */
export function field(node: Node | undefined, name: string): Node | undefined {
  return node?.kind === 'map' ? node.entries.get(name)?.value : undefined
}

/** The fields of a map, in the order written; none when the node is no map. */
export function entriesOf(node: Node | undefined): readonly (readonly [string, Entry])[] {
  return node?.kind === 'map' ? [...node.entries] : []
}

/** The names of the fields of a map; none when the node is no map. */
export function namesOf(node: Node | undefined): readonly string[] {
  return node?.kind === 'map' ? [...node.entries.keys()] : []
}

/** The values of the fields of a map; none when the node is no map. */
export function valuesOf(node: Node | undefined): readonly Node[] {
  return entriesOf(node).map(([, { value }]) => value)
}

/** The string a node is; undefined for everything else. */
export function textOf(node: Node | undefined): string | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined
}

/** A string and its place; undefined for everything else. */
export function sourcedText(node: Node | undefined): Sourced<string> | undefined {
  const value = textOf(node)
  if (node?.kind !== 'scalar' || value === undefined) return undefined
  const { source, via } = node
  return { value, source, ...(via === undefined ? {} : { via }) }
}

/** One step down: into a map by name, into a list by index. */
export function child(node: Node | undefined, step: PropertyKey): Node | undefined {
  if (node?.kind === 'list') return typeof step === 'number' ? node.items[step] : undefined
  return field(node, String(step))
}

export function nodeAt(root: Node, path: NodePath): Node | undefined {
  return path.reduce<Node | undefined>(child, root)
}

/** The place of the key that leads to `path`; of the value where it is a list item or the root. */
export function keySourceAt(root: Node, path: NodePath): Source {
  const parent = nodeAt(root, path.slice(0, -1))
  const entry =
    path.length > 0 && parent?.kind === 'map' ? parent.entries.get(String(path.at(-1))) : undefined
  return entry?.keySource ?? nodeAt(root, path)?.source ?? root.source
}

export interface Visited {
  readonly node: Node
  readonly path: NodePath
  /** Place of the key that leads here; of the value where none does. */
  readonly keySource: Source
}

/** Every node below and including `node`, parents before children, in the order written. */
export function walk(node: Node): readonly Visited[] {
  const visited: Visited[] = []
  visit({ node, path: [], keySource: node.source }, visited)
  return visited
}

function visit(current: Visited, visited: Visited[]): void {
  visited.push(current)
  const { node, path } = current
  if (node.kind === 'list') {
    for (const [index, item] of node.items.entries()) {
      visit({ node: item, path: [...path, index], keySource: item.source }, visited)
    }
  } else if (node.kind === 'map') {
    for (const [key, { keySource, value }] of node.entries) {
      visit({ node: value, path: [...path, key], keySource }, visited)
    }
  }
}

/**
 * `over` merged onto `base`: maps by key, all else replaced. Order: that of `base`, then new keys. A
 * merged map keeps the place where it was first written.
 *
 * @param isWhole maps that are one value and not merged, by their path
 */
export function mergeNodes(
  base: Node,
  over: Node,
  isWhole: (path: NodePath) => boolean = () => false,
  path: NodePath = [],
): Node {
  if (base.kind !== 'map' || over.kind !== 'map' || isWhole(path)) return over
  const entries = new Map(base.entries)
  for (const [key, entry] of over.entries) {
    const below = entries.get(key)
    const merges = below?.value.kind === 'map' && entry.value.kind === 'map'
    entries.set(
      key,
      merges
        ? { ...below, value: mergeNodes(below.value, entry.value, isWhole, [...path, key]) }
        : entry,
    )
  }
  return { ...base, entries }
}

/** Whether any text in the tree holds an expression. */
export function holdsExpressions(node: Node): boolean {
  return walk(node).some((visited) => {
    return visited.node.kind === 'scalar' && visited.node.expressions !== undefined
  })
}

/** The map without these fields. */
export function without(node: MapNode, names: readonly string[]): MapNode {
  return {
    ...node,
    entries: new Map([...node.entries].filter(([key]) => !names.includes(key))),
  }
}
