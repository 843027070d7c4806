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
  return (source) => {
    const index = origin[source.line - 1] ?? templateLines.length - 1
    const made = { line: outputLines[source.line - 1] ?? '', column: source.column }
    return { ...source, line: index + 1, column: columnIn(templateLines[index] ?? '', made) }
  }
}

function makes(templateLine: string, outputLine: string): boolean {
  const expression = templateLine.indexOf('{{')
  if (expression < 0) return templateLine === outputLine
  const start = templateLine.slice(0, expression)
  return start.trim() !== '' && outputLine.startsWith(start)
}

/**
 * The column of a template's line that a column of its output comes from. What stands between two
 * expressions is looked for from the left; what is not found, as in a block that is left out, counts as
 * made by the expression before it.
 */
function columnIn(
  templateLine: string,
  { line, column }: { readonly line: string; readonly column: number },
): number {
  const offset = column - 1
  const [first = { start: 0, text: '' }, ...others] = plainParts(templateLine)
  if (offset < first.text.length) return column
  let expression = first.text.length
  let end = first.text.length
  for (const { start, text } of others) {
    const found = text === '' ? -1 : line.indexOf(text, end)
    if (found < 0) continue
    if (offset < found) break
    if (offset < found + text.length) return start + (offset - found) + 1
    expression = start + text.length
    end = found + text.length
  }
  return expression + 1
}

/** What stands outside the expressions of a line, and at which offset. */
function plainParts(line: string): readonly { readonly start: number; readonly text: string }[] {
  const parts: { readonly start: number; readonly text: string }[] = []
  let start = 0
  for (const match of line.matchAll(/\{\{.*?\}\}+/g)) {
    parts.push({ start, text: line.slice(start, match.index) })
    start = match.index + match[0].length
  }
  return [...parts, { start, text: line.slice(start) }]
}
