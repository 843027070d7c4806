import { isAlias, isMap, isScalar, isSeq } from 'yaml'
import type { Alias, Pair, ParsedNode, Scalar, YAMLMap } from 'yaml'
import type { Diagnostic } from '../diagnostic.ts'
import type { Source } from '../source.ts'
import { braceOffsets } from './expression.ts'
import type { Entry, MapNode, Node, ScalarNode } from './node.ts'
import { quote } from './words.ts'

export interface YamlTree {
  /** Absent when the text is not YAML or holds nothing; present beside problems such as a duplicate key. */
  readonly tree: Node | undefined
  readonly diagnostics: readonly Diagnostic[]
}

interface Options {
  /** What the offsets of the nodes count in. */
  readonly text: string
  readonly place: (offset: number) => Source
  readonly deepest: number
}

/** A finished part, with what it costs to walk through it. */
interface Built {
  readonly node: Node
  /** Nodes, counting an aliased part each time it is used. */
  readonly size: number
  readonly height: number
}

interface Build extends Options {
  readonly diagnostics: Diagnostic[]
  /** The places of the diagnostics, each the very object. */
  readonly told: Set<Source>
  /** Anchors met so far; `open` while inside the anchored part itself. */
  readonly anchors: Map<string, Built | 'open'>
  /** Nodes that aliases may still add; below zero once they were too many. */
  aliasBudget: number
}

/** Nodes that all aliases of a file may stand for together. An alias bomb wants millions. */
const ALIAS_BUDGET = 10_000

/** Turn the YAML library's nodes into opgen's own, reporting what no manifest can use. */
export function buildTree(contents: ParsedNode, options: Options): YamlTree {
  const build: Build = {
    ...options,
    diagnostics: [],
    told: new Set(),
    anchors: new Map(),
    aliasBudget: ALIAS_BUDGET,
  }
  const { node } = buildNode(contents, 0, build)
  // What a bomb would have unfolded to is missing everywhere: nothing can be concluded from the rest.
  const tree = build.aliasBudget < 0 ? undefined : node
  return { tree, diagnostics: build.diagnostics }
}

function buildNode(node: ParsedNode, depth: number, build: Build): Built {
  if (isAlias(node)) return useAlias(node, depth, build)
  if (node.anchor !== undefined) build.anchors.set(node.anchor, 'open')
  const built = isMap(node)
    ? buildMap(node, depth, build)
    : isSeq(node)
      ? buildList(node.items, node.flow === true, build.place(node.range[0]), depth, build)
      : scalarLeaf(node, build)
  if (node.anchor !== undefined) build.anchors.set(node.anchor, built)
  return built
}

function leaf(
  value: string | number | boolean | null,
  source: Source,
): Built & { readonly node: ScalarNode } {
  return { node: { kind: 'scalar', value, source }, size: 1, height: 1 }
}

function scalarLeaf(scalar: Scalar.Parsed, build: Build): Built {
  const plain = leaf(scalarValue(scalar, build), build.place(scalar.range[0]))
  const { value } = scalar
  if (typeof value !== 'string' || !value.includes('{{')) return plain
  const [start, end] = scalar.range
  const places = braceOffsets(build.text.slice(start, end)).map((at) => build.place(start + at))
  return { ...plain, node: { ...plain.node, expressions: places } }
}

function buildList(
  items: readonly ParsedNode[],
  flow: boolean,
  source: Source,
  depth: number,
  build: Build,
): Built {
  const built = items.map((item) => buildNode(item, depth + 1, build))
  return {
    node: { kind: 'list', items: built.map((item) => item.node), flow, source },
    ...cost(built),
  }
}

function cost(parts: readonly Built[]): { readonly size: number; readonly height: number } {
  let size = 1
  let height = 0
  for (const part of parts) {
    size += part.size
    height = Math.max(height, part.height)
  }
  return { size, height: height + 1 }
}

function buildMap(map: YAMLMap.Parsed, depth: number, build: Build): Built {
  const own = new Map<string, Entry>()
  const merged = new Map<string, Entry>()
  const parts: Built[] = []
  for (const pair of map.items) {
    const key = keyOf(pair, map, build)
    if (key === undefined) continue
    const value =
      pair.value === null || isEmpty(pair.value)
        ? leaf(null, key.source)
        : buildNode(pair.value, depth + 1, build)
    parts.push(value)
    if (key.merges) {
      const failed = mergeInto(merged, value.node, key.source, build)
      // What it would have brought is missing now: the key stays, where the problem is told.
      if (failed !== undefined) {
        own.set(key.text, { keySource: failed, value: leaf(null, failed).node })
      }
      continue
    }
    const first = own.get(key.text)
    if (first !== undefined) {
      report(build, 'duplicate-key', key.source, {
        message: `duplicate key ${quote(key.text)}`,
        hint: `it is on line ${first.keySource.line} already`,
      })
      continue
    }
    own.set(key.text, {
      keySource: key.source,
      value: value.node,
      ...(key.isText ? {} : { keyIsNoText: true }),
    })
  }
  for (const [name, entry] of merged) if (!own.has(name)) own.set(name, entry)
  const node: MapNode = { kind: 'map', entries: own, source: build.place(map.range[0]) }
  return { node, ...cost(parts) }
}

/** Whether nothing at all is written where a value would be, as in `name:`. */
function isEmpty(node: ParsedNode): boolean {
  return isScalar(node) && node.value === null && node.source === '' && node.anchor === undefined
}

interface Key {
  readonly text: string
  readonly source: Source
  readonly isText: boolean
  /** A merge key of YAML: `<<: *defaults`. */
  readonly merges: boolean
}

function keyOf(
  pair: Pair<ParsedNode, ParsedNode | null>,
  map: YAMLMap.Parsed,
  build: Build,
): Key | undefined {
  const { key } = pair
  const source = build.place(key.range[0] ?? map.range[0])
  const text = isScalar(key) ? keyText(key) : undefined
  if (text === undefined || text === '') {
    report(build, 'bad-name', source, { message: 'a name must be a text that is not empty' })
    return undefined
  }
  if (text === '__proto__') {
    report(build, 'bad-name', source, {
      message: '"__proto__" cannot be a name',
      hint: 'OpenCode drops it without a word',
    })
    return undefined
  }
  if (isScalar(key) && key.anchor !== undefined) build.anchors.set(key.anchor, leaf(text, source))
  return {
    text,
    source,
    isText: isScalar(key) && typeof key.value === 'string',
    merges: text === '<<' && isScalar(key) && key.type === 'PLAIN',
  }
}

/** The key as written where YAML would read a number or a boolean: `1.10` stays `1.10`. */
function keyText(key: Scalar.Parsed): string | undefined {
  return typeof key.value === 'string' ? key.value : key.source
}

/** @returns the place of the problem told, when a part could not be merged */
function mergeInto(
  merged: Map<string, Entry>,
  node: Node,
  source: Source,
  build: Build,
): Source | undefined {
  let failed: Source | undefined
  for (const part of node.kind === 'list' ? node.items : [node]) {
    if (part.kind === 'map') {
      for (const [name, entry] of part.entries) if (!merged.has(name)) merged.set(name, entry)
      continue
    }
    // What stands in for a bad alias has the very place of that problem.
    const told = build.told.has(part.source)
    failed = told ? part.source : source
    if (told) continue
    report(build, 'bad-merge', source, {
      message: '"<<" merges maps, and this is none',
      hint: 'write `<<: *anchor`, where the anchor is on a map',
    })
  }
  return failed
}

function useAlias(alias: Alias.Parsed, depth: number, build: Build): Built {
  const source = build.place(alias.range[0])
  const target = build.anchors.get(alias.source)
  if (target === undefined || target === 'open') {
    const why = target === undefined ? 'has no anchor before it' : 'stands inside its own anchor'
    report(build, 'bad-alias', source, { message: `the alias ${quote(`*${alias.source}`)} ${why}` })
    return leaf(null, source)
  }
  if (build.aliasBudget < 0) {
    build.told.add(source)
    return leaf(null, source)
  }
  build.aliasBudget -= target.size
  if (build.aliasBudget < 0 || depth + target.height > build.deepest) {
    build.aliasBudget = -1
    report(build, 'alias-bomb', source, {
      message: 'the aliases of this file stand for more than opgen is willing to unfold',
    })
    return leaf(null, source)
  }
  return target
}

function scalarValue(scalar: Scalar.Parsed, build: Build): string | number | boolean | null {
  const { value } = scalar
  if (typeof value === 'number') {
    const exact =
      Number.isSafeInteger(value) || !isInteger(scalar.source) || String(value) === scalar.source
    const kept = Number.isFinite(value) && exact
    // JSON has one nought.
    if (kept) return value === 0 ? 0 : value
    report(build, 'bad-number', build.place(scalar.range[0]), {
      message: `JSON cannot hold the number ${quote(scalar.source)} as it is`,
      hint: 'put it in quotes if it is meant as text',
    })
    return 0
  }
  return typeof value === 'string' || typeof value === 'boolean' ? value : null
}

function isInteger(source: string): boolean {
  return /^[-+]?\d+$|^0[xo]/.test(source)
}

function report(
  build: Build,
  code: string,
  source: Source,
  words: { readonly message: string; readonly hint?: string },
): void {
  build.told.add(source)
  build.diagnostics.push({ code, severity: 'error', source, ...words })
}
