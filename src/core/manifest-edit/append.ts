import type { Splice } from '../jsonc/splice.ts'
import { lineBreakAt, scanBelow } from './layout.ts'
import { closeOf, lineEnd, lineStart } from './outline.ts'
import type { Collection, Member, Outline, Span } from './outline.ts'

export interface Appended {
  readonly splices: readonly Splice[]
  /** Offset of the line break, or of whatever else, that the new text begins with. */
  readonly at: number
}

interface Brackets {
  readonly node: Collection
  readonly members: readonly Member[]
  /** Whether braces have blanks inside. */
  readonly pads: boolean
}

/** Put a member behind the last one of a collection in brackets. */
export function appendInside(outline: Outline, brackets: Brackets, flow: string): Appended {
  const { node, members } = brackets
  const { text } = outline
  const close = closeOf(node) ?? node.range[1]
  const last = members.at(-1)
  if (last === undefined) return intoEmpty(outline, { ...brackets, close }, flow)
  const comma = outline.contents.find(
    ({ start, end }) => start >= last.end && end <= close && text.slice(start, end) === ',',
  )
  const startsLine = text.slice(lineStart(text, last.start), last.start).trim() === ''
  if (!startsLine) {
    return comma === undefined
      ? insertion(last.end, `, ${flow}`)
      : insertion(comma.end, ` ${flow},`)
  }
  const indent = text.slice(lineStart(text, last.start), last.start)
  const end = comma?.end ?? last.end
  // What closes the collection may stand in the same line, and a comment belongs to what is before it.
  const at = close < lineEnd(text, end) ? end : lineEnd(text, end)
  const added = `${lineBreakAt(outline, end)}${indent}${flow}`
  if (comma !== undefined) return insertion(at, `${added},`)
  const parting = { start: last.end, end: last.end, text: ',' }
  return { splices: [parting, { start: at, end: at, text: added }], at }
}

function intoEmpty(
  outline: Outline,
  { node, close, pads }: Brackets & { readonly close: number },
  flow: string,
): Appended {
  const { text } = outline
  const open = node.range[0] + 1
  const between = text.slice(open, close)
  if (between.trim() === '') {
    const padded = pads && text[node.range[0]] === '{' ? ` ${flow} ` : flow
    return { splices: [{ start: open, end: close, text: padded }], at: open }
  }
  // There is a comment, which ends with its line.
  const at = lineEnd(text, outline.comments.findLast(({ end }) => end <= close)?.end ?? open)
  const line = text.slice(lineStart(text, node.range[0]), node.range[0])
  const indent = `${/^ */.exec(line)?.[0] ?? ''}  `
  return insertion(at, `${lineBreakAt(outline, at)}${indent}${flow}`)
}

function insertion(at: number, text: string): Appended {
  return { splices: [{ start: at, end: at, text }], at }
}

export interface BlockPlace {
  /** The last member, or what holds them. */
  readonly above: Span
  readonly column: number
  /** Column of what holds the members; undefined: comments beside them do not count. */
  readonly outer: number | undefined
  readonly isSpaced: boolean
}

/**
 * Put a member on lines of its own, below all that belongs to what stands above.
 *
 * @param lines of the member, none of them indented
 */
export function appendBelow(
  outline: Outline,
  { above, column, outer, isSpaced }: BlockPlace,
  lines: readonly string[],
): Appended {
  const { at, isLoose, isOpen } = scanBelow(outline, above, { column, outer })
  const lineBreak = lineBreakAt(outline, at)
  const indent = ' '.repeat(column)
  const blank = (isSpaced || isLoose) && !isOpen ? lineBreak : ''
  const added = lines.map((line) => `${lineBreak}${indent}${line}`).join('')
  return insertion(at, blank + added)
}
