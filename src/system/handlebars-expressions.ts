import helpers from 'handlebars/dist/cjs/handlebars/compiler/helpers.js'
import handlebars from 'handlebars/dist/cjs/handlebars/compiler/parser.js'
import type {
  Lexer,
  Mustache,
  Operand,
  Parser,
  Statement,
} from 'handlebars/dist/cjs/handlebars/compiler/parser.js'
import { checkExpression } from '../core/manifest/check-expression.ts'
import type { Argument } from '../core/manifest/check-expression.ts'
import { describeSlip, LONGEST_EXPRESSION } from '../core/manifest/expression-slips.ts'
import type { Slip } from '../core/manifest/expression-slips.ts'
import { braceOffsets } from '../core/manifest/expression.ts'
import type {
  Expression,
  ParsedText,
  ParseExpressions,
  Part,
  Refusal,
} from '../core/manifest/expression.ts'

/** Comments copy what is left of the text, so that their number counts; nobody writes that many. */
const MOST_EXPRESSIONS = 200

/** Thrown out of the parser, which has no other way to stop. */
class Refused extends Error {
  override readonly name = 'Refused'
  readonly refusal: Refusal
  readonly offset: number | undefined

  constructor(refusal: Refusal, offset?: number) {
    super(refusal.message)
    this.refusal = refusal
    this.offset = offset
  }
}

/**
 * Parse with Handlebars' own parser, and admit of its trees what expressions may be. No code is made
 * of them, so its compiler is not needed.
 */
export const parseExpressions: ParseExpressions = (text) => {
  const braces = braceOffsets(text)
  if (braces.length === 0) return { ok: true, parts: [{ kind: 'text', text }] }
  if (braces.length > MOST_EXPRESSIONS) return refuse(TOO_MANY)
  const indexOf = (offset: number): number => braces.findLastIndex((brace) => brace <= offset)
  try {
    return { ok: true, parts: partsOf(parserOf(text).parse(text), indexOf) }
  } catch (error) {
    // What else Handlebars throws, and a text too long for its patterns, is no expression either.
    if (!(error instanceof Refused)) return refuse(describeSlip('other', ''))
    const { refusal, offset } = error
    return refuse(refusal, offset === undefined ? undefined : indexOf(offset))
  }
}

const TOO_MANY: Refusal = {
  message: `a text cannot hold more than ${MOST_EXPRESSIONS} expressions`,
  hint: 'divide it, or write it without braces',
}

function refuse(refusal: Refusal, index?: number): ParsedText {
  return { ok: false, index, ...refusal }
}

/** A parser with a state of its own: Handlebars' is shared by all that use the library. */
function parserOf(text: string): Parser {
  const parser = new handlebars.Parser()
  const { lexer, fail } = watch(parser, text)
  parser.lexer = lexer
  parser.yy = {
    ...helpers,
    prepareProgram: (statements: readonly Statement[]) => statements,
    locInfo: (place: { readonly range: readonly [number, number] }) => place.range[0],
    parseError: (_: string, { token }: { readonly token: string | number | null }) => fail(token),
  }
  return parser
}

/**
 * Stop at the first token that no expression has. Looking at the tree alone would be too late: the
 * parser copies its stack at every step, so that deep nesting takes quadratic time.
 */
function watch(
  { lexer: shared, terminals_ }: Parser,
  text: string,
): { readonly lexer: Lexer; readonly fail: (token: unknown) => never } {
  const lexer: Lexer = Object.create(shared)
  lexer.options = { ranges: true }
  let opened = 0
  let inside = false
  let [last, before] = ['', '']

  const stop = (slip: Slip): never => {
    throw new Refused(describeSlip(slip, innerText(text, opened)), opened)
  }
  lexer.next = () => {
    const token = shared.next.call(lexer)
    if (token === undefined) return undefined
    ;[before, last] = [last, terminals_[token] ?? String(token)]
    const [start, end] = lexer.yylloc.range
    if (lexer.match.startsWith('{{') && last !== 'CONTENT' && last !== 'COMMENT') {
      if (inside) stop('unclosed')
      opened = start
      inside = true
    }
    const slip = slipOf(last, lexer.match)
    if (slip !== undefined) stop(slip)
    if (inside && end - opened > LONGEST_EXPRESSION) stop('too-long')
    if (last.startsWith('CLOSE')) inside = false
    return token
  }
  const fail = (token: unknown): never => {
    if (token !== null) {
      return stop(isClosed(text, opened) ? syntaxSlip(last, before, lexer.match) : 'unclosed')
    }
    // The lexer found no token at all.
    opened = lexer.yylloc.range[1]
    if (text.startsWith('{{', opened)) return stop('comment')
    throw new Refused(describeSlip('null-character', ''))
  }
  return { lexer, fail }
}

const SLIPS: Readonly<Record<string, Slip>> = {
  OPEN_BLOCK: 'block',
  OPEN_INVERSE: 'block',
  OPEN_INVERSE_CHAIN: 'block',
  INVERSE: 'block',
  OPEN_ENDBLOCK: 'block',
  OPEN_RAW_BLOCK: 'four-braces',
  OPEN_PARTIAL: 'partial',
  OPEN_PARTIAL_BLOCK: 'partial',
  OPEN_SEXPR: { symbol: '(' },
  CLOSE_SEXPR: { symbol: ')' },
  OPEN_BLOCK_PARAMS: { symbol: '|' },
  CLOSE_BLOCK_PARAMS: { symbol: '|' },
  EQUALS: { symbol: '=' },
  DATA: { symbol: '@' },
}

/** What Handlebars takes for names. */
const SYMBOLS: readonly string[] = ['.', '..', '-', 'this']

function slipOf(token: string, spelling: string): Slip | undefined {
  if (token === 'OPEN' && spelling.includes('*')) return 'decorator'
  // Handlebars also takes a slash for a dot.
  const isSymbol = token === 'SEP' ? spelling === '/' : token === 'ID' && SYMBOLS.includes(spelling)
  return isSymbol ? { symbol: spelling } : SLIPS[token]
}

/** What is wrong where the grammar has no use for `token`. */
function syntaxSlip(token: string, before: string, spelling: string): Slip {
  if (token === 'INVALID') return /["']/.test(spelling) ? 'quotes' : 'other'
  const first = before === 'OPEN' || before === 'OPEN_UNESCAPED'
  if (token.startsWith('CLOSE')) return first ? 'empty' : 'braces'
  if (token === 'SEP' && first) return 'go'
  return before === 'SEP' ? 'number-as-name' : 'other'
}

/** Where the braces that opened at `offset` are followed by others, or the text ends. */
function nextBraces(text: string, offset: number): number {
  const end = /\{\{|\}\}/g
  end.lastIndex = offset + (text.startsWith('{{{', offset) ? 3 : 2)
  return end.exec(text)?.index ?? text.length
}

function isClosed(text: string, offset: number): boolean {
  return text.startsWith('}}', nextBraces(text, offset))
}

function innerText(text: string, offset: number): string {
  const end = Math.min(nextBraces(text, offset), offset + LONGEST_EXPRESSION)
  return text.slice(offset, end).replace(/^\{\{~?[{&]?/, '')
}

function partsOf(
  statements: readonly Statement[],
  indexOf: (offset: number) => number,
): readonly Part[] {
  const parts: Part[] = []
  for (const [at, statement] of statements.entries()) {
    const last = parts.at(-1)
    if (statement.type === 'MustacheStatement') {
      parts.push({ ...expressionOf(statement), index: indexOf(statement.loc) })
    } else if (statement.type === 'ContentStatement') {
      const text = stripped(statement.value, statements[at - 1], statements[at + 1])
      if (last?.kind === 'text') parts.splice(-1, 1, { kind: 'text', text: last.text + text })
      else if (text !== '') parts.push({ kind: 'text', text })
    } else if (statement.type !== 'CommentStatement') {
      throw new Refused(describeSlip('other', ''), statement.loc)
    }
  }
  return parts
}

/** `{{~` and `~}}` take away the white space of the text beside them. */
function stripped(text: string, left: Statement | undefined, right: Statement | undefined): string {
  const start = left !== undefined && 'strip' in left && left.strip.close ? text.trimStart() : text
  return right !== undefined && 'strip' in right && right.strip.open ? start.trimEnd() : start
}

function expressionOf({ path, params, hash, loc }: Mustache): Expression {
  if (path.type !== 'PathExpression') throw new Refused(describeSlip('literal', ''), loc)
  if (hash !== undefined) throw new Refused(describeSlip({ symbol: '=' }, ''), loc)
  const checked = checkExpression({ path: path.parts, args: params.map(argumentOf) })
  if (!checked.ok) throw new Refused({ message: checked.message, hint: checked.hint }, loc)
  return checked.expression
}

function argumentOf(operand: Operand): Argument {
  if (operand.type === 'StringLiteral') return { kind: 'text', text: operand.value }
  if (operand.type === 'PathExpression') return { kind: 'path', text: operand.original }
  return { kind: 'literal', text: 'original' in operand ? String(operand.original) : '' }
}
