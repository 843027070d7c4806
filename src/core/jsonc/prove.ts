import { type Draft, type Edit, makeDraft } from './draft.ts'
import type { EditOptions } from './edit.ts'
import { findDuplicate, findMember } from './members.ts'
import {
  type ArrayNode,
  isStrictJson,
  type JsonDocument,
  type JsonNode,
  type Member,
  type ObjectNode,
  parseJsonDocument,
  positionAt,
  type Span,
  valueOf,
} from './parse.ts'
import { sameJson } from '../json.ts'

/**
 * Read an edited text again, and compare it with the text before.
 *
 * Required: every edited place has the value asked for, and an equal value its old spelling; all else
 * is the same byte for byte, in the same order; every comment is there, unchanged, in the same order;
 * a file that was strict JSON still is, and a trailing comma is there where one was.
 *
 * @returns the first difference, without any text of the file; undefined when there is none
 */
export function proveEdit(
  before: JsonDocument,
  after: string,
  edits: readonly Edit[],
  options: EditOptions,
): string | undefined {
  const isLoose = edits.some(isLooselySpelt)
  const parsed = parseJsonDocument(after, isLoose ? 'jsonc' : options.syntax)
  if (!parsed.ok)
    return `the result does not parse: ${parsed.problems[0]?.message ?? 'no reason given'}`
  const drafted = makeDraft(before, edits)
  if ('problem' in drafted) return drafted.problem.message
  const texts = { before, after: parsed.document }
  return (
    compareFrame(texts) ??
    compareComments(texts) ??
    compare(texts, drafted.draft, parsed.document.root) ??
    (isLoose ? undefined : compareSyntax(texts))
  )
}

/** Whether an edit brings back a text that was no strict JSON, into a file that may be without it. */
function isLooselySpelt(edit: Edit): boolean {
  if (edit.op !== 'set' || edit.spelling === undefined) return false
  const parsed = parseJsonDocument(`{"":${edit.spelling}}`, 'jsonc')
  return parsed.ok && !isStrictJson(parsed.document)
}

interface Texts {
  readonly before: JsonDocument
  readonly after: JsonDocument
}

/** What stands before and after the root. */
function compareFrame({ before, after }: Texts): string | undefined {
  const head = cut(before, { start: 0, end: before.root.start })
  const tail = cut(before, { start: before.root.end, end: before.text.length })
  if (cut(after, { start: 0, end: after.root.start }) !== head)
    return 'the text before the root changed'
  return cut(after, { start: after.root.end, end: after.text.length }) === tail
    ? undefined
    : 'the text after the root changed'
}

function compareComments({ before, after }: Texts): string | undefined {
  const changed = before.comments.find((comment, index) => {
    const other = after.comments[index]
    return other === undefined || cut(before, comment) !== cut(after, other)
  })
  if (changed !== undefined) return `${at(before, changed.start)}: a comment changed`
  return before.comments.length === after.comments.length ? undefined : 'there are new comments'
}

function compareSyntax({ before, after }: Texts): string | undefined {
  return isStrictJson(before) && !isStrictJson(after) ? 'strict JSON is strict no more' : undefined
}

/** Compare what is wanted at one place with what stands there now. */
function compare(
  texts: Texts,
  { old, want }: Draft,
  now: JsonNode | undefined,
): string | undefined {
  switch (want.kind) {
    case 'old':
      if (old && now && sameText(texts, old, now)) return undefined
      return `${place(texts, old)} changed`
    case 'absent':
      return now === undefined ? undefined : `${place(texts, old)} is still there`
    case 'scalar': {
      if (now?.kind !== 'scalar' || !Object.is(now.value, want.value)) {
        return `${place(texts, old)} is not as asked`
      }
      const equal = old?.kind === 'scalar' && Object.is(old.value, want.value)
      return equal && !sameText(texts, old, now)
        ? `${place(texts, old)} is spelt otherwise`
        : undefined
    }
    case 'spelt':
      if (now !== undefined && cut(texts.after, now) === want.text) return undefined
      return `${place(texts, old)} is not spelt as asked`
    case 'array':
      if (now?.kind !== 'array') return `${place(texts, old)} is not an array`
      return compareArray(texts, old, want.list.items, now) ?? compareTrailing(texts, old, now)
    case 'object':
      if (now?.kind !== 'object') return `${place(texts, old)} is not an object`
      return (
        compareMembers(texts, old, want, now) ??
        compareForeign(texts, old, want, now) ??
        compareTrailing(texts, old, now)
      )
  }
}

function place({ before }: Texts, old: JsonNode | undefined): string {
  return old === undefined ? 'a new value' : `${at(before, old.start)}: the value`
}

type Wanted<Kind> = Extract<Draft['want'], { kind: Kind }>

function compareArray(
  texts: Texts,
  old: JsonNode | undefined,
  items: Wanted<'array'>['list']['items'],
  now: ArrayNode,
): string | undefined {
  if (now.elements.length !== items.size) return `${place(texts, old)} has another length`
  for (const [index, item] of [...items].entries()) {
    const element = now.elements[index]?.value
    if (element === undefined || !sameJson(valueOf(element), item.value)) {
      return `${place(texts, old)} is not as asked`
    }
    if (item.old !== undefined && !sameText(texts, item.old.value, element)) {
      return `${place(texts, old)} has an element that changed`
    }
  }
  return undefined
}

/** The members that edits lead to. */
function compareMembers(
  texts: Texts,
  old: JsonNode | undefined,
  { members }: Wanted<'object'>,
  now: ObjectNode,
): string | undefined {
  for (const [key, draft] of members) {
    const member = findMember(now, key)
    if (findDuplicate(now, key) !== undefined) return 'a name stands there twice'
    const difference = compare(texts, draft, member?.value)
    if (difference !== undefined) return difference
    const previous = old?.kind === 'object' ? findMember(old, key) : undefined
    if (
      member &&
      previous &&
      cut(texts.after, keyOf(member)) !== cut(texts.before, keyOf(previous))
    ) {
      return `${at(texts.before, previous.keyStart)}: the name is spelt otherwise`
    }
  }
  return undefined
}

/** The members that no edit leads to, and the order of all that were there before. */
function compareForeign(
  texts: Texts,
  old: JsonNode | undefined,
  { members, fresh }: Wanted<'object'>,
  now: ObjectNode,
): string | undefined {
  const before = old?.kind === 'object' ? old.members : []
  const expected = before.filter((member) => {
    const draft = members.get(member.key)
    return draft === undefined ? !fresh : draft.want.kind !== 'absent'
  })
  for (const [index, member] of expected.entries()) {
    const other = now.members[index]
    const same =
      other?.key === member.key &&
      (members.has(member.key) || sameText(texts, wholeOf(member), wholeOf(other)))
    if (!same) return `${at(texts.before, member.keyStart)}: the member changed or moved`
  }
  const added = now.members.slice(expected.length)
  return added.every((member) => members.has(member.key))
    ? undefined
    : 'there are other new members'
}

function compareTrailing(
  texts: Texts,
  old: JsonNode | undefined,
  now: ObjectNode | ArrayNode,
): string | undefined {
  if (old?.kind !== now.kind) return undefined
  const before = lastComma(old)
  const after = lastComma(now)
  if (before === undefined || after === undefined || before === after) return undefined
  return `${at(texts.before, old.start)}: the trailing comma is not as it was`
}

/** Whether the last item has a comma; undefined when there is none to have one. */
function lastComma(node: ObjectNode | ArrayNode): boolean | undefined {
  const items = node.kind === 'object' ? node.members : node.elements
  const last = items.at(-1)
  return last && last.comma !== undefined
}

function keyOf({ keyStart, keyEnd }: Member): Span {
  return { start: keyStart, end: keyEnd }
}

function wholeOf({ keyStart, value }: Member): Span {
  return { start: keyStart, end: value.end }
}

function sameText({ before, after }: Texts, old: Span, now: Span): boolean {
  return cut(before, old) === cut(after, now)
}

function cut({ text }: JsonDocument, { start, end }: Span): string {
  return text.slice(start, end)
}

function at({ text }: JsonDocument, offset: number): string {
  const { line, column } = positionAt(text, offset)
  return `${line}:${column}`
}
