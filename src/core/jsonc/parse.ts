import { type JSONVisitor, printParseErrorCode, visit } from 'jsonc-parser'
import type { JsonValue, Path } from '../json.ts'
import { findMember } from './members.ts'

/** A parsed file. All offsets are UTF-16 units into `text`. */
export interface JsonDocument {
  /** The whole text, BOM included. */
  readonly text: string
  readonly root: ObjectNode
  /** Every comment, in order. A line comment ends before its line break. */
  readonly comments: readonly Span[]
}

export interface Span {
  readonly start: number
  readonly end: number
}

export type JsonNode = ObjectNode | ArrayNode | ScalarNode

export interface ObjectNode extends Span {
  readonly kind: 'object'
  readonly members: readonly Member[]
}

export interface ArrayNode extends Span {
  readonly kind: 'array'
  readonly elements: readonly Element[]
}

export interface ScalarNode extends Span {
  readonly kind: 'scalar'
  readonly value: Scalar
}

export type Scalar = string | number | boolean | null

export interface Member {
  /** The name itself, escapes resolved. */
  readonly key: string
  /** Offset of the opening quote. */
  readonly keyStart: number
  readonly keyEnd: number
  readonly value: JsonNode
  /** Offset of the comma after the member; comments may stand in between. */
  readonly comma: number | undefined
}

export interface Element {
  readonly value: JsonNode
  readonly comma: number | undefined
}

/** Why a text cannot be edited. Messages never quote the text: it may hold keys. */
export interface JsonProblem {
  readonly code: 'syntax' | 'no-value' | 'root-not-object' | 'duplicate-key' | 'too-deep'
  readonly message: string
  readonly offset: number
}

/** `jsonc`: comments and trailing commas, as OpenCode reads it. `strict`: what `JSON.parse` takes. Both allow a BOM. */
export type Syntax = 'jsonc' | 'strict'

export type ParseResult =
  | { readonly ok: true; readonly document: JsonDocument }
  | { readonly ok: false; readonly problems: readonly JsonProblem[] }

/** What a file that is not there yet is edited from. */
export const EMPTY_DOCUMENT: JsonDocument = {
  text: '{}',
  root: { kind: 'object', members: [], start: 0, end: 2 },
  comments: [],
}

/** Deeper files are refused before the recursion of any reader, ours or OpenCode's, can overflow. */
const MAX_DEPTH = 500

const BOM = '\uFEFF'

/**
 * Parse a file whose root is an object. Only the first syntax problem is reported: after it, a parser
 * guesses.
 */
export function parseJsonDocument(text: string, syntax: Syntax): ParseResult {
  const tree: Tree = { open: [], root: undefined, comments: [], lastComma: -1 }
  const base = text.startsWith(BOM) ? BOM.length : 0
  try {
    visit(base === 0 ? text : text.slice(base), visitorFor(tree, text, base), {
      disallowComments: syntax === 'strict',
      allowTrailingComma: syntax === 'jsonc',
    })
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, problems: [error.problem] }
    throw error
  }
  const { root, comments } = tree
  if (root?.kind === 'object') return { ok: true, document: { text, root, comments } }
  const message = 'the file does not hold an object'
  return { ok: false, problems: [{ code: 'root-not-object', message, offset: root?.start ?? 0 }] }
}

/** Thrown out of a visitor callback: the only way to stop `visit`. */
class Refusal extends Error {
  readonly problem: JsonProblem

  constructor(problem: JsonProblem) {
    super(problem.message)
    this.problem = problem
  }
}

type Growing<T> = { -readonly [K in keyof T]: T[K] }

type OpenContainer =
  | {
      readonly kind: 'object'
      readonly start: number
      readonly items: Growing<Member>[]
      key: { readonly name: string; readonly start: number; readonly end: number }
    }
  | { readonly kind: 'array'; readonly start: number; readonly items: Growing<Element>[] }

interface Tree {
  readonly open: OpenContainer[]
  root: JsonNode | undefined
  readonly comments: Span[]
  lastComma: number
}

function visitorFor(tree: Tree, text: string, base: number): JSONVisitor {
  const { open, comments } = tree
  const begin = (container: OpenContainer): void => {
    if (open.length >= MAX_DEPTH)
      refuse('too-deep', `more than ${MAX_DEPTH} levels deep`, container)
    open.push(container)
  }
  return {
    onObjectBegin(offset) {
      begin({
        kind: 'object',
        start: base + offset,
        items: [],
        key: { name: '', start: 0, end: 0 },
      })
    },
    onArrayBegin(offset) {
      begin({ kind: 'array', start: base + offset, items: [] })
    },
    onObjectProperty(name, offset, length) {
      const container = open.at(-1)
      const start = base + offset
      if (container?.kind === 'object') container.key = { name, start, end: start + length }
    },
    onLiteralValue(value: Scalar, offset, length) {
      attach(tree, { kind: 'scalar', start: base + offset, end: base + offset + length, value })
    },
    onObjectEnd: (offset) => close(tree, base + offset + 1),
    onArrayEnd: (offset) => close(tree, base + offset + 1),
    onSeparator(character, offset) {
      const item = open.at(-1)?.items.at(-1)
      if (character !== ',' || item === undefined) return
      item.comma = base + offset
      tree.lastComma = item.comma
    },
    onComment(offset, length) {
      comments.push({ start: base + offset, end: base + offset + length })
    },
    onError(code, offset) {
      const start = base + offset
      const nothing = tree.root === undefined && open.length === 0 && start === text.length
      const name = printParseErrorCode(code)
      if (nothing && name === 'ValueExpected') refuse('no-value', 'the file is empty', { start })
      refuse('syntax', syntaxMessage(name, text, start, tree.lastComma), { start })
    },
  }
}

function refuse(code: JsonProblem['code'], message: string, at: { readonly start: number }): never {
  throw new Refusal({ code, message, offset: at.start })
}

function close(tree: Tree, end: number): void {
  const container = tree.open.pop()
  if (container === undefined) return
  const { start } = container
  attach(
    tree,
    container.kind === 'object'
      ? { kind: 'object', start, end, members: container.items }
      : { kind: 'array', start, end, elements: container.items },
  )
}

function attach(tree: Tree, value: JsonNode): void {
  const container = tree.open.at(-1)
  if (container === undefined) {
    tree.root = value
  } else if (container.kind === 'array') {
    container.items.push({ value, comma: undefined })
  } else {
    const { name, start, end } = container.key
    container.items.push({ key: name, keyStart: start, keyEnd: end, value, comma: undefined })
  }
}

const SYNTAX_MESSAGES: Readonly<Record<string, string>> = {
  InvalidSymbol: 'this is not a JSON value',
  InvalidNumberFormat: 'this is not a JSON number',
  PropertyNameExpected: 'a name in double quotes is missing',
  ValueExpected: 'a value is missing',
  ColonExpected: 'a colon is missing',
  CommaExpected: 'a comma is missing',
  CloseBraceExpected: 'a closing brace is missing',
  CloseBracketExpected: 'a closing bracket is missing',
  EndOfFileExpected: 'there is text after the end of the value',
  InvalidCommentToken: 'comments are not allowed in this file',
  UnexpectedEndOfComment: 'this comment has no end',
  UnexpectedEndOfString: 'this string has no end',
  UnexpectedEndOfNumber: 'this number has no end',
  InvalidUnicode: 'this string has an unfinished \\u escape',
  InvalidEscapeCharacter: 'this string has an unknown escape',
  InvalidCharacter: 'this string has a control character that must be escaped',
}

function syntaxMessage(name: string, text: string, offset: number, lastComma: number): string {
  const closes = text[offset] === '}' || text[offset] === ']'
  if (closes && lastComma >= 0 && text.slice(lastComma + 1, offset).trim() === '') {
    return 'a trailing comma is not allowed in this file'
  }
  return SYNTAX_MESSAGES[name] ?? 'this is not JSON'
}

/** The 1-based line and column of an offset, in one pass over the text. A BOM takes no column. */
export function positionAt(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(text.startsWith(BOM) ? BOM.length : 0, offset)
  let line = 1
  let lineStart = 0
  for (const { index, 0: lineBreak } of before.matchAll(/\r\n?|\n/g)) {
    line += 1
    lineStart = index + lineBreak.length
  }
  return { line, column: before.length - lineStart + 1 }
}

/** The value at a path of member names. Of duplicate keys the last counts, as it does for OpenCode. */
export function nodeAt(document: { readonly root: JsonNode }, path: Path): JsonNode | undefined {
  let node: JsonNode | undefined = document.root
  for (const key of path) {
    if (node?.kind !== 'object') return undefined
    node = findMember(node, key)?.value
  }
  return node
}

/** The value of a node. As with `JSON.parse`, a member called `__proto__` is a member like any other. */
export function valueOf(node: JsonNode): JsonValue {
  if (node.kind === 'scalar') return node.value
  if (node.kind === 'array') return node.elements.map((element) => valueOf(element.value))
  return Object.fromEntries(node.members.map((member) => [member.key, valueOf(member.value)]))
}

/** Whether `JSON.parse` would take the text, but for a BOM. Such a file stays that way. */
export function isStrictJson(document: JsonDocument): boolean {
  return document.comments.length === 0 && !hasTrailingComma(document.root)
}

function hasTrailingComma(node: JsonNode): boolean {
  if (node.kind === 'scalar') return false
  const items = node.kind === 'object' ? node.members : node.elements
  return items.at(-1)?.comma !== undefined || items.some(({ value }) => hasTrailingComma(value))
}
