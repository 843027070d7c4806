import { CST, isMap, isScalar, Lexer, parseDocument, visit } from 'yaml'
import type { Alias, Pair, ParsedNode, YAMLMap, YAMLSeq } from 'yaml'
import type { Source } from '../source.ts'

/** Half-open; offsets of the outline's text, in UTF-16 units. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** Where everything stands in the text of a manifest. */
export interface Outline {
  readonly path: string
  /** The byte order mark, where the file has one. */
  readonly bom: string
  /** As it is in the file, but for a byte order mark. */
  readonly original: string
  /** The same, with an LF for a CR that ends a line alone. */
  readonly text: string
  readonly root: YAMLMap.Parsed
  /** Where the last value of the root must have ended. */
  readonly end: number
  readonly comments: readonly Span[]
  /** All that is neither white space nor comment, in order. */
  readonly contents: readonly Span[]
  readonly aliases: readonly Alias.Parsed[]
  /** Where the nodes begin that an anchor of this name is on, in order. */
  readonly anchors: ReadonlyMap<string, readonly number[]>
}

export type Collection = YAMLMap.Parsed | YAMLSeq.Parsed

/** An entry of a map or an element of a list. */
export interface Member extends Span {
  /** The name of an entry, as the manifest's reader has it; undefined for an element. */
  readonly name: string | undefined
  readonly value: ParsedNode | null
  /** What follows it begins here: the next member, a bracket, or whatever comes after the collection. */
  readonly limit: number
}

/**
 * Find out where everything stands.
 *
 * @param text of a manifest that `readYaml` has no fault to find with, and whose tree is a map
 */
export function outlineOf(path: string, text: string): Outline {
  const bom = text.startsWith('\uFEFF') ? '\uFEFF' : ''
  const original = text.slice(bom.length)
  // As `readYaml` does: the library knows of no such line break.
  const body = original.replaceAll(/\r(?!\n)/g, '\n')
  const { comments, contents, end } = lexemesOf(body)
  const document = parseDocument(body, {
    keepSourceTokens: true,
    prettyErrors: false,
    uniqueKeys: false,
    resolveKnownTags: false,
    version: '1.2',
  })
  const root = document.contents
  if (!isMap(root)) throw new Error('a manifest that is no map was to be edited')
  return { path, bom, original, text: body, root, end, comments, contents, ...referencesIn(root) }
}

function referencesIn(root: YAMLMap.Parsed): Pick<Outline, 'aliases' | 'anchors'> {
  const aliases: Alias.Parsed[] = []
  const anchors = new Map<string, number[]>()
  visit(root, {
    Alias: (_, alias) => {
      // Of a parsed document every node has its range.
      if (hasRange(alias)) aliases.push(alias)
    },
    Value: (_, { anchor, range }) => {
      if (anchor === undefined || range === undefined || range === null) return
      const places = anchors.get(anchor)
      if (places === undefined) anchors.set(anchor, [range[0]])
      else places.push(range[0])
    },
  })
  return { aliases, anchors }
}

function hasRange(alias: Alias): alias is Alias.Parsed {
  return alias.range !== undefined && alias.range !== null
}

const WHITE = new Set(['space', 'newline', 'byte-order-mark', 'doc-mode', 'flow-error-end'])
const OF_DOCUMENT = new Set(['doc-start', 'doc-end', 'directive-line'])

function lexemesOf(text: string): Pick<Outline, 'comments' | 'contents' | 'end'> {
  const comments: Span[] = []
  const contents: Span[] = []
  let offset = 0
  let end = text.length
  let isScalarNext = false
  for (const lexeme of new Lexer().lex(text)) {
    const type: string | null = isScalarNext ? 'scalar' : CST.tokenType(lexeme)
    isScalarNext = lexeme === CST.SCALAR && !isScalarNext
    // Marks that the library puts in are no part of the text.
    if (isScalarNext || lexeme === CST.DOCUMENT || lexeme === CST.FLOW_END) continue
    const span = { start: offset, end: offset + lexeme.length }
    offset = span.end
    if (type === 'doc-end') end = Math.min(end, span.start)
    if (type === 'comment') comments.push(span)
    else if (type !== null && !WHITE.has(type) && !OF_DOCUMENT.has(type)) contents.push(span)
  }
  return { comments, contents, end }
}

/** The members of a map or list that is in the file itself. */
export function membersOf(outline: Outline, node: Collection, limit: number): readonly Member[] {
  const items = itemsOf(node)
  const inside = closeOf(node) ?? limit
  const pieces: readonly (Pair<ParsedNode, ParsedNode | null> | ParsedNode)[] = node.items
  if (items.length !== pieces.length) throw new Error('a collection was not understood')
  return pieces.map((piece, index) => {
    const start = startOf(items[index])
    const next = items[index + 1]
    const upTo = next === undefined ? inside : startOf(next)
    const { name, value } = 'key' in piece ? nameAndValue(piece) : { name: undefined, value: piece }
    return { name, value, start, end: contentEnd(outline, start, upTo), limit: upTo }
  })
}

function nameAndValue({
  key,
  value,
}: Pair<ParsedNode, ParsedNode | null>): Pick<Member, 'name' | 'value'> {
  if (!isScalar(key)) return { name: undefined, value }
  return { name: typeof key.value === 'string' ? key.value : key.source, value }
}

export function isFlow(node: Collection): boolean {
  return node.srcToken?.type === 'flow-collection'
}

/** Where the closing bracket stands; undefined when there are none. */
export function closeOf(node: Collection): number | undefined {
  const token = node.srcToken
  return token?.type === 'flow-collection' ? token.end[0]?.offset : undefined
}

const NOTHING = new Set(['space', 'newline', 'comment', 'comma'])

/** Of the items of the library's tokens, those that are members. */
function itemsOf(node: Collection): readonly CST.CollectionItem[] {
  const token = node.srcToken
  if (token === undefined) throw new Error('a collection is not in the text')
  return token.items.filter(
    ({ start, key, sep, value }) =>
      start.some(({ type }) => !NOTHING.has(type)) ||
      [key, value].some((part) => part !== undefined && part !== null) ||
      sep !== undefined,
  )
}

function startOf(item: CST.CollectionItem | undefined): number {
  const first = item?.start.find(({ type }) => !NOTHING.has(type))
  const place = first ?? item?.key ?? item?.sep?.[0] ?? item?.value
  if (place === undefined || place === null) throw new Error('a member without a place')
  return place.offset
}

/** Where the last piece between two offsets ends. A comma at the end is none of it. */
function contentEnd({ text, contents }: Outline, start: number, limit: number): number {
  let index = firstAt(contents, limit) - 1
  let piece = contents[index]
  if (piece !== undefined && piece.start > start && text.slice(piece.start, piece.end) === ',') {
    index -= 1
    piece = contents[index]
  }
  return piece === undefined || piece.end < start ? start : piece.end
}

/** Where the last piece before an offset ends. */
export function contentEndBefore({ contents }: Outline, offset: number): number {
  return contents[firstAt(contents, offset) - 1]?.end ?? 0
}

/** The first piece at or after an offset. */
export function contentAt({ contents }: Outline, offset: number): Span | undefined {
  return contents[firstAt(contents, offset)]
}

/** The index of the first of these spans, which are in order, that begins at an offset or later. */
function firstAt(spans: readonly Span[], offset: number): number {
  let low = 0
  let high = spans.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((spans[middle]?.start ?? 0) < offset) low = middle + 1
    else high = middle
  }
  return low
}

/** Aliases that stand for what an anchor here is on, or on something in it, and stand elsewhere. */
export function aliasesInto(
  outline: Outline,
  node: ParsedNode | null,
  { start, end }: Span,
): readonly Alias.Parsed[] {
  if (node === null) return []
  return outline.aliases.filter((alias) => {
    const isInside = alias.range[0] >= start && alias.range[0] < end
    const target = isInside ? undefined : anchorOf(outline, alias)
    return target !== undefined && target >= start && target < end
  })
}

/** Where the node begins that an alias stands for: the last one before it with its anchor. */
function anchorOf({ anchors }: Outline, { source, range }: Alias.Parsed): number | undefined {
  return anchors.get(source)?.findLast((at) => at <= range[0])
}

/** 1-based. */
export function lineOf({ text }: Outline, offset: number): number {
  return text.slice(0, offset).split('\n').length
}

export function placeOf(outline: Outline, offset: number): Source {
  const column = offset - lineStart(outline.text, offset) + 1
  return { file: outline.path, line: lineOf(outline, offset), column }
}

/** Where the line begins that an offset is in. */
export function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1
}

/** Where the line that an offset is in ends, before its line break. */
export function lineEnd(text: string, offset: number): number {
  const at = text.indexOf('\n', offset)
  if (at < 0) return text.length
  return at > offset && text[at - 1] === '\r' ? at - 1 : at
}

/** Where the line break at the end of a line ends; undefined at the end of the text. */
export function afterBreak(text: string, end: number): number | undefined {
  if (end >= text.length) return undefined
  return end + (text[end] === '\r' ? 2 : 1)
}
