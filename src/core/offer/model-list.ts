import { isJsonObject } from '../json.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { OBJECT_NAMES } from '../manifest/object-names.ts'
import type { OfferedModel } from './model-facts.ts'
import { parseJson } from '../parse-json.ts'
import { objectsOf, shownText } from './read-values.ts'

/** Undefined: this is no model, or none that can be used. */
export type ReadModel = (element: JsonObject) => OfferedModel | undefined

/**
 * The models of an answer: `{ "data": […] }` (OpenAI, Anthropic), `{ "models": […] }` (Google, Cohere, Ollama) or the
 * bare list (Together). What is odd in the list is left out, and of several with one id all but the most cautious.
 * Undefined: this is no list of models.
 */
export function readModelList(body: string, read: ReadModel): readonly OfferedModel[] | undefined {
  const elements = elementsIn(parseJson(body))
  if (elements === undefined) return undefined
  const models = new Map<string, OfferedModel>()
  for (const element of elements) {
    const model = read(element)
    if (model === undefined) continue
    const other = models.get(model.id)
    models.set(model.id, other === undefined ? model : moreCautious(model, other))
  }
  return [...models.values()]
}

/** The one with the smaller window, so that the order of the list does not matter. */
function moreCautious(one: OfferedModel, other: OfferedModel): OfferedModel {
  const [{ context: window = Infinity }, { context: otherWindow = Infinity }] = [
    one.facts,
    other.facts,
  ]
  if (window !== otherWindow) return window < otherWindow ? one : other
  return JSON.stringify(one) < JSON.stringify(other) ? one : other
}

/** The elements of a list of models, whatever they are; undefined: there is no list. */
export function elementsIn(value: JsonValue | undefined): readonly JsonObject[] | undefined {
  return objectsOf(isJsonObject(value) ? (value['data'] ?? value['models']) : value)
}

/**
 * The id of a model, where it can be one: OpenCode stumbles over names that every object has by birth, and nobody can
 * choose a model whose name is not to be seen.
 */
export function usableId(value: JsonValue | undefined): string | undefined {
  const id = shownText(value)
  return id === undefined || OBJECT_NAMES.has(id) ? undefined : id
}

/** What a server calls a model; undefined where that is only its id again. */
export function nameBesides(id: string, value: JsonValue | undefined): string | undefined {
  const name = shownText(value)
  return name === id ? undefined : name
}
