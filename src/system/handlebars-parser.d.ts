/**
 * Handlebars' parser and the functions that it makes its trees with; the package ships no types for
 * these parts. Described as handlebars-expressions.ts uses them: `loc` is what its `locInfo` returns.
 */
declare module 'handlebars/dist/cjs/handlebars/compiler/parser.js' {
  /** Made by Jison. Tokens are numbers, a few are names; undefined is one to be skipped. */
  export interface Lexer {
    options: { readonly ranges?: boolean }
    next: () => number | string | undefined
    /** The token as it is spelled. */
    readonly match: string
    /** Offsets of the token, with `ranges`. */
    readonly yylloc: { readonly range: readonly [start: number, end: number] }
  }

  export interface Parser {
    lexer: Lexer
    /** What the grammar calls to make its nodes. */
    yy: object
    readonly terminals_: Readonly<Record<number | string, string>>
    parse(text: string): readonly Statement[]
  }

  export interface Strip {
    readonly open: boolean
    readonly close: boolean
  }

  export interface PathExpression {
    readonly type: 'PathExpression'
    readonly parts: readonly string[]
    readonly original: string
  }

  export type Operand =
    | PathExpression
    | { readonly type: 'StringLiteral'; readonly value: string }
    | {
        readonly type: 'NumberLiteral' | 'BooleanLiteral' | 'UndefinedLiteral' | 'NullLiteral'
        readonly original: unknown
      }
    | { readonly type: 'SubExpression' }

  export interface Mustache {
    readonly type: 'MustacheStatement'
    readonly path: Operand
    readonly params: readonly Operand[]
    readonly hash: object | undefined
    readonly strip: Strip
    /** Offset. */
    readonly loc: number
  }

  export type Statement =
    | Mustache
    | { readonly type: 'ContentStatement'; readonly value: string }
    | { readonly type: 'CommentStatement'; readonly strip: Strip }
    | {
        readonly type:
          | 'BlockStatement'
          | 'Decorator'
          | 'DecoratorBlock'
          | 'PartialBlockStatement'
          | 'PartialStatement'
        readonly loc: number
      }

  const parser: Parser & {
    /** Makes parsers with a state of their own, but for `lexer`. */
    readonly Parser: new () => Parser
  }
  export default parser
}

declare module 'handlebars/dist/cjs/handlebars/compiler/helpers.js' {
  const helpers: object
  export default helpers
}
