import { isJsonText } from '../json.ts'

/** A variable whose value changes the JSON that OpenCode fills it in to, unescaped (contract 1.5). */
export interface Breaker {
  readonly name: string
  readonly offset: number
  /** What is in the value, or that there is none. */
  readonly has:
    | 'quote'
    | 'backslash'
    | 'line-break'
    | 'control-character'
    | 'comment-end'
    | 'no-json'
  /** Whether it stands where a text does; else it is meant to be JSON, or in a comment. */
  readonly isInText: boolean
  /** Whether the JSON remains, with another value in it. */
  readonly isValid: boolean
}

const LEXEME = /"(?:[^"\\\r\n]|\\[^\r\n])*"?|\/\/[^\r\n]*|\/\*[^]*?(?:\*\/|$)|\{env:[^}]+\}/g

const VARIABLE = /\{env:([^}]+)\}/g

/** All of them in a text, in order. */
export function breakersIn(
  text: string,
  env: (name: string) => string | undefined,
): readonly Breaker[] {
  if (!text.includes('{env:')) return []
  const reach = closedPart(text)
  return [...reach.matchAll(LEXEME)].flatMap(({ 0: lexeme, index }) =>
    lexeme.includes('{env:')
      ? [...closedPart(lexeme).matchAll(VARIABLE)].flatMap((found): readonly Breaker[] => {
          const [token, name = ''] = found
          const place = { lexeme, from: found.index, to: found.index + token.length }
          const fault = faultAt(place, env(name) ?? '')
          return fault === undefined ? [] : [{ name, offset: index + found.index, ...fault }]
        })
      : [],
  )
}

/** Behind the last brace no variable ends, and each that begins there would be followed to the end. */
function closedPart(text: string): string {
  return text.slice(0, text.lastIndexOf('}') + 1)
}

interface TokenPlace {
  readonly lexeme: string
  readonly from: number
  readonly to: number
}

type Fault = Pick<Breaker, 'has' | 'isInText' | 'isValid'>

function faultAt({ lexeme, from, to }: TokenPlace, value: string): Fault | undefined {
  if (lexeme.startsWith('//')) {
    const [, ...others] = value.split(/\r\n?|\n/)
    const isLeft = others.length > 0 && `${others.join('')}${lexeme.slice(to)}`.trim() !== ''
    return isLeft ? { has: 'line-break', isInText: false, isValid: false } : undefined
  }
  if (lexeme.startsWith('/*')) {
    return value.includes('*/')
      ? { has: 'comment-end', isInText: false, isValid: false }
      : undefined
  }
  if (!lexeme.startsWith('"')) {
    return isJsonText(value) ? undefined : { has: 'no-json', isInText: false, isValid: false }
  }
  // A path is replaced, braces and all, by the text of a file, which is escaped.
  if (/\{file:[^}]*$/.test(lexeme.slice(0, from))) return undefined
  return faultOf(value)
}

function faultOf(value: string): Fault | undefined {
  const isValid = isJsonText(`"${value}"`)
  if (isValid && !value.includes('\\')) return undefined
  return { has: whatIsIn(value), isInText: true, isValid }
}

function whatIsIn(value: string): Breaker['has'] {
  if (/[\r\n]/.test(value)) return 'line-break'
  if (/(?<!\\)(?:\\\\)*"/.test(value)) return 'quote'
  return value.includes('\\') ? 'backslash' : 'control-character'
}
