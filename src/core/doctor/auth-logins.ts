import { findBlockKey, isSecretName } from '../import/block-key.ts'
import { isJsonObject, objectAt } from '../json.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { valueOf } from '../jsonc/parse.ts'
import type { Member } from '../jsonc/parse.ts'
import { isIncomplete, mayHaveMore } from './certainty.ts'
import { DEFAULT_ADAPTER } from './providers-in.ts'
import type { At } from './rule.ts'
import type { Scene, SceneAuth, SceneProvider } from './scene.ts'

/** Its text takes the place of auth.json (contract 3.1). */
export const AUTH_VARIABLE = 'OPENCODE_AUTH_CONTENT'

/** An entry of auth.json. */
export interface AuthLogin {
  readonly id: string
  readonly member: Member
  readonly value: JsonValue
  /** Undefined: it is none of these as OpenCode wants them, and counts for nothing. */
  readonly kind: 'api' | 'oauth' | 'wellknown' | undefined
  /** Of `api`: may be empty. */
  readonly key: string
}

/** The entries of auth.json; of two with one name the last. */
export function loginsOf({ entries }: Pick<SceneAuth, 'entries'>): readonly AuthLogin[] {
  const last = new Map(entries.map((member) => [member.key, member]))
  return [...last].map(([id, member]) => {
    const value = valueOf(member.value)
    const kind = isJsonObject(value) ? kindOf(value) : undefined
    const key = isJsonObject(value) && kind === 'api' ? textOf(value['key']) : ''
    return { id, member, value, kind, key }
  })
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : ''
}

/** The kind of a login that is as OpenCode's schema wants it. */
export function kindOf(value: JsonObject): AuthLogin['kind'] {
  const isText = (...names: readonly string[]): boolean =>
    names.every((name) => typeof value[name] === 'string')
  const mayBeText = (...names: readonly string[]): boolean =>
    names.every((name) => value[name] === undefined || typeof value[name] === 'string')
  const { type, expires, metadata } = value
  if (type === 'api') return isText('key') && isTexts(metadata) ? type : undefined
  if (type === 'wellknown') return isText('key', 'token') ? type : undefined
  if (type !== 'oauth') return undefined
  const isTime = typeof expires === 'number' && Number.isSafeInteger(expires) && expires >= 0
  const isComplete = isText('refresh', 'access') && mayBeText('accountId', 'enterpriseUrl')
  return isTime && isComplete ? type : undefined
}

function isTexts(value: JsonValue | undefined): boolean {
  if (value === undefined) return true
  return isJsonObject(value) && Object.values(value).every((one) => typeof one === 'string')
}

/** Where an entry stands. */
export function atLogin({ file, text }: SceneAuth, { keyStart }: Member): At {
  return { file, text, offset: keyStart }
}

/** Whether the id is an address, as those of an organisation's remote configuration are. */
export function isAddress(id: string): boolean {
  return /^https?:\/\//i.test(id) && URL.canParse(id)
}

/** Whether OpenCode knows a provider of this id: by itself, or from its configuration. */
export function isKnown({ providers, catalogue }: Scene, id: string): boolean {
  return catalogue.has(id) || providers.some((provider) => provider.id === id)
}

/** Whether there may be providers that were not looked at, so that an id may be known to OpenCode all the same. */
export function mayHaveOthers(scene: Scene): boolean {
  return isIncomplete(scene) || mayHaveMore(scene)
}

/** The block of an id, where there is one. */
export function blockOf({ providers }: Scene, id: string): SceneProvider | undefined {
  return providers.find((provider) => provider.id === id)
}

/** Whether a block says where its key is, so that a login does not count, or that there is none. */
export function hasOwnKey({ block, adapter, models }: SceneProvider): boolean {
  // Also an empty one wins.
  if (typeof objectAt(block, 'options')['apiKey'] === 'string') return true
  if (findBlockKey(block, adapter === DEFAULT_ADAPTER).kind !== 'none') return true
  return models.some((model) => Object.keys(objectAt(model.block, 'headers')).some(isSecretName))
}
