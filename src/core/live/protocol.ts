import { requestPath } from '../explain/request.ts'
import type { HttpAnswer } from '../http.ts'
import { ANTHROPIC_VERSION } from './adapters.ts'
import { post } from './climbing.ts'
import type { Askable, Climbing } from './climbing.ts'
import type { ProviderServer } from './key-check.ts'
import { isWebPage, judgeAnswer } from './reception.ts'
import type { Refusal } from './reception.ts'

/** The protocols that opgen speaks well enough to ask for a completion. */
export type Protocol = 'chat' | 'responses' | 'messages'

/** An endpoint behind the base URL. */
export interface Endpoint {
  readonly protocol: Protocol
  readonly path: string
}

const ENDPOINTS: readonly (Endpoint & { readonly npm: string })[] = [
  { protocol: 'chat', path: '/chat/completions', npm: '@ai-sdk/openai-compatible' },
  { protocol: 'responses', path: '/responses', npm: '@ai-sdk/openai' },
  { protocol: 'messages', path: '/messages', npm: '@ai-sdk/anthropic' },
]

/** The endpoint that an adapter asks; undefined: it speaks another protocol. */
export function endpointOf(npm: string): Endpoint | undefined {
  const path = requestPath(npm)
  const known = ENDPOINTS.find((endpoint) => path?.endsWith(endpoint.path))
  return path === undefined || known === undefined ? undefined : { protocol: known.protocol, path }
}

/** What answers at an endpoint. */
export type AtEndpoint =
  /** Something that speaks of the request. */
  | { readonly state: 'there'; readonly status: number }
  | { readonly state: 'absent'; readonly status: number; readonly isWebPage: boolean }
  /** Nothing can be said, but for this. */
  | { readonly state: 'refused'; readonly refusal: Refusal }

/** Ask an endpoint for nothing, which costs nothing: a request without a model is none. */
export function* askEndpoint(
  askable: Askable,
  path: string,
): Climbing<{ readonly found: AtEndpoint; readonly ms: number }> {
  const url = `${askable.server.baseURL}${path}`
  const { answer, ms } = yield* post(askable, { url, body: '{}' })
  return { found: judgeEndpoint(answer, url), ms }
}

/** What an answer to a request for nothing says about the endpoint. */
export function judgeEndpoint(answer: HttpAnswer, url: string): AtEndpoint {
  const reception = judgeAnswer(answer, { url, proof: 'models' })
  if (answer.state === 'failed') return { state: 'refused', refusal: lost(reception) }
  const { status } = answer
  switch (reception.kind) {
    case 'redirected':
    case 'not-reached':
    case 'key-rejected':
    case 'key-forbidden':
      return { state: 'refused', refusal: reception }
    case 'no-model-list':
      return speaksOfModel(answer)
        ? { state: 'there', status }
        : { state: 'absent', status, isWebPage: isWebPage(answer) }
    case 'server-fault':
      // Many servers stumble over a request without anything in it; gateways say so in a page.
      return isWebPage(answer)
        ? { state: 'refused', refusal: reception }
        : { state: 'there', status }
    case 'accepted':
    case 'web-page':
    case 'odd-answer':
      return isWebPage(answer)
        ? { state: 'absent', status, isWebPage: true }
        : { state: 'there', status }
    case 'no-credit':
    case 'rate-limited':
    case 'any-key':
      return { state: 'there', status }
  }
}

function lost(reception: ReturnType<typeof judgeAnswer>): Refusal {
  return reception.kind === 'accepted' ? { kind: 'not-reached', fault: 'unknown' } : reception
}

/** An endpoint that is there and has no such model says so, in JSON. */
function speaksOfModel({ contentType, body }: Extract<HttpAnswer, { state: 'answered' }>): boolean {
  return contentType.endsWith('json') && /\bmodels?\b/i.test(body)
}

/** The adapters whose endpoints are there, where the one that was expected is not. */
export function* findFitting(askable: Askable, expected: Protocol): Climbing<readonly string[]> {
  const fitting: string[] = []
  for (const { protocol, path, npm } of ENDPOINTS) {
    if (protocol === expected) continue
    const server = forProtocol(askable.server, protocol)
    const { found } = yield* askEndpoint({ ...askable, server }, path)
    if (found.state === 'there') fitting.push(npm)
  }
  return fitting
}

/** The same server, asked as the adapter of another protocol would ask it. */
function forProtocol(server: ProviderServer, protocol: Protocol): ProviderServer {
  const isStandard = server.keyHeader.name === server.adapter.header
  const isMessages = protocol === 'messages'
  const keyHeader = isMessages
    ? { name: 'x-api-key', format: '{key}' }
    : { name: 'authorization', format: 'Bearer {key}' }
  const besides = server.headers.filter(({ name }) => name !== ANTHROPIC_VERSION.name)
  return {
    ...server,
    keyHeader: isStandard ? keyHeader : server.keyHeader,
    headers: isMessages ? [...besides, ANTHROPIC_VERSION] : besides,
  }
}
