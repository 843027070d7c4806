import { Document, isMap, isPair, isScalar, isSeq, YAMLMap, YAMLSeq } from 'yaml'
import type { Node, Pair } from 'yaml'
import { schemaLine } from '../manifest/first-manifest.ts'
import type { JsonValue, Path } from '../json.ts'
import type { Tree } from '../manifest/say-values.ts'
import type { FoundComment } from './comments.ts'
import { nodeOf, pairOf } from './yaml-nodes.ts'

/** A manifest that is to be written. */
export interface ManifestDraft {
  /** Version of this opgen. */
  readonly version: string
  /** Fields beside the providers, in the order written. */
  readonly fields: readonly (readonly [string, JsonValue])[]
  readonly providers: readonly { readonly id: string; readonly fields: Tree }[]
  /** With paths of opencode.jsonc. */
  readonly comments: readonly FoundComment[]
}

const ABOUT = ` The providers that OpenCode knows. No key is in this file, so it can be in git.`

/** In characters: no text is broken into lines. */
const LONGEST_TEXT = 1e9

/** Print a manifest as a person would write it: short forms, a blank line between providers, comments. */
export function printManifest({ version, fields, providers, comments }: ManifestDraft): string {
  const document = new Document(new YAMLMap())
  document.commentBefore = schemaLine(version).slice(1)
  const root = new YAMLMap()
  document.contents = root
  const first = pairOf('version', nodeOf(1))
  first.key.commentBefore = ABOUT
  root.items.push(first)
  for (const [index, [name, value]] of fields.entries()) {
    const pair = pairOf(name, nodeOf(value))
    pair.key.spaceBefore = index === 0
    root.items.push(pair)
  }
  const all = new YAMLMap()
  all.flow = providers.length === 0
  for (const [index, { id, fields: own }] of providers.entries()) {
    const pair = pairOf(id, providerNode(own))
    pair.key.spaceBefore = index > 0
    all.items.push(pair)
  }
  const pair = pairOf('providers', all)
  pair.key.spaceBefore = true
  root.items.push(pair)
  for (const comment of comments) place(root, comment)
  return document.toString({
    lineWidth: 0,
    blockQuote: false,
    doubleQuotedMinMultiLineLength: LONGEST_TEXT,
  })
}

function providerNode(fields: Tree): YAMLMap {
  const map = new YAMLMap()
  map.flow = fields.size === 0
  for (const [name, value] of fields) {
    const isModels = name === 'models' && value instanceof Map
    map.items.push(pairOf(name, isModels ? modelsNode(value) : nodeOf(value, name === 'keyIn')))
  }
  return map
}

function isAlias(fields: Tree | JsonValue): boolean {
  return fields instanceof Map && fields.has('id')
}

/** A list, in which a name or nothing beside the id has a short form; a map where a model is an alias. */
function modelsNode(models: Tree): YAMLMap | YAMLSeq {
  if ([...models.values()].some(isAlias)) {
    const map = new YAMLMap()
    for (const [id, fields] of models) map.items.push(pairOf(id, nodeOf(fields)))
    return map
  }
  const list = new YAMLSeq()
  for (const [id, fields] of models) list.items.push(modelItem(id, fields))
  return list
}

function modelItem(id: string, fields: Tree | JsonValue): Node {
  if (!(fields instanceof Map) || fields.size === 0) return nodeOf(id)
  const name = fields.get('name')
  const map = new YAMLMap()
  // `id: Name` would be the long form of a model "Name".
  if (fields.size === 1 && typeof name === 'string' && id !== 'id') {
    map.items.push(pairOf(id, nodeOf(name)))
    return map
  }
  map.items.push(pairOf('id', nodeOf(id)))
  for (const [field, value] of fields) map.items.push(pairOf(field, nodeOf(value, true)))
  return map
}

/** Where the manifest says what a path of opencode.jsonc says. */
function manifestPath(path: Path): Path {
  const [, ...rest] = path
  const [id, field, name] = rest
  if (id === undefined) return ['providers']
  if (field === 'options' && (name === 'baseURL' || name === 'apiKey')) {
    return ['providers', id, name === 'apiKey' ? 'key' : name]
  }
  return ['providers', ...rest]
}

/** Put a comment where what it is about stands, or as near as there is anything. */
function place(root: YAMLMap, { path, place: where, text }: FoundComment): void {
  const lines = text.replaceAll(/[^\P{C}\t\n]/gu, '').trimEnd()
  if (lines.trim() === '') return
  const found = nearestPlace(root, manifestPath(path))
  const isExact = found.isExact
  if (where === 'end' && isExact && found.value !== undefined && canEnd(found.value)) {
    found.value.comment = joined(found.value.comment, lines)
    return
  }
  if (where === 'beside' && isExact && isScalar(found.value) && !lines.includes('\n')) {
    found.value.comment = joined(found.value.comment, lines)
    return
  }
  found.holder.commentBefore = joined(found.holder.commentBefore, lines)
}

function joined(before: string | null | undefined, lines: string): string {
  return before === null || before === undefined || before === '' ? lines : `${before}\n${lines}`
}

function canEnd(node: Node): node is YAMLMap | YAMLSeq {
  return (isMap(node) || isSeq(node)) && node.flow !== true
}

interface Place {
  /** What a comment above it is written to. */
  readonly holder: Node
  readonly value: Node | undefined
  readonly isExact: boolean
}

function nearestPlace(root: YAMLMap, path: Path): Place {
  let current: Place = { holder: root, value: root, isExact: true }
  for (const name of path) {
    const next = stepInto(current.value, name)
    if (next === undefined) return { ...current, isExact: false }
    current = next
    // Nothing can be said within a line.
    if (isMap(current.value) && current.value.flow === true)
      return { ...current, isExact: path.at(-1) === name }
  }
  return current
}

function stepInto(node: Node | undefined, name: string): Place | undefined {
  if (isSeq(node)) {
    const item = node.items.find((candidate) => isModel(candidate, name))
    return isNode(item) ? { holder: item, value: item, isExact: true } : undefined
  }
  if (!isMap(node)) return undefined
  const pair = node.items.find(({ key }) => isScalar(key) && key.value === name)
  if (pair === undefined) return undefined
  return { holder: keyOf(pair), value: isNode(pair.value) ? pair.value : undefined, isExact: true }
}

/** Whether an item of the list of models is the one with this id, in any of its forms. */
function isModel(item: unknown, id: string): boolean {
  if (isScalar(item)) return item.value === id
  if (!isMap(item)) return false
  const [first] = item.items
  if (first === undefined || !isPair(first) || !isScalar(first.key)) return false
  return (
    first.key.value === id ||
    (first.key.value === 'id' && isScalar(first.value) && first.value.value === id)
  )
}

function keyOf({ key }: Pair): Node {
  if (isNode(key)) return key
  throw new Error('a key without a node')
}

function isNode(value: unknown): value is Node {
  return isScalar(value) || isMap(value) || isSeq(value)
}
