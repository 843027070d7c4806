import type { Source } from '../source.ts'

/** How many lines of the template a line is looked for in, so that the time is not quadratic. */
const FURTHEST = 500

/**
 * Find, for every line of a filled-in template, the line of the template it was made from. Lines are
 * matched by what stands before their first expression, going down both texts; a line without a match
 * counts as belonging to the one before.
 *
 * @returns a function from positions in the output to positions in the template; the column of what
 * an expression made is that of the expression
 */
export function templatePlaces(template: string, output: string): (source: Source) => Source {
  const templateLines = template.split('\n')
  const outputLines = output.split('\n')
  const origin: number[] = []
  let next = 0
  for (const line of outputLines) {
    const ahead = templateLines.slice(next, next + FURTHEST)
    const found = ahead.findIndex((candidate) => makes(candidate, line))
    if (found >= 0) next += found + 1
    origin.push(Math.max(0, next - 1))
  }
  const plain = templateLines.map(plainTexts)
  const known = new Map<number, readonly Piece[]>()
  return (source) => {
    const index = origin[source.line - 1] ?? templateLines.length - 1
    const pieces =
      known.get(source.line) ?? piecesOf(plain[index] ?? [], outputLines[source.line - 1] ?? '')
    known.set(source.line, pieces)
    return { ...source, line: index + 1, column: columnIn(pieces, source.column) }
  }
}

function makes(templateLine: string, outputLine: string): boolean {
  const expression = templateLine.indexOf('{{')
  if (expression < 0) return templateLine === outputLine
  const start = templateLine.slice(0, expression)
  return start.trim() !== '' && outputLine.startsWith(start)
}

/** What stands outside the expressions of a template's line; may be empty. */
interface PlainText {
  /** An offset in the line. */
  readonly start: number
  readonly text: string
}

/** Texts that are told apart in a line, so that a template of one long line costs no more than others. */
const MOST_TEXTS = 100

function plainTexts(line: string): readonly PlainText[] {
  const texts: PlainText[] = []
  let start = 0
  for (const match of line.matchAll(/\{\{.*?\}\}+/g)) {
    texts.push({ start, text: line.slice(start, match.index) })
    start = match.index + match[0].length
    if (texts.length === MOST_TEXTS) return texts
  }
  return [...texts, { start, text: line.slice(start) }]
}

/** A text that came out as it is. */
interface Piece {
  /** An offset in the template's line, and in the line that was made of it. */
  readonly start: number
  readonly at: number
  readonly length: number
}

/**
 * Find the texts of a template's line in what was made of it, from the left. What is not there, as in a
 * block that is left out, is passed over.
 */
function piecesOf(
  [first = { start: 0, text: '' }, ...others]: readonly PlainText[],
  line: string,
): readonly Piece[] {
  const pieces: Piece[] = [{ start: 0, at: 0, length: first.text.length }]
  let end = first.text.length
  for (const { start, text } of others) {
    const at = text === '' ? -1 : line.indexOf(text, end)
    if (at < 0) continue
    pieces.push({ start, at, length: text.length })
    end = at + text.length
  }
  return pieces
}

/** What stands in no piece was made by the expression after the last one before it. */
function columnIn(pieces: readonly Piece[], column: number): number {
  const offset = column - 1
  const last = pieces.findLast(({ at }) => at <= offset)
  return last === undefined ? column : last.start + Math.min(offset - last.at, last.length) + 1
}
