import {
  columnOf,
  freeCommentAbove,
  freeLinesAfter,
  isBlankAbove,
  isOpenText,
  ownEnd,
} from './layout.ts'
import {
  afterBreak,
  closeOf,
  contentEndBefore,
  isFlow,
  lineEnd,
  lineOf,
  lineStart,
} from './outline.ts'
import type { Collection, Member, Outline, Span } from './outline.ts'
import { notEditable } from './prove.ts'

/** Members to be taken out of a collection. */
export interface Taking {
  readonly node: Collection
  readonly members: readonly Member[]
  readonly gone: ReadonlySet<Member>
}

/** What is to be cut out of the text; the spans may overlap. */
export function takeOut(outline: Outline, taking: Taking): readonly Span[] {
  const { node, members, gone } = taking
  return members.flatMap((member, index) => {
    if (!gone.has(member)) return []
    return isFlow(node) ? fromBrackets(outline, taking, index) : [lines(outline, taking, index)]
  })
}

/** The lines of a member, the comments that are its own, and a blank line that would be one too many. */
function lines(outline: Outline, { members, gone }: Taking, index: number): Span {
  const { text } = outline
  const member = members[index]
  if (member === undefined) throw new Error('a member to be taken out is not there')
  const first = lineStart(text, member.start)
  if (text.slice(first, member.start).trim() !== '') {
    const what = `"${member.name ?? ''}" does not begin its line`
    throw notEditable(outline, member.start, what)
  }
  const isBelowText = contentEndBefore(outline, member.start) >= first && isOpenText(outline, first)
  // Otherwise blank lines below would become a part of the text above.
  const end = isBelowText ? blankEnd(outline, ownEnd(outline, member)) : ownEnd(outline, member)
  // The blank lines of that text end with the line break that is before the member.
  const isAllBelow = isBelowText && end === text.length
  if (isAllBelow && text.slice(lineStart(text, first - 1), first).trim() === '') {
    return { start: first, end }
  }
  const next = afterBreak(text, end)
  const isLast = members.slice(index + 1).every((other) => gone.has(other))
  const isFirst = members.slice(0, index).every((other) => gone.has(other))
  const below = next === undefined ? '' : text.slice(next, lineEnd(text, next))
  const isBlankBelow = isBlankBelowRun(outline, { members, gone }, index)
  const hasCommentBelow =
    /^ *#/.test(below) && below.indexOf('#') >= columnOf(outline, member.start)
  if (isBlankAbove(outline, member.start)) {
    const mayGo = isBlankBelow || (isLast && !hasCommentBelow)
    return fromLineAbove(text, mayGo ? lineStart(text, first - 1) : first, end)
  }
  const opens = isFirst && !isLast && isBlankBelow && next !== undefined
  const isTitled = freeCommentAbove(outline, member.start) !== undefined
  return fromLineAbove(text, first, opens && !isTitled ? lineEnd(text, next) : end)
}

/** Whether a blank line, or the end, is below a member and those after it that go as well. */
function isBlankBelowRun(
  outline: Outline,
  { members, gone }: Pick<Taking, 'members' | 'gone'>,
  index: number,
): boolean {
  const member = members[index]
  if (member === undefined) return false
  const next = afterBreak(outline.text, ownEnd(outline, member))
  if (next === undefined) return true
  const end = lineEnd(outline.text, next)
  if (outline.text.slice(next, end).trim() === '') return true
  const other = members[index + 1]
  const isTouching = other !== undefined && other.start >= next && other.start < end
  return isTouching && gone.has(other) && isBlankBelowRun(outline, { members, gone }, index + 1)
}

/** Where the blank lines below a line end. */
function blankEnd(outline: Outline, end: number): number {
  const free = freeLinesAfter(outline, end)
  const other = free.findIndex(({ hash }) => hash !== undefined)
  return free.slice(0, other < 0 ? undefined : other).at(-1)?.end ?? end
}

/** Lines with the line break before them; in the first line of a text, with the one behind. */
function fromLineAbove(text: string, start: number, end: number): Span {
  if (start === 0) return { start, end: afterBreak(text, end) ?? end }
  return { start: lineEnd(text, lineStart(text, start - 1)), end }
}

/** A member between brackets, with the comma that would be one too many. */
function fromBrackets(
  outline: Outline,
  { node, members, gone }: Taking,
  index: number,
): readonly Span[] {
  const { text } = outline
  const member = members[index]
  if (member === undefined) throw new Error('a member to be taken out is not there')
  const close = closeOf(node) ?? node.range[1]
  const comma = commaAfter(outline, member.end, members[index + 1]?.start ?? close)
  const end = comma?.end ?? member.end
  const before = members.slice(0, index).findLast((other) => !gone.has(other))
  const isLast = members.slice(index + 1).every((other) => gone.has(other))
  const parting =
    isLast && before !== undefined ? commaAfter(outline, before.end, member.start) : undefined
  const hasTrailing = isLast && commaAfter(outline, members.at(-1)?.end ?? end, close) !== undefined
  // The library takes no comment at the beginning of a line for one where no comma is before it.
  const isNeeded = parting !== undefined && /\n\s*#/.test(text.slice(parting.end, member.start))
  // What is left needs no comma behind it where there was none.
  const odd = parting !== undefined && !hasTrailing && !isNeeded ? [parting] : []
  const first = lineStart(text, member.start)
  const startsLine = text.slice(first, member.start).trim() === ''
  if (startsLine) {
    const rest = text.slice(end, lineEnd(text, end))
    const stop = /^\s*(#.*)?$/.test(rest) ? lineEnd(text, end) : end
    return [...odd, fromLineAbove(text, first, stop)]
  }
  const isOpening = before === undefined
  if (isLast && !isOpening) return [...odd, { start: spacesBefore(text, member.start), end }]
  if (isLast) return [{ start: spacesBefore(text, member.start), end: spacesAfter(text, end) }]
  const next = spacesAfter(text, end)
  return [{ start: member.start, end: lineOf(outline, next) === lineOf(outline, end) ? next : end }]
}

function commaAfter(outline: Outline, from: number, to: number): Span | undefined {
  return outline.contents.find(
    ({ start, end }) => start >= from && end <= to && outline.text.slice(start, end) === ',',
  )
}

function spacesBefore(text: string, offset: number): number {
  return offset - (/[ \t]*$/.exec(text.slice(0, offset))?.[0].length ?? 0)
}

function spacesAfter(text: string, offset: number): number {
  return offset + (/^[ \t]*/.exec(text.slice(offset))?.[0].length ?? 0)
}
