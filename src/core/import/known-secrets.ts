import { isJsonObject } from '../json.ts'
import type { JsonValue, Path } from '../json.ts'
import { isDummy, isSecretNamed } from './block-key.ts'

/** Texts that are known to be secret, because they stand where secrets do: wherever else they stand, they are. */
export type KnownSecrets = readonly string[]

/** In characters: what is shorter may stand somewhere else by chance. */
const SHORTEST = 8

/** Beside this, a part of an address or of a package's name. */
const SURELY = 16

/** All secrets under telling names, at any depth. A word before one, such as `Bearer`, is no part of it. */
export function secretsIn(value: JsonValue | undefined, name = ''): KnownSecrets {
  if (typeof value === 'string') {
    const text = value.trim().replace(/^(?:bearer|basic|token) +/i, '')
    const isSecret = isSecretNamed(name, text) && text.length >= SHORTEST
    return isSecret && !isDummy(text) && !/\$?\{/.test(text) ? [text] : []
  }
  if (Array.isArray(value)) return value.flatMap((item: JsonValue) => secretsIn(item, name))
  if (!isJsonObject(value)) return []
  return Object.entries(value).flatMap(([below, member]) => secretsIn(member, below))
}

/** Whether a text has a known secret in it. */
export function repeatsSecret(known: KnownSecrets, text: string): boolean {
  return known.some((secret) => text.includes(secret))
}

/** The same for a value of a block; a server may be called like its key. */
export function repeatsAt(known: KnownSecrets, path: Path, text: string): boolean {
  const isName = path.length === 3 || path[3] === 'baseURL'
  return repeatsSecret(isName ? longSecrets(known) : known, text)
}

/** Those that stand nowhere by chance. */
export function longSecrets(known: KnownSecrets): KnownSecrets {
  return known.filter((secret) => secret.length >= SURELY)
}
