import { objectAt } from '../../json.ts'
import type { JsonObject, JsonValue } from '../../json.ts'
import type { Adapter } from '../../live/adapters.ts'
import type { Cost, Listing, Modalities, ModelFacts, OfferedModel } from '../model-facts.ts'
import { nameBesides, readModelList, usableId } from '../model-list.ts'
import { listBehind } from '../questions.ts'
import {
  bothWays,
  costOf,
  flagOf,
  modalitiesIn,
  perMillion,
  said,
  smallest,
  textAnd,
  textsOf,
  tokensOf,
} from '../read-values.ts'
import { answersText, openRouterFacts } from './openrouter.ts'

/**
 * Any API like OpenAI's: `GET <base>/models`, of which OpenAI's own says nothing but ids. What others add is read
 * where their reference documents it: Anthropic ("List Models"), Cohere ("List models"), DeepSeek ("Lists Models"),
 * Google ("models.list"), Groq and Mistral ("List models"), OpenRouter ("Models"), Together ("List all models"), Vercel
 * ("AI Gateway REST API"); DeepInfra's `metadata` as its server sends it.
 */
export function openAiListing(baseURL: string, adapter: Adapter): Listing {
  return {
    lists: [listBehind(baseURL, adapter)],
    parse: (body) => readModelList(body, readOpenAiModel),
    details: () => [],
    fill: (models) => models,
  }
}

export function readOpenAiModel(element: JsonObject): OfferedModel | undefined {
  const { id: given, name } = element
  // Google's names begin with the kind of what is named.
  const id = usableId(given ?? (typeof name === 'string' ? name.replace(/^models\//, '') : name))
  if (id === undefined) return undefined
  const title = element['display_name'] ?? element['displayName'] ?? (given && name)
  const facts: ModelFacts = {
    ...said({ name: nameBesides(id, title) }),
    ...openRouterFacts(element),
    ...limitsIn(element),
    ...capabilitiesIn(element),
  }
  return { id, facts, isChat: answersChats(element) && answersText(facts) }
}

const WINDOWS = ['context_length', 'context_window', 'max_context_length', 'max_model_len'] as const

const ANSWERS = [
  'max_completion_tokens',
  'max_output_tokens',
  'max_output_length',
  'outputTokenLimit',
  'max_tokens',
] as const

/** Where several fields say it, the smallest holds. */
function limitsIn(element: JsonObject): ModelFacts {
  const metadata = objectAt(element, 'metadata')
  const { context, output, cost } = openRouterFacts(element)
  const window = smallest([
    context,
    ...WINDOWS.map((name) => tokensOf(element[name])),
    tokensOf(element['inputTokenLimit']),
    tokensOf(metadata['context_length']),
  ])
  return said({
    // Anthropic's is the whole window; what it would be beside another is not documented.
    context: window ?? tokensOf(element['max_input_tokens']),
    output: smallest([
      output,
      ...ANSWERS.map((name) => tokensOf(element[name])),
      tokensOf(metadata['max_tokens']),
    ]),
    cost: cost ?? vercelCost(objectAt(element, 'pricing')),
  })
}

/** US dollars for one token, as texts. Together's numbers of the same names have no unit in its reference. */
function vercelCost(pricing: JsonObject): Cost | undefined {
  const price = (name: string): number | undefined =>
    typeof pricing[name] === 'string' ? perMillion(pricing[name]) : undefined
  return costOf({
    input: price('input'),
    output: price('output'),
    cache_read: price('input_cache_read'),
    cache_write: price('input_cache_write'),
  })
}

function capabilitiesIn(element: JsonObject): ModelFacts {
  const capabilities = objectAt(element, 'capabilities')
  return said({
    modalities: modalitiesOf(element, capabilities),
    reasoning:
      flagOf(capabilities['reasoning']) ??
      supported(capabilities['thinking']) ??
      flagOf(element['thinking']),
    tool_call: flagOf(capabilities['function_calling']),
  })
}

/** DeepSeek names them; Mistral and Anthropic say what a model sees. */
function modalitiesOf(element: JsonObject, capabilities: JsonObject): Modalities | undefined {
  const image = flagOf(capabilities['vision']) ?? supported(capabilities['image_input'])
  if (image !== undefined) {
    return {
      input: textAnd({ image, pdf: supported(capabilities['pdf_input']) }),
      output: ['text'],
    }
  }
  return bothWays(
    modalitiesIn(textsOf(element['input_modalities'])),
    modalitiesIn(textsOf(element['output_modalities'])),
  )
}

/** `{ "supported": true }` */
function supported(capability: JsonValue | undefined): boolean | undefined {
  return capability === undefined
    ? undefined
    : flagOf(objectAt({ capability }, 'capability')['supported'])
}

/** Together's and Vercel's types of models that are asked for something else than an answer in words. */
const NO_CHAT_TYPES: ReadonlySet<unknown> = new Set([
  'audio',
  'embedding',
  'image',
  'moderation',
  'realtime',
  'rerank',
  'reranking',
  'speech',
  'transcription',
  'video',
])

/** Unless the server says that it does not. */
function answersChats(element: JsonObject): boolean {
  // Cohere's models have no id.
  const endpoints = element['id'] === undefined ? element['endpoints'] : undefined
  return !(
    NO_CHAT_TYPES.has(element['type']) ||
    objectAt(element, 'capabilities')['completion_chat'] === false ||
    isWithout(element['supportedGenerationMethods'], 'generateContent') ||
    isWithout(endpoints, 'chat')
  )
}

/** Whether a list names others alone. */
function isWithout(list: JsonValue | undefined, name: string): boolean {
  const names = textsOf(list) ?? []
  return names.length > 0 && !names.includes(name)
}
