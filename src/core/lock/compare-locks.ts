import { isJsonObject, sameJson } from '../json.ts'
import type { JsonValue } from '../json.ts'
import type { Lock, LockedModel, LockedServer } from './lock.ts'
import type { FactSource } from '../offer/settle-facts.ts'
import { LOCKED_FIELDS } from './lock.ts'

/** What is different about the models of one server. */
export interface ServerChange {
  readonly added: readonly string[]
  readonly removed: readonly string[]
  readonly changed: readonly ValueChange[]
}

export interface ValueChange {
  readonly model: string
  /** A field, or a part of one: `limit.context`. */
  readonly field: string
  /** Undefined: there was, or is, none. */
  readonly before: JsonValue | undefined
  readonly after: JsonValue | undefined
  /** Where the value comes from now; undefined where there is none. */
  readonly origin: FactSource | undefined
}

export const NO_CHANGE: ServerChange = { added: [], removed: [], changed: [] }

export function isChange({ added, removed, changed }: ServerChange): boolean {
  return added.length + removed.length + changed.length > 0
}

/** What an update would change about one server. Undefined: nothing was known of it before. */
export function compareServers(
  before: LockedServer | undefined,
  { models: after }: LockedServer,
): ServerChange {
  const then: ReadonlyMap<string, LockedModel> = before?.models ?? new Map()
  return {
    added: [...after.keys()].filter((id) => !then.has(id)),
    removed: [...then.keys()].filter((id) => !after.has(id)),
    changed: [...after].flatMap(([id, model]) => {
      const earlier = then.get(id)
      return earlier === undefined ? [] : compareModels(id, earlier, model)
    }),
  }
}

function compareModels(
  id: string,
  before: LockedModel,
  after: LockedModel,
): readonly ValueChange[] {
  const then = valuesOf(before)
  const now = valuesOf(after)
  return [...new Set([...now.keys(), ...then.keys()])].flatMap((field): readonly ValueChange[] => {
    const change = { before: then.get(field), after: now.get(field) }
    if (sameJson(change.before, change.after)) return []
    return [{ model: id, field, ...change, origin: after.from[field] }]
  })
}

/** The parts of limits, prices and modalities count one by one. */
function valuesOf({ values }: LockedModel): ReadonlyMap<string, JsonValue> {
  const found = LOCKED_FIELDS.flatMap((name): readonly (readonly [string, JsonValue])[] => {
    const value = values[name]
    if (value === undefined) return []
    if (!isJsonObject(value)) return [[name, value]]
    return Object.entries(value).map(([part, of]) => [`${name}.${part}`, of] as const)
  })
  return new Map(found)
}

/** A lock with what was learnt of some servers, and nothing of providers that are no more. */
export function withServers(
  lock: Lock,
  learnt: readonly { readonly id: string; readonly url: string; readonly server: LockedServer }[],
  isKnown: (id: string) => boolean,
): Lock {
  const providers = new Map([...lock.providers].filter(([id]) => isKnown(id)))
  for (const { id, url, server } of learnt) {
    providers.set(id, new Map([...(providers.get(id) ?? []), [url, server]]))
  }
  return { ...lock, providers }
}
