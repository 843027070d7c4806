import { checkKey } from '../check-key.ts'
import { objectAt } from '../json.ts'
import type { JsonObject, JsonValue, Path } from '../json.ts'
import {
  isReference,
  isReferringHeader,
  isVendorKey,
  looksLikeKey,
  namedFrom,
} from '../manifest/key-text.ts'
import type { Secret } from '../secret.ts'
import type { KeyIn } from '../wanted.ts'

/** What a hand-written block has where a key belongs. Paths are below the block. */
export type BlockKey =
  | { readonly kind: 'literal'; readonly at: Path; readonly keyIn: KeyIn; readonly secret: Secret }
  /** OpenCode fills it in from a variable or a file. */
  | { readonly kind: 'reference' }
  /** A text that stands there because something must: no secret. */
  | { readonly kind: 'dummy'; readonly at: Path }
  /** What no server takes for a key, as a placeholder that nobody filled in. */
  | { readonly kind: 'unfit'; readonly at: Path }
  | { readonly kind: 'none' }

/** Names under which options and headers hold secrets (the list OpenCode's own `debug config` redacts by). */
const SECRET_NAME =
  /api.?key|secret|password|token$|authorization$|cookie$|credential|private.?key/i

/** Further names, of what is better not shared, though it may not be a provider's key. */
const TELLING_NAME =
  /passwd|passphrase|passcode|access.?key|bearer|\bjwt\b|(?:^|[-_.\s])(?:keys?|tokens|pat|pass|pwd|sig|signature|auth)$|[a-z](?:Keys?|Tokens|Pass|Pwd|Auth)$/

/** What is called a key, or a token, and is no secret. */
const NO_SECRET = /(?:cache|public|stop|eos|bos|pad|special|max)[-_]?(?:key|token)s?$/i

/** Whether what has this name is not to be shared, whatever it looks like. */
export function isSecretName(name: string): boolean {
  if (NO_SECRET.test(name)) return false
  if (SECRET_NAME.test(name)) return true
  return [name, name.toLowerCase()].some((form) => TELLING_NAME.test(form))
}

/** What people write where a program wants a key and the server wants none. */
const DUMMY =
  /^(?:ollama|lm-?studio|llama-?cpp|vllm|local|empty|none|null|dummy|fake|unused|placeholder|anything|x+|not-?(?:needed|used|required)|no-?key(?:-?(?:needed|required))?|sk-no-key-required|sk-(?:dummy|fake|none|unused|placeholder|anything|not-?needed)|change-?me|\w+-not-(?:needed|used|required))$/i

/** What OpenCode, or a shell, would fill in. */
const TOKEN = /\{(?:env|file):|\$\{/

/** All of it, with its braces. */
const FILLED_IN = /\{(?:env|file):[^{}]*\}|\$\{[^{}]*\}/g

/**
 * Find the key of a block: `apiKey` first, as for OpenCode, then `authToken`, then a header.
 *
 * @param mayBeDummy whether the block's adapter does without a key
 */
export function findBlockKey(block: JsonObject, mayBeDummy: boolean): BlockKey {
  const options = objectAt(block, 'options')
  const apiKey = options['apiKey']
  if (typeof apiKey === 'string') return judgeApiKey(apiKey, mayBeDummy)
  const [first] = keyPlaces(options)
  if (first === undefined) return refers(options) ? { kind: 'reference' } : { kind: 'none' }
  const checked = checkKey(first.text)
  const at = ['options', ...first.at]
  return checked.ok
    ? { kind: 'literal', at, keyIn: first.keyIn, secret: checked.key }
    : { kind: 'unfit', at }
}

function judgeApiKey(text: string, mayBeDummy: boolean): BlockKey {
  const at = ['options', 'apiKey']
  if (isReference(text)) return { kind: 'reference' }
  if (mayBeDummy && isDummy(text)) return { kind: 'dummy', at }
  const checked = TOKEN.test(text) || isPlaceholder(text) ? undefined : checkKey(text)
  return checked?.ok === true
    ? { kind: 'literal', at, keyIn: { kind: 'apiKey' }, secret: checked.key }
    : { kind: 'unfit', at }
}

/** Whether a text only fills the place of a key, for an adapter that needs none. */
export function isDummy(text: string): boolean {
  return DUMMY.test(text.trim())
}

/** `<<TOKEN>>`, `{{ .key }}`, `<your-key>`, `YOUR_API_KEY`, `sk-xxxxxxxx`. */
export function isPlaceholder(text: string): boolean {
  return /^(?:<.*>|\{.*\}|\[.*\]|(?:your|my|insert|enter|replace|put|paste)[-_].*|(?:sk-)?x{4,})$/i.test(
    text.trim(),
  )
}

interface KeyPlace {
  /** Below the options. */
  readonly at: Path
  readonly text: string
  readonly keyIn: KeyIn
}

/** Places beside `apiKey` where a key stands in plain text. */
function keyPlaces(options: JsonObject): readonly KeyPlace[] {
  const token = options['authToken']
  const own: readonly KeyPlace[] =
    typeof token === 'string' && !TOKEN.test(token)
      ? [{ at: ['authToken'], text: token, keyIn: { kind: 'authToken' } }]
      : []
  return [...own, ...Object.entries(objectAt(options, 'headers')).flatMap(headerPlace)]
}

function headerPlace([name, value]: readonly [string, JsonValue]): readonly KeyPlace[] {
  // What merely looks random may be an id of a team: that stays where it is.
  if (typeof value !== 'string' || TOKEN.test(value)) return []
  const isKey = isSecretText(name, value) && (SECRET_NAME.test(name) || isVendorKey(value))
  if (!isKey) return []
  const [, word = '', text = ''] = /^((?:Bearer|Basic|Token) +)?(.*)$/is.exec(value) ?? []
  const keyIn: KeyIn = { kind: 'header', name, format: `${word}{key}` }
  return [{ at: ['headers', name], text, keyIn }]
}

/** Whether a text is a secret, by its name or by its looks. */
export function isSecretText(name: string, value: string): boolean {
  return isSecretNamed(name, value) || looksLikeKey(withoutTokens(value)) || tellsSecret(value)
}

/** Whether a text says of a part of it that this is a secret: `key=…`, a parameter of an address. */
export function tellsSecret(text: string): boolean {
  return holdsUrlSecret(text) || namedFrom(withoutTokens(text)) !== undefined
}

/** Whether the argument after this one is a secret: `--api-key`. */
export function isSecretFlag(value: JsonValue): boolean {
  return typeof value === 'string' && /^--?[\w-]+$/.test(value) && isSecretName(value)
}

/** Whether something under a telling name stands there itself, and is not only filled in. */
export function isSecretNamed(name: string, value: string): boolean {
  if (!isSecretName(name) || value === '') return false
  // Beside what is filled in, a word such as `Bearer` is none.
  return !TOKEN.test(value) || /[\w+/=-]{8}/.test(withoutTokens(value))
}

function withoutTokens(text: string): string {
  return text.replaceAll(FILLED_IN, ' ')
}

/** Whether an address has a user in it, or a parameter that is a secret by its name. */
function holdsUrlSecret(text: string): boolean {
  const [, authority = '', rest = ''] = /:\/\/([^/?#]*)([^]*)$/.exec(text) ?? []
  if (/[^:]@/.test(authority.replaceAll(FILLED_IN, ''))) return true
  return [...rest.matchAll(PARAMETER)].some(([, name = '', value = '']) => {
    return isSecretName(decoded(name)) && value.replaceAll(FILLED_IN, '') !== ''
  })
}

const PARAMETER = /[?&;#]([^=?&;#]+)=([^&;#]*)/g

function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

/** Whether a header, or `authToken`, is filled in by OpenCode. */
function refers(options: JsonObject): boolean {
  const { authToken } = options
  if (typeof authToken === 'string' && isReference(authToken)) return true
  const headers = Object.entries(objectAt(options, 'headers'))
  return headers.some(([name, value]) => {
    if (typeof value !== 'string') return false
    return SECRET_NAME.test(name) && isReferringHeader(value)
  })
}
