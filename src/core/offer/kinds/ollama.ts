import { objectAt } from '../../json.ts'
import type { JsonObject } from '../../json.ts'
import type { Adapter } from '../../live/adapters.ts'
import type { Listing, ModelFacts, OfferedModel, Question } from '../model-facts.ts'
import { elementsIn, readModelList, usableId } from '../model-list.ts'
import { answerTo, asked, get, listBehind, post, rootOf } from '../questions.ts'
import { parseJson } from '../../parse-json.ts'
import { parseObject, said, smallest, textAnd, textsOf, tokensOf } from '../read-values.ts'

/**
 * Ollama's own API, beside the one like OpenAI's: `GET /api/tags`, `POST /api/show`, `GET /api/ps` (docs.ollama.com,
 * "List models", "Show model details", "List running models"; "Context length" for what it serves).
 */
export function ollamaListing(baseURL: string, adapter: Adapter): Listing {
  const root = rootOf(baseURL)
  const running = get(`${root}/api/ps`)
  const show = ({ id }: OfferedModel): Question =>
    post(`${root}/api/show`, JSON.stringify({ model: id }))
  return {
    lists: [get(`${root}/api/tags`), listBehind(baseURL, adapter)],
    parse: (body) => readModelList(body, readModel),
    details: (models) => [running, ...asked(models).map(show)],
    fill: (models, answers) => {
      const find = answerTo(answers)
      const loaded = loadedWindows(find(running) ?? '')
      return models.map((model) => {
        const shown = find(show(model))
        return describe(model, shown === undefined ? {} : parseObject(shown), loaded.get(model.id))
      })
    },
  }
}

function readModel(element: JsonObject): OfferedModel | undefined {
  const id = usableId(element['model'] ?? element['name'] ?? element['id'])
  return id === undefined ? undefined : { id, facts: {}, isChat: true }
}

/** The windows that models have that are in memory now, by name. */
function loadedWindows(body: string): ReadonlyMap<string, number> {
  const windows = new Map<string, number>()
  for (const { name, model, context_length: context } of elementsIn(parseJson(body)) ?? []) {
    const tokens = tokensOf(context)
    if (tokens === undefined) continue
    for (const id of [name, model]) if (typeof id === 'string') windows.set(id, tokens)
  }
  return windows
}

function describe(
  model: OfferedModel,
  shown: JsonObject,
  loaded: number | undefined,
): OfferedModel {
  const whole = wholeWindow(objectAt(shown, 'model_info'))
  const set = setWindow(shown['parameters'])
  const served = set === undefined ? loaded : smallest([set, whole])
  const isSure = served !== undefined || whole === undefined || isInCloud(model, shown)
  const capabilities = textsOf(shown['capabilities']) ?? []
  return {
    ...model,
    facts: said({ context: served ?? whole, ...abilities(capabilities) }),
    isChat: capabilities.length === 0 || capabilities.includes('completion'),
    ...(isSure ? {} : { notes: [maybeSmaller(whole)] }),
  }
}

function maybeSmaller(tokens: number): string {
  return `Ollama may serve fewer than its ${tokens} tokens: OLLAMA_CONTEXT_LENGTH, or num_ctx in a Modelfile, says how many`
}

/** What `num_ctx` in the parameters says, which are lines of a name and a value. */
function setWindow(parameters: JsonObject[string] | undefined): number | undefined {
  const line = typeof parameters === 'string' ? /^num_ctx\s+(\d+)\s*$/m.exec(parameters) : null
  return tokensOf(line?.[1])
}

/** The window that the model was made for. */
function wholeWindow(info: JsonObject): number | undefined {
  const { 'general.architecture': architecture } = info
  if (typeof architecture !== 'string') return undefined
  return tokensOf(info[`${architecture}.context_length`])
}

/** Ollama's cloud serves the whole window, whatever this machine could. */
function isInCloud({ id }: OfferedModel, shown: JsonObject): boolean {
  return typeof shown['remote_host'] === 'string' || /[:-]cloud$/.test(id)
}

/** Older servers do not tell: then nothing is known. */
function abilities(capabilities: readonly string[]): ModelFacts {
  if (capabilities.length === 0) return {}
  const can = (name: string): boolean => capabilities.includes(name)
  if (!can('completion')) return {}
  return {
    modalities: {
      input: textAnd({ image: can('vision'), audio: can('audio') }),
      output: ['text'],
    },
    reasoning: can('thinking'),
    tool_call: can('tools'),
  }
}
