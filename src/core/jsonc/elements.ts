import type { JsonValue } from '../json.ts'
import { type ArrayNode, type Element, valueOf } from './parse.ts'

/** An element of an array while edits are applied to it. */
export interface ListItem {
  readonly value: JsonValue
  /** The element of the old text that stays as it is; undefined for a new one. */
  readonly old: Element | undefined
}

/** An array that finds its elements by value. Elements of the old text keep their order and come first. */
export interface ElementList {
  readonly items: Set<ListItem>
  readonly byValue: Map<string, ListItem[]>
  readonly old: readonly Element[]
  /** Index of the first of `old` behind all that stay: what is appended next may be one from there on. */
  next: number
}

function emptyList(node: ArrayNode | undefined): ElementList {
  return { items: new Set(), byValue: new Map(), old: node?.elements ?? [], next: 0 }
}

/** The elements as they stand in the old text. */
export function listOf(node: ArrayNode): ElementList {
  const list = emptyList(node)
  for (const old of list.old) push(list, { value: valueOf(old.value), old })
  list.next = list.old.length
  return list
}

/**
 * A list of these values. Elements of the old text that can stay in place do, with their spelling and
 * their comments: those that follow one another in `values` too, taken greedily from the start.
 */
export function listFrom(values: readonly JsonValue[], node: ArrayNode | undefined): ElementList {
  const list = emptyList(node)
  for (const value of values) append(list, value)
  return list
}

/** Append a value unless an equal one is there. */
export function addToList(list: ElementList, value: JsonValue): void {
  if (!list.byValue.get(spelling(value))?.length) append(list, value)
}

function append(list: ElementList, value: JsonValue): void {
  const key = spelling(value)
  let old: Element | undefined
  // A value that finds none uses them all up: behind a new element no old one can stay in place.
  while (old === undefined && list.next < list.old.length) {
    const candidate = list.old[list.next]
    if (candidate !== undefined && spelling(valueOf(candidate.value)) === key) old = candidate
    list.next += 1
  }
  push(list, { value, old })
}

/** Take out the first element of that value. */
export function removeFromList(list: ElementList, value: JsonValue): void {
  const item = list.byValue.get(spelling(value))?.shift()
  if (item !== undefined) list.items.delete(item)
}

function push(list: ElementList, item: ListItem): void {
  list.items.add(item)
  const key = spelling(item.value)
  const equal = list.byValue.get(key)
  if (equal === undefined) list.byValue.set(key, [item])
  else equal.push(item)
}

/** One text per JSON value, whatever the order of its members. */
function spelling(value: JsonValue): string {
  if (Object.is(value, -0)) return '-0'
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map((item: JsonValue) => spelling(item)).join()}]`
  const members = Object.entries(value).map(
    ([key, item]) => `${JSON.stringify(key)}:${spelling(item)}`,
  )
  return `{${members.toSorted().join()}}`
}
