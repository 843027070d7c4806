import { once } from 'node:events'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { DESTINATION_HEADERS, DESTINATION_OPTIONS } from '../../src/core/adapters.ts'
import { freshSandbox, freshServer } from '../support/fresh.ts'
import { startOpenCodeServer } from '../support/opencode-server.ts'
import { place } from '../support/opgen.ts'
import { need } from '../support/tools.ts'

/** The hosts that a proxy is asked for. It lets nobody through. */
async function freshProxy(): Promise<{ readonly url: string; readonly hosts: Set<string> }> {
  const hosts = new Set<string>()
  const server = createServer()
  server.on('connect', ({ url = '' }, socket) => {
    hosts.add(url)
    // Whom it turns away may already have hung up.
    socket.on('error', () => {})
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not a TCP server')
  return { url: `http://127.0.0.1:${address.port}`, hosts }
}

const KEY = 'test-key-acme'

/** Option, a provider's id and adapter, a text, and the host that is asked for because of it. */
const ROWS = [
  // The texts of some are pasted into a host name: a slash in them ends it.
  ['resourceName', 'a', '@ai-sdk/azure', 'a.example/', 'a.example'],
  ['region', 'b', '@ai-sdk/amazon-bedrock', 'b.example/', 'bedrock-runtime.b.example'],
  ['region', 'c', '@ai-sdk/amazon-bedrock/mantle', 'c.example/', 'bedrock-mantle.c.example'],
  ['endpoint', 'amazon-bedrock', '@ai-sdk/amazon-bedrock', 'https://d.example', 'd.example'],
  ['baseUrl', 'e', '@openrouter/ai-sdk-provider', 'https://e.example', 'e.example'],
  ['instanceUrl', 'f', 'gitlab-ai-provider', 'https://f.example', 'f.example'],
  ['account', 'snowflake-cortex', '@ai-sdk/openai-compatible', 'g.example/', 'g.example'],
] as const

function blockOf(npm: string, options: object): object {
  return { npm, options: { ...options, apiKey: KEY }, models: { [modelOf(npm)]: {} } }
}

function modelOf(npm: string): string {
  return npm === 'gitlab-ai-provider' ? 'duo-chat-haiku-4-5' : 'model'
}

const { skip, note } = await need('opencode')

describe.skipIf(skip)(`where the real OpenCode sends a key${note}`, () => {
  test('is decided by the options that opgen knows, and by the header `host`', async () => {
    const sandbox = await freshSandbox()
    const proxy = await freshProxy()
    const server = await freshServer(KEY)
    const npm = '@ai-sdk/openai-compatible'
    const blocks = ROWS.map(
      ([option, id, of, text]) => [id, blockOf(of, { [option]: text })] as const,
    )
    const shared = blockOf(npm, { baseURL: server.baseURL, headers: { Host: 'h.example' } })
    const provider = { ...Object.fromEntries(blocks), shared }
    const config = { $schema: 'https://opencode.ai/config.json', provider }
    await place(join(sandbox.configFolder, 'opencode.json'), JSON.stringify(config))

    const openCode = await startOpenCodeServer(sandbox, { HTTPS_PROXY: proxy.url })
    try {
      for (const [, id, of] of ROWS) await openCode.say(id, modelOf(of), 'ping')
      await openCode.say('shared', modelOf(npm), 'ping')
    } finally {
      await openCode.stop()
    }

    expect([...proxy.hosts]).toEqual(ROWS.map(([, , , , host]) => `${host}:443`))
    expect(DESTINATION_OPTIONS).toEqual(expect.arrayContaining(ROWS.map(([option]) => option)))
    expect(server.seen.map(({ headers }) => headers.host)).toEqual(['h.example'])
    expect(DESTINATION_HEADERS).toContain('host')
  })
})
