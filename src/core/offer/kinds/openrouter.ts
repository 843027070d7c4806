import { objectAt } from '../../json.ts'
import type { JsonObject } from '../../json.ts'
import type { Adapter } from '../../live/adapters.ts'
import type { Cost, Listing, ModelFacts, OfferedModel } from '../model-facts.ts'
import { nameBesides, readModelList, usableId } from '../model-list.ts'
import { listBehind } from '../questions.ts'
import {
  bothWays,
  costOf,
  largest,
  modalitiesIn,
  objectsOf,
  perMillion,
  said,
  smallest,
  textsOf,
  tokensOf,
} from '../read-values.ts'

/**
 * OpenRouter, and servers that list their models as it does: `GET <base>/models` (openrouter.ai/docs, "Models").
 * Without `offset` and `limit` the list is whole.
 */
export function openRouterListing(baseURL: string, adapter: Adapter): Listing {
  return {
    lists: [listBehind(baseURL, adapter)],
    parse: (body) => readModelList(body, readModel),
    details: () => [],
    fill: (models) => models,
  }
}

function readModel(element: JsonObject): OfferedModel | undefined {
  const id = usableId(element['id'])
  if (id === undefined) return undefined
  const facts = { ...said({ name: nameBesides(id, element['name']) }), ...openRouterFacts(element) }
  return { id, facts, isChat: answersText(facts) }
}

/** Whether text comes out, for all that is known. */
export function answersText({ modalities }: ModelFacts): boolean {
  return modalities === undefined || modalities.output.includes('text')
}

/** What OpenRouter's fields say, where a model has them. */
export function openRouterFacts(element: JsonObject): ModelFacts {
  const top = objectAt(element, 'top_provider')
  const architecture = objectAt(element, 'architecture')
  const parameters = textsOf(element['supported_parameters']) ?? []
  const takes = (name: string): boolean | undefined =>
    parameters.length === 0 ? undefined : parameters.includes(name)
  return said({
    // The window of the one that answers in most cases may be smaller than the model's.
    context: smallest([tokensOf(element['context_length']), tokensOf(top['context_length'])]),
    output: tokensOf(top['max_completion_tokens']),
    cost: costIn(objectAt(element, 'pricing')),
    modalities: bothWays(
      modalitiesIn(textsOf(architecture['input_modalities'])),
      modalitiesIn(textsOf(architecture['output_modalities'])),
    ),
    reasoning: takes('reasoning'),
    tool_call: takes('tools'),
    temperature: takes('temperature'),
  })
}

/**
 * US dollars for one token, as texts. Where they depend on the time of the day, those that stand at the top are the
 * ones of this very moment: the highest of the day do not change between two looks.
 */
function costIn(pricing: JsonObject): Cost | undefined {
  const timed = (objectsOf(pricing['overrides']) ?? []).filter(
    (override) => 'utc_start' in override && !('min_prompt_tokens' in override),
  )
  const highest = (name: string): number | undefined => {
    const base = pricePerToken(pricing, name)
    if (base === undefined) return undefined
    return largest([base, ...timed.map((override) => pricePerToken(override, name))])
  }
  return costOf({
    input: highest('prompt'),
    output: highest('completion'),
    cache_read: highest('input_cache_read'),
    cache_write: highest('input_cache_write'),
  })
}

/** Others copy these fields and write numbers of another unit into them: only a text is OpenRouter's. */
function pricePerToken(pricing: JsonObject, name: string): number | undefined {
  const price = pricing[name]
  return typeof price === 'string' ? perMillion(price) : undefined
}
