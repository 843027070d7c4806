import { isJsonObject, objectAt } from '../../json.ts'
import type { JsonObject } from '../../json.ts'
import type { Adapter } from '../../live/adapters.ts'
import type { Listing, ModelFacts, OfferedModel } from '../model-facts.ts'
import { nameBesides, readModelList, usableId } from '../model-list.ts'
import { get, listBehind, rootOf } from '../questions.ts'
import { objectsOf, said, smallest, textAnd, textsOf, tokensOf } from '../read-values.ts'

/**
 * LM Studio's own API, beside the one like OpenAI's: `GET /api/v0/models` (lmstudio.ai/docs, "REST API v0"; `capabilities`
 * in its changelog, 0.3.16) and `GET /api/v1/models` of later versions ("List your models"). What it does not know it
 * answers with status 200 and an error.
 */
export function lmStudioListing(baseURL: string, adapter: Adapter): Listing {
  const root = rootOf(baseURL)
  return {
    lists: [
      get(`${root}/api/v0/models`),
      get(`${root}/api/v1/models`),
      listBehind(baseURL, adapter),
    ],
    parse: (body) => readModelList(body, readModel),
    details: () => [],
    fill: (models) => models,
  }
}

function readModel(element: JsonObject): OfferedModel | undefined {
  const id = usableId(element['id'] ?? element['key'])
  if (id === undefined) return undefined
  const most = tokensOf(element['max_context_length'])
  const loaded = loadedWindow(element)
  const note = noteOn(most, loaded)
  return {
    id,
    facts: said({
      name: nameBesides(id, element['display_name']),
      context: loaded ?? most,
      ...abilities(element),
    }),
    isChat: !['embeddings', 'embedding'].some((type) => type === element['type']),
    ...(note === undefined ? {} : { notes: [note] }),
  }
}

/** The smallest window with which the model is in memory now. */
function loadedWindow(element: JsonObject): number | undefined {
  const instances = objectsOf(element['loaded_instances']) ?? []
  return smallest([
    tokensOf(element['loaded_context_length']),
    ...instances.map((instance) => tokensOf(objectAt(instance, 'config')['context_length'])),
  ])
}

function noteOn(most: number | undefined, loaded: number | undefined): string | undefined {
  if (most === undefined) return undefined
  if (loaded === undefined)
    return `not loaded: LM Studio may load it with fewer than its ${most} tokens`
  return loaded < most ? `LM Studio has loaded it with ${loaded} of its ${most} tokens` : undefined
}

/** Tools work with any model to some degree: only that a model was made for them is told. */
function abilities({ type, capabilities }: JsonObject): ModelFacts {
  const named = textsOf(capabilities) ?? []
  const { vision, trained_for_tool_use: isTrained } = isJsonObject(capabilities) ? capabilities : {}
  const image = type === 'vlm' || vision === true
  const isKnown = type === 'vlm' || type === 'llm'
  return said({
    modalities: isKnown ? { input: textAnd({ image }), output: ['text'] as const } : undefined,
    tool_call: named.includes('tool_use') || isTrained === true ? true : undefined,
  })
}
