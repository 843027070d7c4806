import { Composer, isScalar, Lexer, LineCounter, Parser } from 'yaml'
import type { CST, Document, ParsedNode } from 'yaml'
import type { Diagnostic } from '../diagnostic.ts'
import type { Source } from '../source.ts'
import { buildTree } from './build-tree.ts'
import type { YamlTree } from './build-tree.ts'
import { yamlProblems } from './yaml-problems.ts'

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
  for (const match of text.matchAll(/\n/g)) lines.addNewLine(match.index + 1)
  const place = (offset: number): Source => {
    const { line, col } = lines.linePos(offset)
    return relocate({ file: file.path, line, column: col })
  }
  const refusal = refuse(text)
  if (refusal !== undefined) {
    const source = place(refusal.offset)
    return { tree: undefined, diagnostics: [{ ...refusal.diagnostic, source }] }
  }
  const { documents, deepAt } = compose(text)
  if (deepAt !== undefined) return { tree: undefined, diagnostics: [tooDeep(place(deepAt))] }
  const problems = yamlProblems(documents, text, place)
  const contents = documents[0]?.contents ?? null
  if (problems.length > 0 || contents === null || isNothing(contents)) {
    return { tree: undefined, diagnostics: problems }
  }
  return buildTree(contents, { text, place, deepest: DEEPEST })
}

/** After a lone `---` the library gives an empty value, and not no value. */
function isNothing(contents: ParsedNode): boolean {
  return isScalar(contents) && contents.value === null && contents.source === ''
}

function tooDeep(source: Source): Diagnostic {
  const message = `nested more than ${DEEPEST} levels deep`
  return { code: 'too-deep', severity: 'error', message, source }
}

/** Lex, parse and compose in one pass, giving up before the composer could recurse too deep. */
function compose(text: string): {
  readonly documents: readonly Document.Parsed[]
  readonly deepAt: number | undefined
} {
  let deepAt: number | undefined
  function* tokens(): Generator<CST.Token> {
    const parser = new Parser()
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
