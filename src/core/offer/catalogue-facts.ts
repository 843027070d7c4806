import { isVendors } from '../doctor/vendor-hosts.ts'
import { isJsonObject, objectAt, sameJson } from '../json.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { hasToken, withoutTrailingSlashes } from '../url.ts'
import { consensusOf } from './consensus.ts'
import type { ModelFacts } from './model-facts.ts'
import {
  bothWays,
  costOf,
  flagOf,
  modalitiesIn,
  priceOf,
  said,
  shownText,
  textsOf,
  tokensOf,
} from './read-values.ts'

/** Whose model is looked up. */
export interface Whose {
  readonly id: string
  /** Undefined: that of OpenCode's catalogue. */
  readonly baseURL: string | undefined
}

export type CatalogueFacts = (provider: Whose, modelId: string) => ModelFacts | undefined

/**
 * What OpenCode's catalogue says of models, from its `models.json` (the shape of models.dev). Of the provider at the
 * same address it is believed whatever it says of a model; of others what most of them say of a model of that name, and
 * no prices. Made once for many models: it goes through the whole catalogue.
 */
export function catalogueFacts(catalogue: JsonObject): CatalogueFacts {
  const providers = providersIn(catalogue)
  const atAddress = remember((address: string) => providersAt(providers, address))
  const elsewhere = findByName(providers)
  return ({ id, baseURL }, modelId) => {
    const all =
      baseURL === undefined
        ? providers.filter((provider) => provider.id === id)
        : atAddress(baseURL)
    const own = all.filter((provider) => provider.id === id)
    return agreed(own.length > 0 ? own : all, modelId) ?? elsewhere(modelId)
  }
}

interface Provider {
  readonly id: string
  readonly api: JsonValue | undefined
  readonly npm: JsonValue | undefined
  readonly models: JsonObject
}

function providersIn(catalogue: JsonObject): readonly Provider[] {
  return Object.entries(catalogue).flatMap(([id, entry]) => {
    if (!isJsonObject(entry)) return []
    return [{ id, api: entry['api'], npm: entry['npm'], models: objectAt(entry, 'models') }]
  })
}

/** Those that have this address, or none and an adapter that is for this host. */
function providersAt(providers: readonly Provider[], baseURL: string): readonly Provider[] {
  const address = addressOf(baseURL)
  if (address === undefined) return []
  return providers.filter(({ api, npm }) => {
    if (typeof api === 'string') return addressOf(api) === address
    return typeof npm === 'string' && isVendors(baseURL, npm)
  })
}

/** Origin and path; undefined where OpenCode fills in a part. */
function addressOf(url: string): string | undefined {
  if (hasToken(url) || !URL.canParse(url)) return undefined
  const { origin, pathname } = new URL(url)
  return withoutTrailingSlashes(`${origin}${pathname}`)
}

/** What the providers at one address say of a model, with the price if it is one. Undefined: none has it. */
function agreed(providers: readonly Provider[], modelId: string): ModelFacts | undefined {
  const all = providers.flatMap(({ models }) => {
    const model = Object.hasOwn(models, modelId) ? models[modelId] : undefined
    return isJsonObject(model) ? [factsOf(model)] : []
  })
  const [first] = all
  if (first === undefined || all.length === 1) return first
  const isOnePrice = all.every(({ cost }) => sameJson({ ...cost }, { ...first.cost }))
  const { cost } = isOnePrice ? first : {}
  return { ...consensusOf(all), ...(cost === undefined ? {} : { cost }) }
}

/** Models are sold under one name by many, some of whom put the name of its maker before it. */
function findByName(providers: readonly Provider[]): (modelId: string) => ModelFacts | undefined {
  const whole = new Map<string, JsonObject[]>()
  const last = new Map<string, JsonObject[]>()
  for (const { models } of providers) {
    for (const [id, model] of Object.entries(models)) {
      if (!isJsonObject(model)) continue
      addTo(whole, id.toLowerCase(), model)
      addTo(last, lastSegment(id), model)
    }
  }
  const byName = remember((name: string) => commonFacts(whole.get(name)))
  const bySegment = remember((name: string) => commonFacts(last.get(name)))
  return (id) => {
    const name = lastSegment(id)
    // With the name of its maker before it, it is one model.
    const exact = id.includes('/') || !GENERIC.has(name) ? byName(id.toLowerCase()) : undefined
    return exact ?? (GENERIC.has(name) ? undefined : bySegment(name))
  }
}

/** Names that stand for another model at each vendor, and at each gateway. */
const GENERIC: ReadonlySet<string> = new Set(
  'auto best chat code coder coding default fast free large latest local main medium mini model pro reasoning small smart'.split(
    ' ',
  ),
)

function commonFacts(models: readonly JsonObject[] | undefined): ModelFacts | undefined {
  return models === undefined ? undefined : consensusOf(models.map(factsOf))
}

function lastSegment(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1).toLowerCase()
}

function addTo(index: Map<string, JsonObject[]>, name: string, model: JsonObject): void {
  if (name === '') return
  const others = index.get(name)
  if (others === undefined) index.set(name, [model])
  else others.push(model)
}

/** Answer each question once. */
function remember<T>(answer: (question: string) => T): (question: string) => T {
  const answers = new Map<string, { readonly value: T }>()
  return (question) => {
    const known = answers.get(question) ?? { value: answer(question) }
    answers.set(question, known)
    return known.value
  }
}

function factsOf(model: JsonObject): ModelFacts {
  const limit = objectAt(model, 'limit')
  const cost = objectAt(model, 'cost')
  const modalities = objectAt(model, 'modalities')
  return said({
    name: shownText(model['name']),
    context: tokensOf(limit['context']),
    input: tokensOf(limit['input']),
    output: tokensOf(limit['output']),
    cost: costOf({
      input: priceOf(cost['input']),
      output: priceOf(cost['output']),
      cache_read: priceOf(cost['cache_read']),
      cache_write: priceOf(cost['cache_write']),
    }),
    modalities: bothWays(
      modalitiesIn(textsOf(modalities['input'])),
      modalitiesIn(textsOf(modalities['output'])),
    ),
    attachment: flagOf(model['attachment']),
    reasoning: flagOf(model['reasoning']),
    tool_call: flagOf(model['tool_call']),
    temperature: flagOf(model['temperature']),
    interleaved: interleavedOf(model['interleaved']),
  })
}

/** As OpenCode accepts it: `true`, `{ "field": … }`. False says no more than nothing. */
function interleavedOf(value: JsonValue | undefined): JsonValue | undefined {
  if (value === true) return true
  const field = isJsonObject(value) ? shownText(value['field']) : undefined
  return field === undefined ? undefined : { field }
}
