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
  const origin: number[] = []
  let next = 0
  for (const line of output.split('\n')) {
    const ahead = templateLines.slice(next, next + FURTHEST)
    const found = ahead.findIndex((candidate) => makes(candidate, line))
    if (found >= 0) next += found + 1
    origin.push(Math.max(0, next - 1))
  }
  return (source) => {
    const index = origin[source.line - 1] ?? templateLines.length - 1
    const expression = templateLines[index]?.indexOf('{{') ?? -1
    const column = expression < 0 ? source.column : Math.min(source.column, expression + 1)
    return { ...source, line: index + 1, column }
  }
}

function makes(templateLine: string, outputLine: string): boolean {
  const expression = templateLine.indexOf('{{')
  if (expression < 0) return templateLine === outputLine
  const start = templateLine.slice(0, expression)
  return start.trim() !== '' && outputLine.startsWith(start)
}
