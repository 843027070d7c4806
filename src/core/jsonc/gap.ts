import { hasBreak, indentAt, type Lines } from './layout.ts'
import type { JsonDocument, Span } from './parse.ts'

/** The text from one surviving item, or the opening bracket, to the next, or the closing bracket. */
export interface Gap extends Span {
  /** Ends at the closing bracket. */
  readonly closes: boolean
}

/** Something in a gap that is not blank. */
export interface Token extends Span {
  readonly kind: 'comma' | 'comment' | 'line-comment' | 'item'
  readonly keep: boolean
  /** Set for a comment from inside a removed item: the indentation of that item, which it takes over. */
  readonly indent: string | undefined
}

/** The blanks between two neighbours that stay, after what stood between them was taken out. */
export interface Joint extends Span {
  readonly blank: string
  /** What the blanks follow; undefined at the start of the gap. */
  readonly after: Token | undefined
}

/** A comma or a removed item in a gap. */
export interface Part extends Span {
  readonly kind: 'comma' | 'item'
  readonly keep: boolean
}

/**
 * What stands in a gap: its commas, its comments and its removed items, in order. A removed item is
 * taken apart at the comments inside it, because they stay.
 */
export function tokensOf(
  document: JsonDocument,
  lines: Lines,
  gap: Gap,
  parts: readonly Part[],
): readonly Token[] {
  const { text } = document
  const comments = commentsWithin(document, gap)
  const tokens: Token[] = []
  let next = 0
  for (const part of parts) {
    let start = part.start
    for (; next < comments.length; next += 1) {
      const comment = comments[next]
      if (comment === undefined || comment.start >= part.end) break
      const inside = comment.start > part.start
      if (inside) pushPiece(text, tokens, part, { start, end: comment.start })
      tokens.push(commentToken(text, comment, inside ? indentAt(lines, part.start) : undefined))
      if (inside) start = comment.end
    }
    pushPiece(text, tokens, part, { start, end: part.end })
  }
  for (const comment of comments.slice(next)) tokens.push(commentToken(text, comment, undefined))
  return tokens
}

function commentToken(text: string, { start, end }: Span, indent: string | undefined): Token {
  const kind = text[start + 1] === '/' ? 'line-comment' : 'comment'
  return { start, end, kind, keep: true, indent }
}

/** Add what a part has between two comments, without the blanks at its ends. */
function pushPiece(
  text: string,
  tokens: Token[],
  { kind, keep }: Part,
  { start, end }: Span,
): void {
  let from = start
  let to = end
  while (from < to && isBlank(text.charCodeAt(from))) from += 1
  while (from < to && isBlank(text.charCodeAt(to - 1))) to -= 1
  if (from < to) tokens.push({ start: from, end: to, kind, keep, indent: undefined })
}

/** Space, tab, line feed, carriage return. */
function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 10 || code === 13
}

/** The comments between two offsets. */
export function commentsWithin(document: JsonDocument, span: Span): readonly Span[] {
  const { comments } = document
  if (comments.length === 0) return comments
  return comments.slice(firstFrom(comments, span.start), firstFrom(comments, span.end))
}

function firstFrom(comments: readonly Span[], offset: number): number {
  let low = 0
  let high = comments.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((comments[middle]?.start ?? 0) < offset) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * Take the tokens out of a gap that do not stay, and say what blanks are left at each place. The last
 * joint ends where the gap ends.
 */
export function jointsOf(text: string, gap: Gap, tokens: readonly Token[]): readonly Joint[] {
  const joints: Joint[] = []
  let after: Token | undefined
  let first = 0
  for (;;) {
    let next = first
    while (tokens[next]?.keep === false) next += 1
    const target = tokens[next]
    const start = after?.end ?? gap.start
    const end = target?.start ?? gap.end
    const removed = tokens.slice(first, next)
    const blank = blankLeft(text, { start, end }, removed, {
      afterLine: after?.kind === 'line-comment',
      closes: target === undefined && gap.closes,
    })
    joints.push({ start, end, after, blank: reindent(blank, target?.indent) })
    if (target === undefined) return joints
    after = target
    first = next + 1
  }
}

interface Neighbours {
  /** The blanks follow a line comment, so a line break has to stay. */
  readonly afterLine: boolean
  readonly closes: boolean
}

function blankLeft(
  text: string,
  { start, end }: Span,
  removed: readonly Token[],
  neighbours: Neighbours,
): string {
  const [head, second] = removed
  if (head === undefined) return text.slice(start, end)
  let left = text.slice(start, head.start)
  // A comma right behind what stays goes alone; the blanks after it belong to what follows.
  if (head.kind === 'comma' && !hasBreak(left)) {
    if (second === undefined) return text.slice(head.end, end)
    left = text.slice(head.end, second.start)
  }
  return join(left, text.slice(removed.at(-1)?.end, end), neighbours)
}

/** One blank out of the two around what was removed. */
function join(left: string, right: string, { afterLine, closes }: Neighbours): string {
  if (!hasBreak(left)) return hasBreak(right) || closes ? right : left
  const above = left.slice(0, lastBreak(left))
  if (hasBreak(right)) return above + (afterLine ? right.slice(right.search(/[\r\n]/)) : right)
  return closes && !afterLine ? above + right : left
}

function lastBreak(blank: string): number {
  return blank.search(/(?:\r\n?|\n)[^\r\n]*$/)
}

function reindent(blank: string, indent: string | undefined): string {
  return indent === undefined ? blank : blank.replace(/([\r\n])[ \t]*$/, `$1${indent}`)
}
