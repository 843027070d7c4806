import { isJsonObject } from '../json.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { OBJECT_NAMES } from '../manifest/object-names.ts'
import type { OfferedModel } from './model-facts.ts'
import { objectsOf, parseJson, shownText } from './read-values.ts'

/** Undefined: this is no model, or none that can be used. */
export type ReadModel = (element: JsonObject) => OfferedModel | undefined

/**
 * The models of an answer: `{ "data": […] }` (OpenAI, Anthropic), `{ "models": […] }` (Google, Cohere, Ollama) or the
 * bare list (Together). What is odd in the list is left out, and of several with one id all but the first.
 * Undefined: this is no list of models.
 */
export function readModelList(body: string, read: ReadModel): readonly OfferedModel[] | undefined {
  const elements = elementsIn(parseJson(body))
  if (elements === undefined) return undefined
  const models = new Map<string, OfferedModel>()
  for (const element of elements) {
    const model = read(element)
    if (model !== undefined && !models.has(model.id)) models.set(model.id, model)
  }
  return [...models.values()]
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
