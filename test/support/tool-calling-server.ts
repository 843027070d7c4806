import { once } from 'node:events'
import { createServer } from 'node:http'
import type { ServerResponse } from 'node:http'

/** A tool that a model calls, and with what. */
export interface ToolCall {
  readonly name: string
  readonly arguments: object
}

export interface ToolCallingServer {
  readonly baseURL: string
  /** What the tool came to, as the model is told; empty while it was not. */
  readonly results: readonly string[]
  stop(): Promise<void>
}

/** Start an OpenAI-compatible server whose model calls one tool, and then is done. */
export async function startToolCallingServer(call: ToolCall): Promise<ToolCallingServer> {
  const results: string[] = []
  let called = false
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => (text += chunk.toString()))
    request.on('end', () => {
      const { messages, tools = [] }: Conversation = JSON.parse(text)
      for (const { role, content } of messages) if (role === 'tool') results.push(content)
      // The title of the session is asked for without tools.
      const isCalled = tools.length > 0 && !called
      called ||= isCalled
      answer(response, isCalled ? call : undefined)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not a TCP server')
  return {
    baseURL: `http://127.0.0.1:${address.port}/v1`,
    results,
    async stop() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

interface Conversation {
  readonly messages: readonly { readonly role: string; readonly content: string }[]
  readonly tools?: readonly object[]
}

function answer(response: ServerResponse, call: ToolCall | undefined): void {
  const send = (delta: object, finish: string | null = null): void => {
    const choices = [{ index: 0, delta, finish_reason: finish }]
    const chunk = { id: 'c1', object: 'chat.completion.chunk', created: 0, model: 'm', choices }
    response.write(`data: ${JSON.stringify(chunk)}\n\n`)
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  if (call === undefined) send({ role: 'assistant', content: 'done' })
  else {
    const made = { name: call.name, arguments: JSON.stringify(call.arguments) }
    send({
      role: 'assistant',
      tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: made }],
    })
  }
  send({}, call === undefined ? 'stop' : 'tool_calls')
  response.end('data: [DONE]\n\n')
}
