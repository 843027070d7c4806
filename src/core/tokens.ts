import type { JsonValue, Path } from './json.ts'
import { isJsonObject } from './json.ts'

/**
 * What OpenCode fills in where a config is read, `{env:NAME}` and `{file:path}` (contract 1.5), and in
 * base URLs at request time, `${NAME}`.
 */
export type Token =
  | { readonly kind: 'env'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string }
  /** What OpenCode makes of it cannot be told. */
  | { readonly kind: 'unclear'; readonly text: string }

const TOKEN = /\{env:([^{}]*)\}|\{file:((?:[^{}]|\{env:[^{}]*\})*)\}|\$\{([^{}]*)\}/g

/**
 * Whether OpenCode may fill something in, be it only together with a brace that comes later in a file: it looks at
 * the text, and not at the values in it.
 */
export function mayBeFilledIn(text: string): boolean {
  return /\{(?:env|file):/.test(text)
}

/** A variable as OpenCode finds it: its name ends at the first brace that closes. */
const VARIABLE = /\{env:[^}]+\}/g
const FILE = /\{file:[^}]+\}/g

/** A text with its `{env:}` filled in as OpenCode does it: raw (contract 1.5). */
export function replaceVariables(text: string, valueOf: (name: string) => string): string {
  return replaced(text, VARIABLE, (token) => valueOf(token.slice('{env:'.length, -1)))
}

/** A text with its `{file:}` filled in, after its variables. */
export function replaceFiles(text: string, contentOf: (path: string) => string): string {
  return replaced(text, FILE, (token) => contentOf(token.slice('{file:'.length, -1)))
}

/** Behind the last brace that closes nothing is found, and each beginning there would be followed to the end. */
function replaced(text: string, pattern: RegExp, valueOf: (token: string) => string): string {
  const end = text.lastIndexOf('}') + 1
  return text.slice(0, end).replaceAll(pattern, valueOf) + text.slice(end)
}

/** A base URL with its `${NAME}` filled in, as at request time: one that is not set stays as it is. */
export function replaceUrlVariables(
  url: string,
  valueOf: (name: string) => string | undefined,
): string {
  return url.replaceAll(/\$\{([^{}]+)\}/g, (token, name: string) => valueOf(name) ?? token)
}

/**
 * Every token in these texts, each once. The path of `{file:{env:X}/y}` is given as it stands: what it
 * leads to is known to OpenCode alone.
 */
export function tokensIn(texts: readonly string[]): readonly Token[] {
  const found = new Map<string, Token>()
  for (const text of texts.filter(isSuspect).flatMap(stagesOf)) {
    for (const [whole, variable, path, inUrl] of text.matchAll(TOKEN)) {
      if (path === undefined) found.set(whole, { kind: 'env', name: variable ?? inUrl ?? '' })
      else found.set(whole, { kind: 'file', path })
    }
    if (isUnclear(text)) found.set(text, { kind: 'unclear', text })
  }
  return [...found.values()]
}

/** As a rule there is no token at all, in thousands of names. */
function isSuspect(text: string): boolean {
  return text.includes('{')
}

/**
 * A text as it is after each pass of OpenCode's, for variables and files that are empty: what is taken
 * out may leave a token behind, as in `{fi{env:UNSET}le:x}`.
 */
function stagesOf(text: string): readonly string[] {
  const withoutVariables = without(text, VARIABLE)
  return [text, withoutVariables, without(withoutVariables, FILE)]
}

/** Behind the last brace that closes nothing is found, and each beginning there would be followed to the end. */
function without(text: string, pattern: RegExp): string {
  const end = text.lastIndexOf('}') + 1
  return text.slice(0, end).replaceAll(pattern, '') + text.slice(end)
}

/**
 * Whether a token begins here that OpenCode ends elsewhere than one would think: it looks for the next
 * closing brace in the text of the whole config, whatever stands between.
 */
function isUnclear(text: string): boolean {
  return /\{(?:env|file):/.test(text.replaceAll(TOKEN, ''))
}

/** The same of everything that is rendered: names and values, however deep. */
export function tokensInValues(
  values: readonly { readonly path: Path; readonly value: JsonValue }[],
): readonly Token[] {
  const suspects: string[] = []
  const look = (text: string): void => {
    if (isSuspect(text)) suspects.push(text)
  }
  for (const { path, value } of values) {
    for (const name of path) look(name)
    eachText(value, look)
  }
  return tokensIn(suspects)
}

function eachText(value: JsonValue, look: (text: string) => void): void {
  if (typeof value === 'string') look(value)
  else if (Array.isArray(value)) for (const element of value) eachText(element, look)
  else if (isJsonObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      look(name)
      eachText(member, look)
    }
  }
}
