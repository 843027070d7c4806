import { objectAt } from '../../json.ts'
import type { JsonObject } from '../../json.ts'
import type { Adapter } from '../../live/adapters.ts'
import type { Cost, Listing, Modalities, OfferedModel } from '../model-facts.ts'
import { elementsIn, readModelList, usableId } from '../model-list.ts'
import { answerTo, get, listBehind, rootOf } from '../questions.ts'
import { parseJson } from '../../parse-json.ts'
import {
  costOf,
  flagOf,
  largest,
  perMillion,
  said,
  smallest,
  textAnd,
  tokensOf,
} from '../read-values.ts'

/**
 * LiteLLM's proxy: `GET <base>/models` for what a key may use, `GET /model/info` for what the proxy knows of it
 * (docs.litellm.ai, "Model Management"; the fields of `model_info` are those of its list of prices).
 */
export function liteLlmListing(baseURL: string, adapter: Adapter): Listing {
  const info = get(`${rootOf(baseURL)}/model/info`)
  return {
    lists: [listBehind(baseURL, adapter), info],
    parse: (body) => readModelList(body, readModel),
    details: () => [info],
    fill: (models, answers) => {
      const deployments = deploymentsIn(answerTo(answers)(info) ?? '')
      return models.map((model) => describe(model, deployments.get(model.id) ?? []))
    },
  }
}

function readModel(element: JsonObject): OfferedModel | undefined {
  const id = usableId(element['id'] ?? element['model_name'])
  // A wildcard stands for models of which nobody knows the names.
  return id === undefined || id.includes('*') ? undefined : { id, facts: {}, isChat: true }
}

/** What is known of the models behind a name, by that name: requests go to any of them. */
function deploymentsIn(body: string): ReadonlyMap<string, readonly JsonObject[]> {
  const found = new Map<string, JsonObject[]>()
  for (const element of elementsIn(parseJson(body)) ?? []) {
    const { model_name: name } = element
    if (typeof name !== 'string') continue
    const info = objectAt(element, 'model_info')
    const others = found.get(name)
    if (others === undefined) found.set(name, [info])
    else others.push(info)
  }
  return found
}

function describe(model: OfferedModel, deployments: readonly JsonObject[]): OfferedModel {
  if (deployments.length === 0) return model
  const context = smallest(deployments.map((info) => tokensOf(info['max_input_tokens'])))
  return {
    ...model,
    facts: said({
      context,
      output: smallest(deployments.map(outputOf)),
      cost: highestCost(deployments),
      modalities: modalitiesOf(deployments),
      reasoning: allSupport(deployments, 'reasoning'),
      tool_call: allSupport(deployments, 'function_calling'),
    }),
    isChat: deployments.every(isChat),
  }
}

/** The old `max_tokens` means the input where nothing else is said of it. */
function outputOf(info: JsonObject): number | undefined {
  const { max_input_tokens: input, max_output_tokens: output, max_tokens: either } = info
  return tokensOf(output) ?? (tokensOf(input) === undefined ? undefined : tokensOf(either))
}

/** What costs most, so that nobody is surprised; undefined unless all have both prices. */
function highestCost(deployments: readonly JsonObject[]): Cost | undefined {
  const highest = (name: string): number | undefined => {
    const prices = deployments.map((info) => perMillion(info[name]))
    return prices.includes(undefined) ? undefined : largest(prices)
  }
  return costOf({
    input: highest('input_cost_per_token'),
    output: highest('output_cost_per_token'),
    cache_read: highest('cache_read_input_token_cost'),
    cache_write: highest('cache_creation_input_token_cost'),
  })
}

/** Undefined: none of them says. */
function allSupport(deployments: readonly JsonObject[], what: string): boolean | undefined {
  const flags = deployments.map((info) => flagOf(info[`supports_${what}`]))
  const known = flags.filter((flag) => flag !== undefined)
  return known.length === 0 ? undefined : known.every(Boolean)
}

function modalitiesOf(deployments: readonly JsonObject[]): Modalities | undefined {
  const image = allSupport(deployments, 'vision')
  if (image === undefined) return undefined
  return {
    input: textAnd({
      image,
      pdf: allSupport(deployments, 'pdf_input'),
      audio: allSupport(deployments, 'audio_input'),
      video: allSupport(deployments, 'video_input'),
    }),
    output: textAnd({ audio: allSupport(deployments, 'audio_output') }),
  }
}

/** Of some models the proxy does not know what they are for. */
function isChat({ mode }: JsonObject): boolean {
  return typeof mode !== 'string' || ['chat', 'completion', 'responses'].includes(mode)
}
