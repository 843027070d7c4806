import { keysIn, knownKeysIn } from './key-forms.ts'

/**
 * Recognising what could be an API key, to keep it out of every message. In doubt it is one: what is
 * hidden in vain does no harm. What is refused as a key has stricter forms (key-forms.ts).
 */

/** Prefixes that vendors give their keys, each followed by something long. */
const VENDOR_KEY =
  /(?:\b(?:sk|pk|rk|gsk|xai|pplx|nvapi|hf|r8|fw|csk|tgp|glpat|ghp|gho|github_pat|xox[abp])[-_]|\bAIza|\bAKIA|\beyJ)[\w.+/=-]{12,}/

const BEARER = /\bBearer\s+(?!\{)\S{8,}/i

/** A long run of letters and digits mixed, or a UUID, as only generated text is. Model ids have short parts. */
const RANDOM =
  /\b(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{24,}\b|\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b/i

/** OpenCode's own references, which are not keys: `{env:NAME}`, `{file:path}`. */
const REFERENCE = /^\{(?:env|file):[^{}]+\}$/

/** Whether the text holds something in the form that API keys have. */
export function looksLikeKey(text: string): boolean {
  return [VENDOR_KEY, BEARER, RANDOM].some((form) => form.test(text)) || keysIn(text).length > 0
}

/**
 * Whether a value holds a known vendor's key. For values of options and headers: no prose stands there, so
 * that a prefix is enough.
 */
export function isVendorKey(value: string): boolean {
  return VENDOR_KEY.test(value) || BEARER.test(value) || knownKeysIn(value).length > 0
}

/** Whether the text is exactly one `{env:NAME}` or `{file:path}`. */
export function isReference(text: string): boolean {
  return REFERENCE.test(text)
}

/** The same in a header, behind the word for its kind: `Bearer {env:NAME}`. */
export function isReferringHeader(text: string): boolean {
  return isReference(text.replace(/^[A-Za-z]+ /, ''))
}

/** Whether a field of this name holds a key or a header made of one: `apiKey`, `Authorization`. */
export function isKeyField(name: string): boolean {
  return /^(?:apikey|authorization)$/i.test(name)
}

/** The places of a source line where a key might stand: after a telling name, or by its looks. */
const TELLING_NAME =
  /(?:api[-_]?key|authorization|auth[-_]?token|token|secret|password|passwd|bearer|\bkey)["']?\s*[:=]\s*(?=\S)/gi

/**
 * The index from which a source line must not be shown; undefined when all of it may be. A value
 * that starts like a reference or a map is read on, not hidden.
 */
export function hiddenFrom(line: string): number | undefined {
  let from = Infinity
  for (const match of line.matchAll(TELLING_NAME)) {
    const start = match.index + match[0].length
    if (isHarmless(line.slice(start))) continue
    from = start
    break
  }
  const variable = /\benv["']?\s*:\s+(?!["']?[A-Za-z_]\w*["']?\s*(?:$|[,}\]#])|[[{])/.exec(line)
  if (variable !== null) from = Math.min(from, variable.index + variable[0].length)
  for (const pattern of [VENDOR_KEY, BEARER, RANDOM]) {
    from = Math.min(from, pattern.exec(line)?.index ?? Infinity)
  }
  for (const { start } of keysIn(line)) from = Math.min(from, start)
  return from === Infinity ? undefined : from
}

/** What may stand after `key:` and the like without being a key: words, references, the other forms. */
const HARMLESS_ITEM =
  /^["']?(?:\{\s*\w+\s*:|\{\{|\{\}|(?:keychain|none|external|required|optional|null|true|false)\b|[~&*]|$|#|\d+\s*(?:$|[#,}\]]))/

/** In characters: a list of key sources is short. */
const LONGEST_LIST = 1000

function isHarmless(value: string): boolean {
  if (!value.startsWith('[')) return HARMLESS_ITEM.test(value)
  const list = value.slice(1, LONGEST_LIST)
  const end = list.indexOf(']')
  // What goes on beyond that is not looked through again at every name in it.
  if (end < 0 && value.length > LONGEST_LIST) return false
  const items = list.slice(0, end < 0 ? undefined : end).split(',')
  return items.every((item) => HARMLESS_ITEM.test(item.trim()) || /^\w+:\s/.test(item.trim()))
}
