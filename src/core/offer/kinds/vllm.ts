import type { JsonObject } from '../../json.ts'
import type { Adapter } from '../../live/adapters.ts'
import type { Listing, OfferedModel } from '../model-facts.ts'
import { elementsIn, readModelList, usableId } from '../model-list.ts'
import { listBehind } from '../questions.ts'
import { parseJson } from '../../parse-json.ts'
import { said, tokensOf } from '../read-values.ts'

/**
 * vLLM: `GET <base>/models`, where `max_model_len` is the window that is served (docs.vllm.ai, "OpenAI-Compatible
 * Server"; `ModelCard` of its protocol).
 */
export function vllmListing(baseURL: string, adapter: Adapter): Listing {
  return {
    lists: [listBehind(baseURL, adapter)],
    parse: (body) => {
      const elements = elementsIn(parseJson(body)) ?? []
      const windows = new Map(elements.map(({ id, max_model_len: own }) => [id, tokensOf(own)]))
      return readModelList(body, (element) =>
        readModel(element, windows.get(element['parent'] ?? '')),
      )
    },
    details: () => [],
    fill: (models) => models,
  }
}

/** @param inherited a LoRA adapter is served with the window of the model that it is for, and does not say it */
function readModel(element: JsonObject, inherited: number | undefined): OfferedModel | undefined {
  const id = usableId(element['id'])
  if (id === undefined) return undefined
  const context = tokensOf(element['max_model_len']) ?? inherited
  return { id, facts: said({ context }), isChat: true }
}
