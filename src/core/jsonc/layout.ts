import type { ArrayNode, JsonDocument, JsonNode, ObjectNode } from './parse.ts'
import type { PrintStyle } from './print.ts'

export type ContainerNode = ObjectNode | ArrayNode

/** A member or an element, as far as its place in the text goes. */
export interface Item {
  readonly start: number
  readonly end: number
  readonly comma: number | undefined
}

/** How a container is written, found from its own text and, where that is silent, from what is around it. */
export interface Layout extends PrintStyle {
  /** Blanks inside the container's own brackets, when it is written on one line. */
  readonly edge: string
  /** Indentation of the line that the container begins on. */
  readonly indent: string
  /** Indentation of items that begin a line. */
  readonly itemIndent: string
  /** Commas begin the lines instead of ending them: `, "plugin": [`. */
  readonly leadingComma: { readonly indent: string; readonly gap: string } | undefined
}

/** The lines of a text, so that finding one costs the same wherever it is. */
export interface Lines {
  readonly text: string
  /** Offset of the first character of each line; of the first line, that behind a BOM. */
  readonly starts: readonly number[]
}

export function linesOf(text: string): Lines {
  const starts = [text.startsWith('\uFEFF') ? 1 : 0]
  for (const { index, 0: lineBreak } of text.matchAll(/\r\n?|\n/g))
    starts.push(index + lineBreak.length)
  return { text, starts }
}

export function lineStart({ starts }: Lines, offset: number): number {
  let low = 0
  let high = starts.length
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle
  }
  return starts[low] ?? 0
}

/** The blanks at the start of the line that `offset` is on, as far as `offset`. */
export function indentAt(lines: Lines, offset: number): string {
  const start = lineStart(lines, offset)
  let end = start
  while (end < offset && (lines.text[end] === ' ' || lines.text[end] === '\t')) end += 1
  return lines.text.slice(start, end)
}

/** Whether only blanks stand before `offset` on its line. */
export function beginsLine(text: string, offset: number): boolean {
  let at = offset
  while (at > 0 && (text[at - 1] === ' ' || text[at - 1] === '\t')) at -= 1
  return at === 0 || text[at - 1] === '\n' || text[at - 1] === '\r' || text[at - 1] === '\uFEFF'
}

/** The line ending of the file: its first one. */
function eolOf(text: string): string {
  return /\r\n?|\n/.exec(text)?.[0] ?? '\n'
}

export function hasBreak(blank: string): boolean {
  return blank.includes('\n') || blank.includes('\r')
}

export function itemsOf(node: ContainerNode): readonly Item[] {
  if (node.kind === 'array') {
    return node.elements.map(({ value, comma }) => ({ start: value.start, end: value.end, comma }))
  }
  return node.members.map(({ keyStart, value, comma }) => ({
    start: keyStart,
    end: value.end,
    comma,
  }))
}

/** What holds for the file as a whole: the layout around its root. */
export function fileLayout(document: JsonDocument, lines: Lines): Layout {
  return {
    eol: eolOf(document.text),
    unit: firstUnit(document.root, lines) ?? '  ',
    oneLine: false,
    colon: ': ',
    comma: ' ',
    pad: ' ',
    edge: ' ',
    indent: '',
    itemIndent: '',
    leadingComma: undefined,
  }
}

export function layoutOf(
  node: ContainerNode,
  items: readonly Item[],
  lines: Lines,
  outer: Layout,
): Layout {
  const indent = indentAt(lines, node.start)
  const sibling = items.findLast((item) => beginsLine(lines.text, item.start))
  const itemIndent = sibling && indentAt(lines, sibling.start)
  const unit = (itemIndent !== undefined && difference(indent, itemIndent)) || outer.unit
  const oneLine = isOneLine(node, items, lines.text, outer)
  return {
    eol: outer.eol,
    unit,
    oneLine,
    ...(oneLine ? spacing(node, items, lines.text, outer) : { comma: ' ', pad: ' ', edge: ' ' }),
    colon: colonOf(node, lines.text) ?? outer.colon,
    indent,
    itemIndent: itemIndent ?? indent + unit,
    leadingComma: leadingComma(items, lines),
  }
}

/** The first indentation step in the file, container by container. */
function firstUnit(node: JsonNode, lines: Lines): string | undefined {
  if (node.kind === 'scalar') return undefined
  const items = itemsOf(node)
  const sibling = items.find((item) => beginsLine(lines.text, item.start))
  const unit = sibling && difference(indentAt(lines, node.start), indentAt(lines, sibling.start))
  if (unit) return unit
  for (const { value } of node.kind === 'object' ? node.members : node.elements) {
    const inner = firstUnit(value, lines)
    if (inner) return inner
  }
  return undefined
}

function difference(outer: string, inner: string): string {
  return inner.startsWith(outer) ? inner.slice(outer.length) : ''
}

/** An empty container without a line break of its own is written as the one around it. */
function isOneLine(
  node: ContainerNode,
  items: readonly Item[],
  text: string,
  outer: Layout,
): boolean {
  let from = node.start + 1
  for (const item of items) {
    if (gapHasBreak(text, from, item.start)) return false
    from = item.end
  }
  if (gapHasBreak(text, from, node.end - 1)) return false
  return items.length > 0 || outer.oneLine
}

/** Whether a line ends between two items. Line breaks inside block comments do not count. */
function gapHasBreak(text: string, from: number, to: number): boolean {
  const gap = text.slice(from, to)
  return hasBreak(gap.includes('/*') ? gap.replaceAll(/\/\/[^\r\n]*|\/\*.*?\*\//gs, '') : gap)
}

type Spacing = Pick<Layout, 'comma' | 'pad' | 'edge'>

function spacing(
  node: ContainerNode,
  items: readonly Item[],
  text: string,
  outer: Layout,
): Spacing {
  const [first, second] = items
  const isArray = node.kind === 'array'
  const usual = isArray ? '' : outer.pad
  const edge = first === undefined ? usual : blankOr(text.slice(node.start + 1, first.start), usual)
  const pad = isArray ? outer.pad : edge
  if (first?.comma !== undefined && second !== undefined) {
    return { comma: blankOr(text.slice(first.comma + 1, second.start), ' '), pad, edge }
  }
  const compact = !isArray && edge === '' && colonOf(node, text) === ':'
  return { comma: compact ? '' : outer.comma, pad, edge }
}

/** At most one blank; anything else is an accident and not a style. */
function blankOr(gap: string, usual: string): string {
  return gap === '' || gap === ' ' ? gap : usual
}

function colonOf(node: ContainerNode, text: string): string | undefined {
  const member = node.kind === 'object' ? node.members.at(-1) : undefined
  if (member === undefined) return undefined
  const gap = text.slice(member.keyEnd, member.value.start)
  return /^ ?: ?$/.test(gap) ? gap : undefined
}

function leadingComma(items: readonly Item[], lines: Lines): Layout['leadingComma'] {
  const last = items.at(-1)
  const comma = items.at(-2)?.comma
  if (last === undefined || comma === undefined || !beginsLine(lines.text, comma)) return undefined
  return {
    indent: indentAt(lines, comma),
    gap: blankOr(lines.text.slice(comma + 1, last.start), ' '),
  }
}
