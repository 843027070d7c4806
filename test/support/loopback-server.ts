import { once } from 'node:events'
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http'

/** What the server was asked, in order of arrival. */
export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly authorization: string | undefined
  /** All of them, names in lower case. */
  readonly headers: IncomingHttpHeaders
  readonly model: string | undefined
}

export interface LoopbackServer {
  /** Base URL for a provider: `http://127.0.0.1:<port>/v1`. */
  readonly baseURL: string
  readonly seen: readonly SeenRequest[]
  stop(): Promise<void>
}

interface LoopbackOptions {
  /** The bearer token to demand; undefined demands that there is none. */
  readonly key: string | undefined
  /** Those that it knows; undefined: whatever it is asked for. */
  readonly models: readonly string[] | undefined
  readonly reply: string
}

/** Start an OpenAI-compatible server on loopback that answers only who has the right key. */
export async function startLoopbackServer(options: LoopbackOptions): Promise<LoopbackServer> {
  const seen: SeenRequest[] = []
  const server = createServer(loopbackListener(options, seen))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not a TCP server')
  return {
    baseURL: `http://127.0.0.1:${address.port}/v1`,
    seen,
    async stop() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** The same for a server of the test's own. @param seen where it notes what it was asked */
export function loopbackListener(options: LoopbackOptions, seen: SeenRequest[]): RequestListener {
  return (request, response) => void answer(request, response, options, seen)
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: LoopbackOptions,
  seen: SeenRequest[],
): Promise<void> {
  const body = await readBody(request)
  const model = typeof body?.['model'] === 'string' ? body['model'] : undefined
  const { method = '', url: path = '' } = request
  const { headers } = request
  const { authorization } = headers
  seen.push({ method, path, authorization, headers, model })

  const expected = options.key === undefined ? undefined : `Bearer ${options.key}`
  if (authorization !== expected) return refuse(response, 401, 'the key is not the right one')
  if (method === 'GET' && path === '/v1/models') return list(response, options.models ?? [])
  if (method !== 'POST' || path !== '/v1/chat/completions') {
    return refuse(response, 404, `no route ${method} ${path}`)
  }
  if (model === undefined || options.models?.includes(model) === false) {
    return refuse(response, 404, `no model ${model}`)
  }
  const streamed = body?.['stream'] === true
  return streamed
    ? stream(response, model, options.reply)
    : complete(response, model, options.reply)
}

async function readBody(
  request: IncomingMessage,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  const text = Buffer.concat(chunks).toString()
  return text === '' ? undefined : JSON.parse(text)
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ error: { message, type: 'invalid_request_error' } }))
}

function list(response: ServerResponse, models: readonly string[]): void {
  const data = models.map((id) => ({ id, object: 'model', created: 0, owned_by: 'loopback' }))
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ object: 'list', data }))
}

const usage = { prompt_tokens: 11, completion_tokens: 3, total_tokens: 14 }

function complete(response: ServerResponse, model: string, reply: string): void {
  const message = { role: 'assistant', content: reply }
  const choices = [{ index: 0, message, finish_reason: 'stop' }]
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(
    JSON.stringify({ id: 'c1', object: 'chat.completion', created: 0, model, choices, usage }),
  )
}

/** The reply as server-sent events, in two pieces, as streaming servers send it. */
function stream(response: ServerResponse, model: string, reply: string): void {
  const base = { id: 'c1', object: 'chat.completion.chunk', created: 0, model }
  const send = (delta: object, finish: string | null = null): void => {
    const choices = [{ index: 0, delta, finish_reason: finish }]
    // With the last choice, as not every adapter knows a chunk without one.
    const used = finish === null ? {} : { usage }
    response.write(`data: ${JSON.stringify({ ...base, choices, ...used })}\n\n`)
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  send({ role: 'assistant', content: reply.slice(0, 2) })
  send({ content: reply.slice(2) })
  send({}, 'stop')
  response.end('data: [DONE]\n\n')
}
