import { isJsonObject } from '../json.ts'
import type { JsonValue, Path } from '../json.ts'
import { hiddenFrom, isReferringHeader } from '../manifest/key-text.ts'
import { isSensitive } from '../plan/describe.ts'

export const MASK = '***'

/**
 * A value with `***` for all that may be a secret. References are shown: they say where a key is, and not what it is.
 *
 * @param path names below the block: the provider's own id says nothing about what is in it
 */
export function shownValue(path: Path, value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => shownValue(path, item))
  if (isJsonObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [name, shownValue([...path, name], member)]),
    )
  }
  if (typeof value === 'string') return shownText(path, value)
  return isSensitive(path, value) ? MASK : value
}

/** The same for a text. */
export function shownText(path: Path, value: string): string {
  if (!isSensitive(path, value)) return value
  if (isReferringHeader(value) && hiddenFrom(value) === undefined) return value
  return maskedUrl(path, value) ?? MASK
}

/** A name of somebody's choice, as of a variable: now and then it is a key that went to the wrong place. */
export function shownName(name: string): string {
  return hiddenFrom(name) === undefined ? name : MASK
}

/** An address without user and query, where some servers have their keys; undefined: it is none. */
function maskedUrl(path: Path, value: string): string | undefined {
  const [, scheme, user, rest, query] =
    /^([a-z]+:\/\/)([^/?#]*@)?([^?#]*)([?#].*)?$/is.exec(value) ?? []
  if (scheme === undefined || rest === undefined) return undefined
  if (isSensitive(path, `${scheme}${rest}`)) return undefined
  const before = user === undefined ? '' : `${MASK}@`
  return `${scheme}${before}${rest}${query === undefined ? '' : `?${MASK}`}`
}
