import { isJsonObject } from '../json.ts'
import type { JsonValue } from '../json.ts'
import { parseJson } from '../parse-json.ts'

/**
 * The ids in a list of models, as the APIs of the field give one: `{ "data": [{ "id" }] }` (OpenAI,
 * Anthropic), `{ "models": [{ "name" }] }` (Google, Cohere) or the bare list (Together). Undefined: this
 * is no list of models.
 */
export function parseModelList(body: string): readonly string[] | undefined {
  const value = parseJson(body)
  const list = isJsonObject(value) ? (value['data'] ?? value['models']) : value
  if (!Array.isArray(list)) return undefined
  const ids = list.map(idOf).filter((id) => id !== undefined)
  return ids.length === list.length ? ids : undefined
}

/** Whether this is what OpenRouter tells of a key: `{ "data": { "limit": …, "usage": … } }`. */
export function isAccountOfKey(body: string): boolean {
  const value = parseJson(body)
  return isJsonObject(value) && isJsonObject(value['data'])
}

function idOf(model: JsonValue): string | undefined {
  if (!isJsonObject(model)) return undefined
  const { id, name } = model
  if (typeof id === 'string') return id
  // Google's names begin with the kind of what is named.
  return typeof name === 'string' ? name.replace(/^models\//, '') : undefined
}
