import { createScanner, parseTree } from 'jsonc-parser'
import type { Node, ParseError } from 'jsonc-parser'
import type { JsonValue } from '../../src/core/json.ts'

/*
 * A second reading of a JSON text, for checks of what opgen's own reader and editor made of it: nothing
 * in here is shared with `src/core/jsonc`.
 */

interface Place {
  readonly start: number
  readonly end: number
}

export type Outline = ObjectOutline | ListOutline | PlainOutline

export interface ObjectOutline extends Place {
  readonly kind: 'object'
  readonly items: readonly Item[]
}

export interface ListOutline extends Place {
  readonly kind: 'list'
  readonly items: readonly Item[]
}

export interface PlainOutline extends Place {
  readonly kind: 'plain'
  readonly value: string | number | boolean | null
}

/** A member from its name on, or an element of a list. */
export interface Item extends Place {
  /** Of an element its text, or what it is instead: a list is owned element by element. */
  readonly name: string
  /** Which of those with that name it is. */
  readonly turn: number
  readonly value: Outline
}

const BOM = '\uFEFF'

/** The root of a text; comments and trailing commas are fine. */
export function outlineOf(text: string): ObjectOutline {
  const errors: ParseError[] = []
  // The blank has the length of the mark, so that every place is the place in the text.
  const plain = text.startsWith(BOM) ? ` ${text.slice(1)}` : text
  const root = parseTree(plain, errors, { allowTrailingComma: true })
  const outline = root === undefined || errors.length > 0 ? undefined : outlineOfNode(root)
  if (outline?.kind !== 'object') throw new Error(`this is no JSON object: ${text}`)
  return outline
}

function outlineOfNode(node: Node): Outline {
  const place = placeOf(node)
  const children = node.children ?? []
  if (node.type === 'object')
    return { kind: 'object', ...place, items: numbered(children, memberOf) }
  if (node.type === 'array') return { kind: 'list', ...place, items: numbered(children, elementOf) }
  return { kind: 'plain', ...place, value: node.value }
}

function placeOf({ offset, length }: Node): Place {
  return { start: offset, end: offset + length }
}

type Unnumbered = Omit<Item, 'turn'>

function numbered(nodes: readonly Node[], read: (node: Node) => Unnumbered): readonly Item[] {
  const seen = new Map<string, number>()
  return nodes.map((node) => {
    const item = read(node)
    const turn = seen.get(item.name) ?? 0
    seen.set(item.name, turn + 1)
    return { ...item, turn }
  })
}

function memberOf(node: Node): Unnumbered {
  const [name, value] = node.children ?? []
  if (name === undefined || value === undefined) throw new Error('a member without a value')
  return { name: String(name.value), ...placeOf(node), value: outlineOfNode(value) }
}

function elementOf(node: Node): Unnumbered {
  const name = typeof node.value === 'string' ? node.value : `(${node.type})`
  return { name, ...placeOf(node), value: outlineOfNode(node) }
}

/** The value at a path of names; of those that are there twice the last. */
export function outlineAt(root: Outline, path: readonly string[]): Outline | undefined {
  let outline: Outline | undefined = root
  for (const name of path) {
    if (outline?.kind !== 'object') return undefined
    outline = outline.items.findLast((item) => item.name === name)?.value
  }
  return outline
}

export function valueIn(outline: Outline): JsonValue {
  if (outline.kind === 'plain') return outline.value
  if (outline.kind === 'list') return outline.items.map(({ value }) => valueIn(value))
  return Object.fromEntries(outline.items.map(({ name, value }) => [name, valueIn(value)]))
}

/** Kinds of tokens; `jsonc-parser` has them as a const enum. */
const LINE_COMMENT = 12
const BLOCK_COMMENT = 13
const EOF = 17

export interface Comment extends Place {
  readonly text: string
}

export function commentsIn(text: string): readonly Comment[] {
  const scanner = createScanner(text, false)
  const found: Comment[] = []
  for (let kind: number = scanner.scan(); kind !== EOF; kind = scanner.scan()) {
    if (kind !== LINE_COMMENT && kind !== BLOCK_COMMENT) continue
    const start = scanner.getTokenOffset()
    const end = scanner.getPosition()
    found.push({ start, end, text: text.slice(start, end) })
  }
  return found
}

/** The blanks before a place that has nothing else before it on its line, with their line break; else undefined. */
export function lineStartBefore(text: string, place: number): string | undefined {
  return /(?:^|\r\n|\r|\n)[ \t]*$/.exec(text.slice(0, place))?.[0]
}
