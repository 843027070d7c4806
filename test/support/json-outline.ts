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
  /** Of an element where it starts. */
  readonly nameEnd: number
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
  if (node.type === 'object') return { kind: 'object', ...place, items: children.map(memberOf) }
  if (node.type === 'array') return { kind: 'list', ...place, items: children.map(elementOf) }
  return { kind: 'plain', ...place, value: node.value }
}

function placeOf({ offset, length }: Node): Place {
  return { start: offset, end: offset + length }
}

function memberOf(node: Node): Item {
  const [name, value] = node.children ?? []
  if (name === undefined || value === undefined) throw new Error('a member without a value')
  const nameEnd = name.offset + name.length
  return { name: String(name.value), nameEnd, ...placeOf(node), value: outlineOfNode(value) }
}

function elementOf(node: Node): Item {
  const name = typeof node.value === 'string' ? node.value : `(${node.type})`
  return { name, nameEnd: node.offset, ...placeOf(node), value: outlineOfNode(node) }
}

export interface Pair {
  readonly before: Item
  /** Undefined: it is gone. */
  readonly after: Item | undefined
}

/**
 * Which item of a container became which: members by name, of equal names in turn; elements so that as
 * many as possible keep their text and their order.
 */
export function pairItems(before: ItemsIn, after: ItemsIn): readonly Pair[] {
  if (before.kind === 'list') return pairElements(before, after)
  const left = [...after.items]
  return before.items.map((item) => {
    const index = left.findIndex(({ name }) => name === item.name)
    return { before: item, after: index === -1 ? undefined : left.splice(index, 1)[0] }
  })
}

/** The items of an object or a list of a text. */
export interface ItemsIn {
  readonly text: string
  readonly kind: 'object' | 'list'
  readonly items: readonly Item[]
}

function pairElements(before: ItemsIn, after: ItemsIn): readonly Pair[] {
  const texts = ({ text, items }: ItemsIn): readonly string[] =>
    items.map(({ start, end }) => text.slice(start, end))
  const [old, now] = [texts(before), texts(after)]
  // The longest common subsequence of the two, from every place on.
  const length = Array.from({ length: old.length + 1 }, () =>
    Array.from({ length: now.length + 1 }, () => 0),
  )
  const at = (i: number, j: number): number => length[i]?.[j] ?? 0
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      const best = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
      length[i]?.splice(j, 1, best)
    }
  }
  let next = 0
  return before.items.map((item, i) => {
    while (next < now.length && old[i] !== now[next] && at(i, next + 1) === at(i, next)) next += 1
    if (old[i] !== now[next]) return { before: item, after: undefined }
    next += 1
    return { before: item, after: after.items[next - 1] }
  })
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
