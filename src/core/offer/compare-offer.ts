import type { JsonObject } from '../json.ts'
import { isJsonObject } from '../json.ts'
import { nearest } from '../nearest.ts'
import type { DeclaredModel } from './declared-models.ts'
import type { OfferedModel } from './model-facts.ts'

/**
 * A model that is declared, offered or both. `gone`: declared, and no longer offered; `renamed`: the same,
 * and something of a similar name is new.
 */
export interface ComparedModel {
  readonly id: string
  readonly state: 'declared' | 'new' | 'gone' | 'renamed'
  /** Of the new one, where it may have been renamed. */
  readonly suggestion: string | undefined
  /** The name in OpenCode's list of models, where that is not the id. */
  readonly key: string | undefined
  readonly offered: OfferedModel | undefined
  /** Fields of OpenCode's, as they are rendered; undefined: it is not declared. */
  readonly declared: JsonObject | undefined
  readonly differences: readonly LimitDifference[]
}

/** A size that is declared and that the server says otherwise. */
export interface LimitDifference {
  readonly field: 'context' | 'output'
  readonly declared: number
  readonly offered: number
}

/** Names that are looked for among those that are new: each takes a look at all of them. */
const MOST_GUESSES = 100

/** What is offered beside what is declared: declared ones first, then the new ones by their ids. */
export function compareOffer(
  declared: ReadonlyMap<string, DeclaredModel>,
  offered: readonly OfferedModel[],
): readonly ComparedModel[] {
  const byId = new Map(offered.map((model) => [model.id, model]))
  const taken = new Set([...declared.values()].map(({ apiId }) => apiId))
  const fresh = offered.filter(({ id }) => !taken.has(id))
  const names = fresh.map(({ id }) => id)
  let guesses = 0
  const own = [...declared].map(([key, { apiId, given }]): ComparedModel => {
    const found = byId.get(apiId)
    const base = { id: apiId, key: key === apiId ? undefined : key, declared: given }
    if (found !== undefined) {
      const differences = differencesOf(given, found)
      return { ...base, state: 'declared', suggestion: undefined, offered: found, differences }
    }
    guesses += 1
    const suggestion = guesses > MOST_GUESSES ? undefined : nearest(apiId, names)
    const state = suggestion === undefined ? 'gone' : 'renamed'
    return { ...base, state, suggestion, offered: undefined, differences: [] }
  })
  const others = fresh.toSorted((one, other) => (one.id < other.id ? -1 : 1)).map(newModel)
  return [...own, ...others]
}

function newModel(offered: OfferedModel): ComparedModel {
  const nothing = { suggestion: undefined, key: undefined, declared: undefined, differences: [] }
  return { id: offered.id, state: 'new', offered, ...nothing }
}

function differencesOf({ limit }: JsonObject, { facts }: OfferedModel): readonly LimitDifference[] {
  if (!isJsonObject(limit)) return []
  return (['context', 'output'] as const).flatMap((field): readonly LimitDifference[] => {
    const [said, told] = [limit[field], facts[field]]
    if (typeof said !== 'number' || told === undefined || said === told) return []
    return [{ field, declared: said, offered: told }]
  })
}
