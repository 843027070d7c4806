import { afterBreak, contentAt, contentEndBefore, lineEnd, lineStart } from './outline.ts'
import type { Outline, Span } from './outline.ts'

/** A line that holds no value: blank, or a comment alone. */
interface FreeLine {
  readonly start: number
  /** Before the line break. */
  readonly end: number
  /** Column of the `#`, 0-based; undefined for a blank line. */
  readonly hash: number | undefined
  /** Blanks between the `#` and what comes after it. */
  readonly indent: number
}

/** The lines after the one that an offset is in, up to the next that holds more than a comment. */
export function freeLinesAfter(outline: Outline, offset: number): readonly FreeLine[] {
  const { text } = outline
  const lines: FreeLine[] = []
  let start = afterBreak(text, lineEnd(text, offset))
  const stop = Math.min(contentAt(outline, start ?? text.length)?.start ?? text.length, outline.end)
  while (start !== undefined && start < text.length) {
    const end = lineEnd(text, start)
    if (stop <= end && stop < text.length) break
    lines.push(freeLine(text, start, end))
    start = afterBreak(text, end)
  }
  return lines
}

function freeLine(text: string, start: number, end: number): FreeLine {
  const found = /^(\s*)#( *)/.exec(text.slice(start, end))
  return { start, end, hash: found?.[1]?.length, indent: found?.[2]?.length ?? 0 }
}

/** The end of the line in which a member ends, before its line break. */
export function lastLineOf({ text }: Outline, { start, end }: Span): number {
  // A text over several lines ends with the line break of its last one.
  const last = end > start && text[end - 1] === '\n' ? end - 1 : end
  return lineEnd(text, last > start && text[last - 1] === '\r' ? last - 1 : last)
}

export function columnOf({ text }: Outline, offset: number): number {
  return offset - lineStart(text, offset)
}

/**
 * Where the lines of a member end, comments that are its own included: those that are indented more than it,
 * and those right below that were made of lines of it by a `#` at the beginning.
 */
export function ownEnd(outline: Outline, member: Span): number {
  return scanBelow(outline, member, { column: columnOf(outline, member.start), outer: undefined })
    .at
}

interface Levels {
  /** Of the members. */
  readonly column: number
  /** Of what holds them; undefined: comments beside the members are not looked for. */
  readonly outer: number | undefined
}

export interface Below {
  /** The end of a line, before its line break. */
  readonly at: number
  /** Whether comments stand there that belong to no member, and would seem to be those of the next. */
  readonly isLoose: boolean
  /** Whether a blank line would be part of a text. */
  readonly isOpen: boolean
}

/**
 * Where a next member goes: below all that is about the last one. A comment that a blank line parts from it is
 * about what follows, and a comment without one stays with what is above it.
 */
export function scanBelow(outline: Outline, member: Span, { column, outer }: Levels): Below {
  const end = lastLineOf(outline, member)
  let at = end
  let isLoose = false
  let isAttached = true
  for (const line of freeLinesAfter(outline, at)) {
    const { hash } = line
    if (hash === undefined) {
      isAttached = false
      continue
    }
    const isDeeper = hash > column || (isAttached && hash < column && line.indent > column)
    const isBeside = isAttached && outer !== undefined && hash > outer
    if (!isDeeper && !isBeside) break
    if (!isDeeper) isLoose = true
    at = line.end
    isAttached = true
  }
  return { at, isLoose, isOpen: at === end && isOpenText(outline, at + 1) }
}

/** Whether a text ends before an offset that takes blank lines below it for its own: `|+`. */
export function isOpenText({ text, contents }: Outline, offset: number): boolean {
  const index = contents.findLastIndex(({ start }) => start < offset)
  const header = contents[index - 1]
  return header !== undefined && /^[|>]\d*\+/.test(text.slice(header.start, header.end))
}

/** Whether a blank line stands right above an offset's line, and is no part of a text. */
export function isBlankAbove(outline: Outline, offset: number): boolean {
  const { text } = outline
  const start = lineStart(text, offset)
  if (start === 0) return false
  const above = lineStart(text, start - 1)
  return text.slice(above, start).trim() === '' && contentEndBefore(outline, offset) <= above
}

/** A line break as the line of an offset has it; else as the file has it. */
export function lineBreakAt({ original }: Outline, offset: number): string {
  const found = /\r\n?|\n/.exec(original.slice(offset))?.[0]
  return found ?? /\r\n?|\n/.exec(original)?.[0] ?? '\n'
}

/** Where a comment begins that stands alone in the line above an offset's; undefined when none does. */
export function freeCommentAbove({ text, comments }: Outline, offset: number): number | undefined {
  const start = lineStart(text, offset)
  if (start === 0) return undefined
  const above = lineStart(text, start - 1)
  const line = text.slice(above, start)
  if (!/^\s*#/.test(line)) return undefined
  const hash = above + line.indexOf('#')
  return comments.some((comment) => comment.start === hash) ? hash : undefined
}
