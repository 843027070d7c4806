import { visit } from 'yaml'
import type { Document, YAMLError } from 'yaml'
import type { Diagnostic } from '../diagnostic.ts'
import type { Source } from '../source.ts'
import { describeYamlProblem } from './yaml-words.ts'

type Placed = Diagnostic & { readonly source: Source }

/** What is wrong with a text as YAML, by line. Empty exactly when it is one document without errors. */
export function yamlProblems(
  documents: readonly Document.Parsed[],
  text: string,
  place: (offset: number) => Source,
): readonly Diagnostic[] {
  const [first, second] = documents
  const problems: Placed[] = documents.flatMap((document) => {
    const found = [...document.errors, ...document.warnings]
    const unclosed = found.find(({ message }) => message.startsWith('Missing closing'))
    // What follows an open quote was read as something it is not.
    const told = unclosed === undefined ? withoutEcho(found, text) : [unclosed]
    return told.map(({ code, message, pos }) => {
      const start =
        unclosed === undefined ? pastBlanks(text, pos[0]) : openingQuote(document, pos[0])
      return { ...describeYamlProblem(code, message, text.slice(start)), source: place(start) }
    })
  })
  const version = first?.directives.yaml
  if (version?.explicit === true && version.version !== '1.2') {
    const message = `opgen reads YAML 1.2, not ${version.version}`
    problems.push(syntaxError(message, place(text.search(/^%YAML/m)), 'remove this line'))
  }
  if (second !== undefined) {
    const source = place(second.contents?.range[0] ?? text.length)
    const message = 'a file holds one YAML document; a second one starts here'
    problems.push(syntaxError(message, source, 'remove the line `---`'))
  }
  return onePerLine(problems)
}

/** A bracket of the wrong kind leaves its own open, which the library also reports where the text ends. */
function withoutEcho<T extends Pick<YAMLError, 'message' | 'pos'>>(
  found: readonly T[],
  text: string,
): readonly T[] {
  const end = text.trimEnd().length
  const isOpen = ({ message }: T): boolean => message.startsWith('Flow ')
  const first = found.find(isOpen)
  return found.filter((problem) => problem === first || !isOpen(problem) || problem.pos[0] < end)
}

function syntaxError(message: string, source: Source, hint: string): Placed {
  return { code: 'yaml-syntax', severity: 'error', message, source, hint }
}

/** The library reports a missing quote where the text ends; the mistake is nearer to where it starts. */
function openingQuote(document: Document.Parsed, end: number): number {
  let start = end
  visit(document, {
    Scalar: (_, { type, range }) => {
      const quoted = type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE'
      if (quoted && range !== undefined && range !== null && range[0] <= end) start = range[0]
    },
  })
  return start
}

/** A line that is indented wrongly is blamed at its first character, not at the blanks before it. */
function pastBlanks(text: string, offset: number): number {
  const blanks = /^ +(?=\S)/.exec(text.slice(offset, offset + 200))?.[0]
  return offset + (blanks?.length ?? 0)
}

/** The first problem of every line: the later ones are mostly its echoes. */
function onePerLine(problems: readonly Placed[]): readonly Diagnostic[] {
  const byLine = new Map<number, Placed>()
  const ordered = problems.toSorted(
    (a, b) => a.source.line - b.source.line || a.source.column - b.source.column,
  )
  for (const problem of ordered) {
    if (!byLine.has(problem.source.line)) byLine.set(problem.source.line, problem)
  }
  return [...byLine.values()]
}
