import { Composer, isScalar, Lexer, LineCounter, Parser } from 'yaml'
import type { CST, Document, ParsedNode } from 'yaml'
import type { Source } from '../source.ts'
import { buildTree } from './build-tree.ts'
import type { YamlTree } from './build-tree.ts'
import { DEEPEST, piecesIn, refuseDepth, refuseLength, refusePieces } from './yaml-limits.ts'
import type { Refusal } from './yaml-limits.ts'
import { yamlProblems } from './yaml-problems.ts'

/** A file as it was read, e.g. a manifest or a rendered preset. */
export interface YamlText {
  readonly path: string
  readonly text: string
}

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
  // A byte order mark is no character of the first line. A lone CR ends a line in YAML, but not for
  // the library; offsets stay what they are.
  const text = file.text.replace(/^\uFEFF/, '').replaceAll(/\r(?!\n)/g, '\n')
  const lines = new LineCounter()
  lines.addNewLine(0)
  const place = (offset: number): Source => {
    const { line, col } = lines.linePos(offset)
    return relocate({ file: file.path, line, column: col })
  }
  const refused = ({ offset, diagnostic }: Refusal): YamlTree => ({
    tree: undefined,
    diagnostics: [{ ...diagnostic, source: place(offset) }],
  })
  const tooLong = refuseLength(text)
  if (tooLong !== undefined) return refused(tooLong)
  for (const match of text.matchAll(/\n/g)) lines.addNewLine(match.index + 1)
  const badCharacter = refuseCharacters(text)
  if (badCharacter !== undefined) return refused(badCharacter)
  const composed = compose(text)
  if (composed.refusal !== undefined) return refused(composed.refusal)
  const { documents } = composed
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

type Composed =
  | { readonly documents: readonly Document.Parsed[]; readonly refusal?: undefined }
  | { readonly refusal: Refusal }

/** Lex and parse, giving up before it could take too long or too much, then compose. */
function compose(text: string): Composed {
  const tokens: CST.Token[] = []
  const parser = new Parser()
  let pieces = 0
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token)
    pieces += piecesIn(lexeme)
    // One entry is the document, and a value on its way to its place can take two more.
    const refusal =
      refuseDepth(parser.stack.length - 3, parser.offset) ?? refusePieces(pieces, parser.offset)
    if (refusal !== undefined) return { refusal }
  }
  for (const token of parser.end()) tokens.push(token)
  return { documents: withoutTraces(() => composeTokens(tokens, text.length)) }
}

/** At most two documents: the second is a problem, whatever follows it. */
function composeTokens(tokens: readonly CST.Token[], length: number): readonly Document.Parsed[] {
  // Duplicate keys are found in buildTree: the library's own check is quadratic.
  const composer = new Composer({
    uniqueKeys: false,
    prettyErrors: false,
    // Without it sets, dates and bytes of YAML 1.1 come as objects that no JSON can hold.
    resolveKnownTags: false,
    version: '1.2',
  })
  const documents: Document.Parsed[] = []
  for (const document of composer.compose(tokens, true, length)) {
    documents.push(document)
    if (documents.length === 2) break
  }
  return documents
}

/** The library makes an Error of every problem; its stack, never looked at, is most of what it costs. */
function withoutTraces<T>(work: () => T): T {
  const before = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    return work()
  } finally {
    Error.stackTraceLimit = before
  }
}

function refuseCharacters(text: string): Refusal | undefined {
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
