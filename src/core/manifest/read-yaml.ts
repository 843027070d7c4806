import { Composer, Lexer, LineCounter, Parser } from 'yaml'
import type { CST, Document } from 'yaml'
import type { Diagnostic } from '../diagnostic.ts'
import type { Source } from '../source.ts'
import { buildTree } from './build-tree.ts'
import type { YamlTree } from './build-tree.ts'
import { describeYamlProblem } from './yaml-words.ts'

/** A file as it was read, e.g. a manifest or a rendered preset. */
export interface YamlText {
  readonly path: string
  readonly text: string
}

/** In UTF-16 units. A manifest is written by people; this is a hundred times the longest sensible one. */
const LONGEST_TEXT = 2_000_000

/** Levels of nesting. The YAML library recurses, and a stack overflow in it can end the process. */
const DEEPEST = 100

/** What YAML forbids in a text, and terminals obey. */
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const CONTROL = /[\0-\u0008\u000B\u000C\u000E-\u001F\u007F\u0080-\u0084\u0086-\u009F]/

/**
 * Turn YAML 1.2 (core schema) into a tree with positions. Never throws for what the text holds.
 *
 * @param relocate applied to every position, for a text that was made from another one
 */
export function readYaml(
  file: YamlText,
  relocate: (source: Source) => Source = (source) => source,
): YamlTree {
  // A byte order mark is no character of the first line.
  const text = file.text.startsWith('\uFEFF') ? file.text.slice(1) : file.text
  const lines = new LineCounter()
  lines.addNewLine(0)
  const place = (offset: number): Source => {
    const { line, col } = lines.linePos(offset)
    return relocate({ file: file.path, line, column: col })
  }
  const refusal = refuse(text)
  if (refusal !== undefined) {
    for (const match of text.slice(0, refusal.offset).matchAll(/\n/g)) {
      lines.addNewLine(match.index + 1)
    }
    return {
      tree: undefined,
      diagnostics: [{ ...refusal.diagnostic, source: place(refusal.offset) }],
    }
  }

  const { documents, deepAt } = compose(text, lines)
  if (deepAt !== undefined) return { tree: undefined, diagnostics: [tooDeep(place(deepAt))] }
  const problems = syntaxProblems(documents, text, place)
  const contents = documents[0]?.contents ?? null
  if (problems.length > 0 || contents === null) return { tree: undefined, diagnostics: problems }
  return buildTree(contents, { place, deepest: DEEPEST })
}

function tooDeep(source: Source): Diagnostic {
  const message = `nested more than ${DEEPEST} levels deep`
  return { code: 'too-deep', severity: 'error', message, source }
}

function syntaxProblems(
  documents: readonly ComposedDocument[],
  text: string,
  place: (offset: number) => Source,
): readonly Diagnostic[] {
  const problems = documents.flatMap(({ errors, warnings }) =>
    [...errors, ...warnings].map(({ code, message, pos: [start, end] }) => ({
      ...describeYamlProblem(code, message, text.slice(start, end)),
      source: place(start),
    })),
  )
  const second = documents[1]
  if (second === undefined) return onePerLine(problems)
  return [
    ...onePerLine(problems),
    {
      code: 'yaml-syntax',
      severity: 'error',
      message: 'a file holds one YAML document; a second one starts here',
      source: place(second.contents?.range[0] ?? text.length),
      hint: 'remove the line `---`',
    },
  ]
}

type ComposedDocument = Document.Parsed

/** Lex, parse and compose in one pass, giving up before the composer could recurse too deep. */
function compose(
  text: string,
  lines: LineCounter,
): { readonly documents: readonly ComposedDocument[]; readonly deepAt: number | undefined } {
  let deepAt: number | undefined
  function* tokens(): Generator<CST.Token> {
    const parser = new Parser(lines.addNewLine)
    for (const lexeme of new Lexer().lex(text)) {
      yield* parser.next(lexeme)
      // One entry is the document, and a value on its way to its place can take two more.
      if (parser.stack.length > DEEPEST + 3) {
        deepAt = parser.offset
        return
      }
    }
    yield* parser.end()
  }
  const parsed = [...tokens()]
  if (deepAt !== undefined) return { documents: [], deepAt }
  // Duplicate keys are found in buildTree: the library's own check is quadratic.
  const composer = new Composer({ uniqueKeys: false, prettyErrors: false, version: '1.2' })
  return { documents: [...composer.compose(parsed, true, text.length)], deepAt }
}

function refuse(
  text: string,
): { readonly offset: number; readonly diagnostic: Omit<Diagnostic, 'source'> } | undefined {
  if (text.length > LONGEST_TEXT) {
    return {
      offset: 0,
      diagnostic: {
        code: 'too-large',
        severity: 'error',
        message: `the file has more than ${LONGEST_TEXT / 1_000_000} million characters`,
      },
    }
  }
  const offset = text.search(CONTROL)
  if (offset < 0) return undefined
  const point = (text.codePointAt(offset) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  return {
    offset,
    diagnostic: {
      code: 'yaml-syntax',
      severity: 'error',
      message: `the control character U+${point} cannot stand in YAML`,
      hint: 'save the file as UTF-8 text, and write control characters as escapes in double quotes',
    },
  }
}

/** The first problem of every line: the later ones are mostly its echoes. */
function onePerLine(problems: readonly (Diagnostic & { source: Source })[]): readonly Diagnostic[] {
  const byLine = new Map<number, Diagnostic>()
  for (const problem of problems.toSorted((a, b) => a.source.line - b.source.line)) {
    if (!byLine.has(problem.source.line)) byLine.set(problem.source.line, problem)
  }
  return [...byLine.values()]
}
