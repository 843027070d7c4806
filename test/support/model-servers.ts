import type { IncomingMessage, RequestListener } from 'node:http'
import { text } from 'node:stream/consumers'
import type { listingOf } from '../../src/core/offer/listing.ts'

/** A model as every kind of server can have it; each tells what it can tell. */
export interface ServedModel {
  readonly id: string
  readonly name?: string
  /** Tokens that the model was made for. */
  readonly window?: number
  /** Tokens that it is served with now. */
  readonly served?: number
  readonly output?: number
  /** US dollars for a million tokens. */
  readonly price?: { readonly input: number; readonly output: number; readonly cached?: number }
  readonly sees?: boolean
  readonly thinks?: boolean
  readonly usesTools?: boolean
  readonly embeds?: boolean
}

export interface ModelServer {
  readonly models: readonly ServedModel[]
  /** Wanted as `Authorization: Bearer …`. */
  readonly key?: string
}

interface Reply {
  readonly status: number
  readonly body: unknown
}

/** Undefined: there is nothing at this path. */
type Answer = (request: {
  readonly method: string
  readonly url: URL
  readonly body: string
}) => Reply | undefined

interface Speech {
  readonly answer: Answer
  readonly nothing: (line: string) => Reply
  /** Paths that ask for no key. */
  readonly isPublic?: (path: string) => boolean
}

type Kind = Exclude<Parameters<typeof listingOf>[0], 'none'>

/** A server of this kind, as its documentation has it speak. The API like OpenAI's is under `/v1`. */
export function modelServer(kind: Kind, { models, key }: ModelServer): RequestListener {
  const { answer, nothing, isPublic = () => false } = SPEECHES[kind](models)
  return async (request, response) => {
    const { method = 'GET', url: target = '/' } = request
    const url = new URL(target, 'http://localhost')
    const isLet = key === undefined || isPublic(url.pathname) || keyIn(request) === key
    const { status, body } = isLet
      ? (answer({ method, url, body: await text(request) }) ?? nothing(`${method} ${target}`))
      : refused(kind)
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  }
}

function keyIn({ headers: { authorization = '' } }: IncomingMessage): string {
  return authorization.replace(/^Bearer /, '')
}

function refused(kind: Kind): Reply {
  const message =
    kind === 'litellm'
      ? 'Authentication Error, Invalid proxy server token passed'
      : 'Incorrect API key provided'
  return { status: 401, body: { error: { message, type: 'auth_error', code: '401' } } }
}

const ok = (body: unknown): Reply => ({ status: 200, body })

/** Answers by method and path. */
function at(routes: Readonly<Record<string, () => unknown>>): Answer {
  return ({ method, url }) => {
    const route = routes[`${method} ${url.pathname}`]
    return route === undefined ? undefined : ok(route())
  }
}

const listOf = (data: readonly unknown[]): object => ({ object: 'list', data })

/** What OpenAI itself says of a model. */
const bare = ({ id }: ServedModel, owned_by: string) => ({
  id,
  object: 'model',
  created: 1_735_142_223,
  owned_by,
})

/** US dollars for one token: no number is written with an exponent. */
const perToken = (price: number): string => (price / 1_000_000).toFixed(12).replace(/\.?0+$/, '')

const SPEECHES: Readonly<Record<Kind, (models: readonly ServedModel[]) => Speech>> = {
  openai: (models) => ({
    answer: at({ 'GET /v1/models': () => listOf(models.map((model) => bare(model, 'acme'))) }),
    nothing: (line) => ({
      status: 404,
      body: { error: { message: `Invalid URL (${line})`, type: 'invalid_request_error' } },
    }),
  }),

  openrouter: (models) => ({
    answer: at({
      'GET /v1/models': () => ({ data: models.map(openRouterModel), links: { next: null } }),
    }),
    nothing: () => ({ status: 404, body: { error: { message: 'Not Found', code: 404 } } }),
    // It lists its models to everybody.
    isPublic: (path) => path === '/v1/models',
  }),

  ollama: (models) => ({
    answer: (request) => ollamaAnswer(models, request),
    nothing: () => ({ status: 404, body: '404 page not found' }),
  }),

  lmstudio: (models) => ({
    answer: at({
      'GET /v1/models': () => listOf(models.map((model) => bare(model, 'organization_owner'))),
      'GET /api/v0/models': () => listOf(models.map(lmStudioModel)),
    }),
    nothing: (line) => ok({ error: `Unexpected endpoint or method. (${line})` }),
  }),

  litellm: (models) => ({
    answer: at({
      'GET /v1/models': () => listOf(models.map((model) => bare(model, 'openai'))),
      'GET /model/info': () => ({ data: models.map(liteLlmModel) }),
    }),
    nothing: () => ({ status: 404, body: { detail: 'Not Found' } }),
  }),

  vllm: (models) => ({
    answer: at({
      'GET /v1/models': () =>
        listOf(
          models.map((model) => ({
            ...bare(model, 'vllm'),
            root: model.id,
            parent: null,
            max_model_len: model.served ?? model.window ?? null,
          })),
        ),
    }),
    nothing: () => ({ status: 404, body: { detail: 'Not Found' } }),
  }),

  llamacpp: (models) => ({
    answer: (request) => llamaCppAnswer(models, request),
    nothing: () => ({
      status: 404,
      body: { error: { code: 404, message: 'File Not Found', type: 'not_found_error' } },
    }),
  }),
}

function openRouterModel(model: ServedModel): object {
  const { id, name = id, window = null, output = null, price } = model
  const parameters = ['max_tokens', 'temperature']
  if (model.usesTools === true) parameters.push('tools')
  if (model.thinks === true) parameters.push('reasoning')
  return {
    id,
    canonical_slug: id,
    name,
    context_length: window,
    architecture: {
      input_modalities: model.sees === true ? ['text', 'image'] : ['text'],
      output_modalities: [model.embeds === true ? 'embeddings' : 'text'],
    },
    pricing: {
      prompt: perToken(price?.input ?? 0),
      completion: perToken(price?.output ?? 0),
      ...(price?.cached === undefined ? {} : { input_cache_read: perToken(price.cached) }),
    },
    top_provider: { context_length: window, max_completion_tokens: output, is_moderated: false },
    supported_parameters: parameters,
  }
}

/** Ollama's own API, and the one like OpenAI's. */
function ollamaAnswer(
  models: readonly ServedModel[],
  request: Parameters<Answer>[0],
): Reply | undefined {
  const known = ({ id }: ServedModel) => ({ name: id, model: id, details: { family: 'acme' } })
  const plain = at({
    'GET /v1/models': () => listOf(models.map((model) => bare(model, 'library'))),
    'GET /api/tags': () => ({ models: models.map(known) }),
    'GET /api/ps': () => ({
      models: models
        .filter(({ served }) => served !== undefined)
        .map((model) => ({ ...known(model), context_length: model.served })),
    }),
  })
  if (`${request.method} ${request.url.pathname}` !== 'POST /api/show') return plain(request)
  const { model: wanted }: { model?: unknown } = JSON.parse(request.body)
  const model = models.find(({ id }) => id === wanted)
  if (model === undefined) {
    return { status: 404, body: { error: `model '${String(wanted)}' not found` } }
  }
  return ok({
    parameters: 'temperature                    0.7',
    details: { family: 'acme' },
    model_info: { 'general.architecture': 'acme', 'acme.context_length': model.window },
    capabilities: [
      model.embeds === true ? 'embedding' : 'completion',
      ...(model.usesTools === true ? ['tools'] : []),
      ...(model.sees === true ? ['vision'] : []),
      ...(model.thinks === true ? ['thinking'] : []),
    ],
  })
}

function lmStudioModel({ id, window, served, ...model }: ServedModel): object {
  const type = model.sees === true ? 'vlm' : 'llm'
  return {
    id,
    object: 'model',
    type: model.embeds === true ? 'embeddings' : type,
    state: served === undefined ? 'not-loaded' : 'loaded',
    max_context_length: window,
    loaded_context_length: served,
    capabilities: model.usesTools === true ? ['tool_use'] : [],
  }
}

function numberPerToken(price: number | undefined): number | null {
  return price === undefined ? null : Number(perToken(price))
}

function liteLlmModel({ id, window, output, price, ...model }: ServedModel): object {
  return {
    model_name: id,
    litellm_params: { model: `openai/${id}` },
    model_info: {
      key: id,
      mode: model.embeds === true ? 'embedding' : 'chat',
      max_input_tokens: window ?? null,
      max_output_tokens: output ?? null,
      input_cost_per_token: numberPerToken(price?.input),
      output_cost_per_token: numberPerToken(price?.output),
      cache_read_input_token_cost: numberPerToken(price?.cached),
      supports_vision: model.sees ?? null,
      supports_function_calling: model.usesTools ?? null,
      supports_reasoning: model.thinks ?? null,
    },
  }
}

/** With several models it is a router, which is asked for one of them. */
function llamaCppAnswer(
  models: readonly ServedModel[],
  request: Parameters<Answer>[0],
): Reply | undefined {
  const wanted = request.url.searchParams.get('model')
  const model = models.length === 1 ? models[0] : models.find(({ id }) => id === wanted)
  return at({
    'GET /v1/models': () =>
      listOf(
        models.map((each) => ({
          ...bare(each, 'llamacpp'),
          meta: { n_ctx_train: each.window, n_vocab: 128_256 },
        })),
      ),
    'GET /props': () => ({
      default_generation_settings: { id: 0, n_ctx: model?.served ?? 0 },
      total_slots: 1,
      ...(model === undefined ? {} : { modalities: { vision: model.sees === true, audio: false } }),
      chat_template_caps: { supports_tools: model?.usesTools === true },
    }),
  })(request)
}
