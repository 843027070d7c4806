import { isJsonObject } from '../json.ts'
import type { JsonObject, JsonValue } from '../json.ts'

const SUFFIX = 'InOverlay'

/**
 * An overlay is merged over the manifest, maps by key: what a provider must have as a whole may be
 * missing from it in an overlay, e.g. one of the two numbers of `limit`. Lists and key sources replace
 * what was there, and must be whole.
 *
 * @returns the definitions with those that overlays need beside them
 */
export function forOverlays(definitions: JsonObject): JsonObject {
  const copies = new Map<string, JsonValue>()
  const overlay = asPart(definitions['overlay'] ?? {}, { definitions, copies })
  return { ...definitions, overlay, ...Object.fromEntries(copies) }
}

interface Copying {
  readonly definitions: JsonObject
  /** Definitions made so far, by their new name. */
  readonly copies: Map<string, JsonValue>
}

function asPart(part: JsonValue, copying: Copying): JsonValue {
  if (Array.isArray(part)) return part.map((item) => asPart(item, copying))
  if (!isJsonObject(part)) return part
  const { $ref } = part
  if (typeof $ref === 'string') return { $ref: refer($ref, copying) }
  const inside = Object.entries(part).map(([name, value]): readonly [string, JsonValue] =>
    name === 'items' || name === 'key' ? [name, value] : [name, asPart(value, copying)],
  )
  return Object.fromEntries(
    inside.filter(([name, value]) => name !== 'required' || !isNames(value)),
  )
}

/** `required` as a keyword, not a field of that name. */
function isNames(value: JsonValue): boolean {
  return Array.isArray(value)
}

/** Refer to the part of a definition, which is made only where it differs from the whole. */
function refer($ref: string, copying: Copying): string {
  const name = $ref.replace('#/definitions/', '')
  const copy = `${name}${SUFFIX}`
  if (copying.copies.has(copy)) return `${$ref}${SUFFIX}`
  const whole = copying.definitions[name] ?? {}
  const part = asPart(whole, copying)
  if (JSON.stringify(part) === JSON.stringify(whole)) return $ref
  copying.copies.set(copy, part)
  return `${$ref}${SUFFIX}`
}
