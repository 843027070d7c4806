import { checkKey } from '../check-key.ts'
import { isDummy, isPlaceholder } from '../import/block-key.ts'
import type { KeyText } from './keys-in.ts'

/** Why a text is no key that a server takes; of several reasons the one that comes first. */
export type KeyFault =
  /** It was meant to be filled in, and OpenCode does not know the spelling. */
  | 'misspelt'
  /** A file that it refers to cannot be read: OpenCode does not start. */
  | 'file-missing'
  | 'variable-empty'
  | 'file-empty'
  /** Nobody filled it in, or it stands there for a server that wants none. */
  | 'placeholder'
  | 'dummy'
  | 'bearer'
  | 'characters'
  /** White space around it, which is not always cut off. */
  | 'outer-space'

/** Texts that were looked at, for the next rule that asks. */
const known = new WeakMap<KeyText, { readonly fault: KeyFault | undefined }>()

/** Of a header that is no key the text alone counts. */
export function faultOf(text: KeyText): KeyFault | undefined {
  const found = known.get(text) ?? { fault: findFault(text) }
  known.set(text, found)
  return found.fault
}

function findFault(text: KeyText): KeyFault | undefined {
  const { raw, filled, isKey, kind } = text
  if (misspelling(raw, filled.unset) !== undefined) return 'misspelt'
  if (filled.files.some(({ state }) => state !== undefined && state.kind !== 'file')) {
    return 'file-missing'
  }
  if (filled.unset.length > 0) return 'variable-empty'
  if (filled.files.some(({ state }) => state?.isEmpty === true)) return 'file-empty'
  if (isKey) {
    const bare = kind === 'header' ? withoutScheme(filled.text) : filled.text
    if (isDummy(bare) && !/^change-?me$/i.test(bare.trim())) return 'dummy'
    if (bare.trim() === '' || isUnwritten(bare)) return 'placeholder'
    const checked = checkKey(bare)
    if (!checked.ok && checked.fault === 'bearer-prefix' && kind !== 'header') return 'bearer'
  }
  if (/[^\t\u0020-\u007e\u00a0-\u00ff]/.test(filled.text.trim())) return 'characters'
  return isKey && filled.text !== filled.text.trim() ? 'outer-space' : undefined
}

function isUnwritten(text: string): boolean {
  return isPlaceholder(text) || /^change-?me$/i.test(text.trim()) || isTemplate(text)
}

/** Whether a template was to fill in a part of a text. */
export function isTemplate(text: string): boolean {
  const start = text.indexOf('{{')
  return start >= 0 && text.includes('}}', start)
}

/** A header's value without the word for its kind, as `Bearer`. */
export function withoutScheme(text: string): string {
  return text.trim().replace(/^(?:Bearer|Basic|Token)(?:\s+|$)/i, '')
}

/** What was meant to be filled in. */
export interface Misspelling {
  /** The variable that is named, where it is one; undefined: a command, or another store. */
  readonly name: string | undefined
  /** What to write instead of the whole text, where that is certain. */
  readonly value: string | undefined
}

/** Spellings of a variable, each the whole text but for the word before a key. */
const VARIABLES: readonly RegExp[] = [
  /^\$\{(?:env[:.])?([A-Za-z_]\w*)\}$/i,
  /^\$([A-Za-z_]\w{2,})$/,
  /^\$env:([A-Za-z_]\w*)$/i,
  /^%([A-Za-z_]\w*)%$/,
  /^env[:.]([A-Za-z_]\w*)$/i,
  /^\{\s*env\s*[:.]\s*([A-Za-z_]\w*)\s*\}$/i,
  /^\{\$([A-Za-z_]\w*)\}$/,
  /^\{\{\s*env[:.]([A-Za-z_]\w*)\s*\}\}$/i,
]

/** What OpenCode fills in, whatever the name. */
const KNOWN = /^\{(?:env|file):[^{}]+\}$/

/** Commands, and stores of other programs; in a part of the text `${NAME}` and `{cred:…}`, too. */
const FOREIGN =
  /^\$\(.*\)$|^`.*`$|^op:\/\/|\$\{[^{}]*\}|\{(?!(?:env|file):)[A-Za-z]\w*[:.]\s*[A-Za-z_][^{}\s]*\}/

/**
 * Whether a text is written to be filled in, in a way that OpenCode does not know.
 *
 * @param unset the variables in it that are empty: one with a strange name is meant to be another
 */
export function misspelling(raw: string, unset: readonly string[]): Misspelling | undefined {
  const [, word = '', bare = ''] = /^((?:Bearer|Basic|Token)\s+)?(.*)$/is.exec(raw) ?? []
  const text = bare.trim()
  if (KNOWN.test(text) && !unset.some((name) => !/^\w+$/.test(name))) return undefined
  for (const form of VARIABLES) {
    const name = form.exec(text)?.[1]
    if (name !== undefined) return { name, value: `${word}{env:${name}}` }
  }
  const strange = unset.find((name) => !/^\w+$/.test(name))
  if (strange !== undefined) {
    return { name: /^\s*(\w+)/.exec(strange)?.[1], value: undefined }
  }
  return FOREIGN.test(text) ? { name: undefined, value: undefined } : undefined
}
