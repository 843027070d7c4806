import type { Refusal } from './expression.ts'
import { looksLikeKey } from './key-text.ts'
import { quote } from './words.ts'

/** Something that Handlebars, or another language of templates, has, and expressions have not. */
export type Slip = keyof typeof REFUSALS | 'block' | 'go' | { readonly symbol: string }

export const FORMS_HINT =
  'write `{{vars.NAME}}`, `{{machine.NAME}}` or `{{env "NAME"}}`; `\\{{` for braces that are text'

export const DEFAULT_HINT = 'only an environment variable has a default: `{{env "NAME" "default"}}`'

/** The longest expression, in UTF-16 units: Handlebars' parser is slow with long ones. */
export const LONGEST_EXPRESSION = 1000

const SPACE_HINT =
  'for a brace right beside a value write `{ {{~vars.NAME~}} }`: "~" takes the space away'

const REFUSALS = {
  braces: {
    message: 'as many braces must close an expression as open it',
    hint: SPACE_HINT,
  },
  comment: {
    message: 'this comment is not closed',
    hint: 'end it with `--}}`; write `\\{{` for braces that are text',
  },
  decorator: { message: 'an expression cannot be a decorator', hint: FORMS_HINT },
  empty: { message: 'this expression is empty', hint: FORMS_HINT },
  'four-braces': { message: 'four braces do not open an expression', hint: SPACE_HINT },
  literal: {
    message: 'a text or a number is no expression',
    hint: 'write it without braces, or `\\{{` for braces that are text',
  },
  'null-character': {
    message: 'a text with expressions cannot hold the character U+0000',
    hint: 'remove it',
  },
  'number-as-name': {
    message: 'a number, "true", "false", "null" or "undefined" is no name as it stands',
    hint: 'put it in brackets: `{{vars.list.[0]}}`',
  },
  other: { message: 'this is no expression', hint: FORMS_HINT },
  partial: { message: 'a text cannot include a template', hint: FORMS_HINT },
  quotes: { message: 'a quotation mark has no other to go with it', hint: FORMS_HINT },
  'too-long': {
    message: `an expression cannot be longer than ${LONGEST_EXPRESSION} characters`,
    hint: 'close it with `}}`, or write what is plain text outside of the braces',
  },
  unclosed: {
    message: 'this expression is not closed',
    hint: 'end it with `}}`; write `\\{{` for braces that are text',
  },
} satisfies Readonly<Record<string, Refusal>>

/**
 * Tell a person what is wrong with an expression that does not parse.
 *
 * @param inner what stands between the braces, or follows them
 */
export function describeSlip(slip: Slip, inner: string): Refusal {
  if (typeof slip === 'object') return describeSymbol(slip.symbol, inner)
  if (slip === 'block') {
    return {
      message: `${quote(`{{${firstWord(inner)}}}`)} belongs to a block, and an expression is a value`,
      hint: 'write what differs under "machines" or "when"',
    }
  }
  if (slip === 'go') {
    return { message: 'this is an expression of Go templates', hint: goHint(inner) }
  }
  return REFUSALS[slip]
}

const SYMBOL_HINTS: Readonly<Record<string, string>> = {
  '/': 'join names with ".", and write what follows a value outside of the braces: `{{vars.NAME}}/v1`',
  '=': DEFAULT_HINT,
  '|': DEFAULT_HINT,
}

function describeSymbol(symbol: string, inner: string): Refusal {
  if (symbol === '-') {
    return isGo(inner)
      ? describeSlip('go', inner)
      : {
          message: '"-" takes no white space away here',
          hint: 'write "~" in its place: `{{~vars.NAME~}}`',
        }
  }
  return {
    message: `${quote(symbol)} has no meaning in an expression`,
    hint: SYMBOL_HINTS[symbol] ?? FORMS_HINT,
  }
}

/** What templates call the facts of a machine, and what opgen calls them. */
const MACHINE_NAMES: ReadonlyMap<string, string> = new Map([
  ['arch', 'arch'],
  ['fqdnhostname', 'hostname'],
  ['host', 'hostname'],
  ['hostname', 'hostname'],
  ['os', 'os'],
  ['platform', 'os'],
  ['user', 'user'],
  ['username', 'user'],
])

/** The name of a fact in `machine`; undefined when it is none. */
export function machineName(name: string): string | undefined {
  return MACHINE_NAMES.get(name.toLowerCase())
}

const GO = /^[-~]?\s*\.([A-Za-z_][\w.]*)/

function isGo(inner: string): boolean {
  return GO.test(inner)
}

/** `.chezmoi.hostname` is `machine.hostname`, `.Env.NAME` is `env "NAME"`, `.x` is `vars.x`. */
function goHint(inner: string): string {
  const names =
    GO.exec(inner)?.[1]
      ?.split('.')
      .filter((name) => name !== '') ?? []
  const [first = '', second = ''] = names
  if (/^env$/i.test(first)) return writeInstead(`env "${isShowable(second) ? second : 'NAME'}"`)
  const ofChezmoi = first === 'chezmoi'
  const fact = machineName(ofChezmoi ? second : first)
  if (fact !== undefined && names.length === (ofChezmoi ? 2 : 1)) {
    return writeInstead(`machine.${fact}`)
  }
  const path = names.join('.')
  if (ofChezmoi || !isShowable(path)) return FORMS_HINT
  return writeInstead(`vars.${path}`)
}

export function writeInstead(expression: string): string {
  return `write \`{{${expression}}}\``
}

/** Whether a name may be repeated in a hint: plain, short, and no key. */
export function isShowable(name: string): boolean {
  return /^[A-Za-z_][\w.-]{0,59}$/.test(name) && !looksLikeKey(name)
}

function firstWord(inner: string): string {
  return /^\S{1,20}/.exec(inner.trimStart())?.[0] ?? ''
}
