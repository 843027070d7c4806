import { isJsonObject } from '../json.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { LOCKED_FIELDS } from '../lock/lock.ts'
import type { WantedProvider } from '../wanted.ts'

/** A model of a provider's block. */
export interface DeclaredModel {
  /** Of the model, as the server knows it. */
  readonly apiId: string
  /** What the block says of it, of the fields that a server or a catalogue may know. */
  readonly given: JsonObject
}

/** The models that a manifest lists itself, by the name that OpenCode has for them. */
export function declaredModels({ id, values }: WantedProvider): ReadonlyMap<string, DeclaredModel> {
  const models = new Map<string, Map<string, JsonValue>>()
  for (const { path, value } of values) {
    const [, of, models_, key, field, ...rest] = path
    if (of !== id || models_ !== 'models' || key === undefined) continue
    const fields = models.get(key) ?? new Map<string, JsonValue>()
    models.set(key, fields)
    if (field !== undefined) fields.set(field, withValue(fields.get(field), rest, value))
  }
  return new Map(
    [...models].map(([key, fields]) => {
      const apiId = fields.get('id')
      const given = LOCKED_FIELDS.flatMap((name) => {
        const value = fields.get(name)
        return value === undefined ? [] : [[name, value] as const]
      })
      return [
        key,
        { apiId: typeof apiId === 'string' ? apiId : key, given: Object.fromEntries(given) },
      ]
    }),
  )
}

/** A value with one below it set. */
function withValue(
  whole: JsonValue | undefined,
  [name, ...rest]: readonly string[],
  value: JsonValue,
): JsonValue {
  if (name === undefined) return value
  const before: JsonObject = isJsonObject(whole) ? whole : {}
  return { ...before, [name]: withValue(before[name], rest, value) }
}
