import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { settleOpenCode, type Sandbox } from '../../scripts/sandbox.mjs'
import { openCodeProgram } from '../../scripts/set-up.mjs'
import type { JsonObject, Path } from '../../src/core/json.ts'

/** A running `opencode serve`. */
export interface OpenCodeServer {
  /** Send a request; throws what came back when that is no success. */
  request(method: 'PUT' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<void>
  /** Say something to a model; ends when it has answered or could not be asked, which is no failure. */
  say(provider: string, model: string, text: string): Promise<void>
  /**
   * The configuration of a folder as OpenCode reads and merges it, with what references stand for, and with nothing
   * hidden; undefined when it refuses it.
   */
  configIn(folder: string): Promise<JsonObject | undefined>
  /** The places that OpenCode complains of in the configuration of a folder; undefined when it takes it. */
  complaintsIn(folder: string): Promise<readonly Path[] | undefined>
  /** What it says of its own interface: OpenAPI, with the schema of its configuration. */
  interface(): Promise<JsonObject>
  stop(): Promise<void>
}

/** How OpenCode answers where it refuses a configuration. */
interface Complaint {
  readonly data?: { readonly issues?: readonly { readonly path: Path }[] }
}

/** Start the real OpenCode's server in a sandbox; ready when it says where it listens. */
export async function startOpenCodeServer(
  sandbox: Sandbox,
  environment: Readonly<Record<string, string>> = {},
): Promise<OpenCodeServer> {
  await settleOpenCode(sandbox.configFolder)
  const child = spawn(openCodeProgram, ['serve', '--hostname', '127.0.0.1', '--port', '0'], {
    cwd: sandbox.work,
    env: { ...sandbox.environment, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  // Also when whoever starts it gives up before it is ready.
  process.once('exit', () => child.kill('SIGKILL'))
  const ended = once(child, 'close')
  const address = await addressIn(createInterface({ input: child.stdout }))
  const send = async (method: string, path: string, body: object): Promise<string> => {
    const content = {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }
    const response = await fetch(`${address}${path}`, { ...content, method })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return text
  }
  return {
    async request(method, path, body = {}) {
      await send(method, path, body)
    },
    async say(providerID, modelID, text) {
      // A session without a title would ask the model for one.
      const session = await send('POST', '/session', { title: 'test' })
      const { id }: { readonly id: string } = JSON.parse(session)
      const said = { model: { providerID, modelID }, parts: [{ type: 'text', text }] }
      await send('POST', `/session/${id}/message`, said)
    },
    async configIn(folder) {
      const where = `directory=${encodeURIComponent(folder)}`
      const response = await fetch(`${address}/config?${where}`)
      const config: JsonObject = JSON.parse(await response.text())
      if (response.status === 400) return undefined
      if (!response.ok) throw new Error(`GET /config: ${response.status} ${JSON.stringify(config)}`)
      await send('POST', `/instance/dispose?${where}`, {})
      return config
    },
    async complaintsIn(folder) {
      const where = `directory=${encodeURIComponent(folder)}`
      const response = await fetch(`${address}/config?${where}`)
      const answer: Complaint = JSON.parse(await response.text())
      if (response.status === 400) return answer.data?.issues?.map(({ path }) => path) ?? []
      if (!response.ok) throw new Error(`GET /config: ${response.status}`)
      await send('POST', `/instance/dispose?${where}`, {})
      return undefined
    },
    async interface() {
      const response = await fetch(`${address}/doc`)
      const doc: JsonObject = JSON.parse(await response.text())
      return doc
    },
    async stop() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

async function addressIn(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) {
    const address = /http:\/\/\S+/.exec(line)?.[0]
    if (address !== undefined) return address
  }
  throw new Error('opencode serve ended without saying where it listens')
}
