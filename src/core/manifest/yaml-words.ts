import type { ErrorCode } from 'yaml'
import type { Diagnostic } from '../diagnostic.ts'

/** What the user reads instead of the YAML library's sentence, which may also quote the file. */
export function describeYamlProblem(
  code: ErrorCode,
  libraryMessage: string,
  text: string,
): Omit<Diagnostic, 'source'> {
  const rule = RULES.find(
    (candidate) =>
      candidate.code === code &&
      (candidate.saying === undefined || candidate.saying.test(libraryMessage)),
  )
  const { message, hint } = rule ?? { message: 'this is not valid YAML', hint: undefined }
  return {
    code: code === 'TAG_RESOLVE_FAILED' ? 'yaml-tag' : 'yaml-syntax',
    severity: 'error',
    message: message.replace('%', text.slice(0, 1)),
    ...(hint === undefined ? {} : { hint }),
  }
}

interface Rule {
  readonly code: ErrorCode
  /** Tells apart the cases of one code by the library's sentence. */
  readonly saying?: RegExp
  /** `%` stands for the character at the place. */
  readonly message: string
  readonly hint?: string
}

const QUOTE_IT = 'put the text in quotes'

const RULES: readonly Rule[] = [
  {
    code: 'TAB_AS_INDENT',
    message: 'a tab stands where YAML wants spaces',
    hint: 'indent with spaces only',
  },
  {
    code: 'BAD_INDENT',
    saying: /^Flow/,
    message: 'a "[" or "{" above is not closed, or its end is not indented',
    hint: 'close it, and indent its lines more than the name it belongs to',
  },
  {
    code: 'BAD_INDENT',
    message: 'the indentation does not fit the lines above',
    hint: 'names of one map, and items of one list, start in the same column',
  },
  {
    code: 'MISSING_CHAR',
    saying: /quote$/,
    message: 'a quoted text is not closed',
    hint: 'add the missing quote',
  },
  {
    code: 'MISSING_CHAR',
    saying: /^Implicit map keys/,
    message: 'a ":" is missing after this name',
    hint: 'write `name: value`, or `- item` in a list',
  },
  {
    code: 'MISSING_CHAR',
    saying: /space after :/,
    message: 'a space is missing after ":"',
  },
  {
    code: 'MISSING_CHAR',
    saying: /^Missing ,/,
    message: 'a "," is missing before this',
  },
  {
    code: 'MISSING_CHAR',
    saying: /^Flow/,
    message: 'a "[" or "{" is not closed',
  },
  {
    code: 'MISSING_CHAR',
    saying: /^Comments/,
    message: 'a comment needs a space before its "#"',
    hint: `where "#" belongs to the text, ${QUOTE_IT}`,
  },
  {
    code: 'BLOCK_AS_IMPLICIT_KEY',
    saying: /^Nested/,
    message: 'a second ": " on this line',
    hint: 'put the text in quotes if the colon belongs to it, else start a new line',
  },
  {
    code: 'BLOCK_AS_IMPLICIT_KEY',
    message: 'this list item does not line up with the lines above',
    hint: 'the items of a list start in the same column, each on a line of its own',
  },
  {
    code: 'BAD_SCALAR_START',
    message: 'a text without quotes cannot start with "%"',
    hint: QUOTE_IT,
  },
  {
    code: 'MULTILINE_IMPLICIT_KEY',
    message: 'a name and its ":" must stand on one line',
    hint: `is a ":" missing? ${QUOTE_IT} where it is no name`,
  },
  {
    code: 'BAD_DQ_ESCAPE',
    message: 'unknown escape in a text in double quotes',
    hint: 'use single quotes, or write "\\\\" for a backslash',
  },
  { code: 'BAD_ALIAS', message: 'this alias or anchor has no usable name' },
  { code: 'BAD_DIRECTIVE', message: 'a directive ("%…") that this YAML does not know' },
  { code: 'BAD_PROP_ORDER', message: 'an anchor or tag stands in the wrong place' },
  { code: 'UNEXPECTED_TOKEN', message: 'this does not fit here' },
  {
    code: 'TAG_RESOLVE_FAILED',
    message: 'a tag ("!…") that opgen does not know',
    hint: `remove it; where "!" belongs to the text, ${QUOTE_IT}`,
  },
]
