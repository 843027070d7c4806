import { objectAt } from '../../json.ts'
import type { JsonObject } from '../../json.ts'
import type { Adapter } from '../../live/adapters.ts'
import type { Listing, Modalities, OfferedModel, Question } from '../model-facts.ts'
import { readModelList, usableId } from '../model-list.ts'
import { answerTo, asked, get, listBehind, rootOf } from '../questions.ts'
import {
  bothWays,
  modalitiesIn,
  parseObject,
  said,
  textAnd,
  textsOf,
  tokensOf,
} from '../read-values.ts'

/**
 * llama.cpp's `llama-server`: `GET <base>/models` and `GET /props` (the README of tools/server, "OpenAI-compatible Model
 * Info API", "Get server global properties", "Using multiple models").
 */
export function llamaCppListing(baseURL: string, adapter: Adapter): Listing {
  const root = rootOf(baseURL)
  const questions = (models: readonly OfferedModel[]): readonly Question[] => {
    // A router has several models. Asking for one must not have it loaded.
    if (models.length === 1) return [get(`${root}/props`)]
    return asked(models).map(({ id }) =>
      get(`${root}/props?model=${encodeURIComponent(id)}&autoload=false`),
    )
  }
  return {
    lists: [listBehind(baseURL, adapter)],
    parse: (body) => readModelList(body, readModel),
    details: questions,
    fill: (models, answers) => {
      const find = answerTo(answers)
      const asking = questions(models)
      return models.map((model, at) => {
        const question = asking[at]
        const body = question === undefined ? undefined : find(question)
        return body === undefined ? model : describe(model, parseObject(body))
      })
    },
  }
}

function readModel(element: JsonObject): OfferedModel | undefined {
  const id = usableId(element['id'])
  if (id === undefined) return undefined
  const context = tokensOf(objectAt(element, 'meta')['n_ctx_train'])
  const architecture = objectAt(element, 'architecture')
  const outputs = textsOf(architecture['output_modalities']) ?? []
  const facts = said({
    context,
    modalities: bothWays(
      modalitiesIn(textsOf(architecture['input_modalities'])),
      modalitiesIn(outputs),
    ),
  })
  return {
    id,
    facts,
    // What a model for decisions alone gives is no text.
    isChat: outputs.length === 0 || outputs.includes('text'),
    ...(context === undefined ? {} : { notes: [maybeSmaller(context)] }),
  }
}

function maybeSmaller(tokens: number): string {
  return `llama.cpp may serve fewer than its ${tokens} tokens: --ctx-size says how many`
}

/** The window of a slot is what a request has, whatever the model was trained with. */
function describe(model: OfferedModel, props: JsonObject): OfferedModel {
  const served = tokensOf(objectAt(props, 'default_generation_settings')['n_ctx'])
  const { notes, ...plain } = model
  return {
    ...plain,
    facts: {
      ...model.facts,
      ...said({
        context: served ?? model.facts.context,
        modalities: modalitiesOf(props) ?? model.facts.modalities,
        // Without a template for tools it makes do with one of its own.
        tool_call: objectAt(props, 'chat_template_caps')['supports_tools'] === true || undefined,
      }),
    },
    ...(served !== undefined || notes === undefined ? {} : { notes }),
  }
}

function modalitiesOf(props: JsonObject): Modalities | undefined {
  const { vision, audio, video } = objectAt(props, 'modalities')
  if (typeof vision !== 'boolean') return undefined
  return {
    input: textAnd({ image: vision, audio: audio === true, video: video === true }),
    output: ['text'],
  }
}
