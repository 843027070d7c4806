import { hasBreak } from './layout.ts'
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
  readonly indent: string
}

/**
 * What stands in a gap: its commas, its comments and its removed items, in order. A removed item is
 * taken apart at the comments inside it, because they stay.
 */
export function tokensOf(
  document: JsonDocument,
  gap: Gap,
  parts: readonly Part[],
): readonly Token[] {
  const { text, comments } = document
  const tokens: Token[] = []
  let next = firstFrom(comments, gap.start)
  const takeComments = (before: number, indent: string | undefined): number | undefined => {
    const comment = comments[next]
    if (comment === undefined || comment.start >= before) return undefined
    next += 1
    const kind = text[comment.start + 1] === '/' ? 'line-comment' : 'comment'
    tokens.push({ start: comment.start, end: comment.end, kind, keep: true, indent })
    return comment.end
  }
  for (const part of parts) {
    while (takeComments(part.start, undefined) !== undefined);
    let at = part.start
    for (;;) {
      const end = Math.min(comments[next]?.start ?? part.end, part.end)
      const piece = trim(text, { start: at, end })
      if (piece !== undefined)
        tokens.push({ ...piece, kind: part.kind, keep: part.keep, indent: undefined })
      const after = takeComments(part.end, part.indent)
      if (after === undefined) break
      at = after
    }
  }
  while (takeComments(gap.end, undefined) !== undefined);
  return tokens
}

/** The comments between two offsets. */
export function commentsWithin(document: JsonDocument, span: Span): readonly Span[] {
  const { comments } = document
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

function trim(text: string, { start, end }: Span): Span | undefined {
  const piece = text.slice(start, end)
  const from = start + piece.length - piece.trimStart().length
  const to = end - piece.length + piece.trimEnd().length
  return from < to ? { start: from, end: to } : undefined
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
  let [head, ...rest] = removed
  if (head === undefined) return text.slice(start, end)
  let left = text.slice(start, head.start)
  // A comma right behind what stays goes alone; the blanks after it belong to what follows.
  if (head.kind === 'comma' && !hasBreak(left)) {
    const [second] = rest
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
