import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { settleOpenCode, type Sandbox } from '../../scripts/sandbox.mjs'
import { openCodeProgram } from '../../scripts/set-up.mjs'

/** A running `opencode serve`. */
export interface OpenCodeServer {
  /** Send a request; throws what came back when that is no success. */
  request(method: 'PUT' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<void>
  stop(): Promise<void>
}

/** Start the real OpenCode's server in a sandbox; ready when it says where it listens. */
export async function startOpenCodeServer(sandbox: Sandbox): Promise<OpenCodeServer> {
  await settleOpenCode(sandbox.configFolder)
  const child = spawn(openCodeProgram, ['serve', '--hostname', '127.0.0.1', '--port', '0'], {
    cwd: sandbox.work,
    env: sandbox.environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  // Also when whoever starts it gives up before it is ready.
  process.once('exit', () => child.kill('SIGKILL'))
  const ended = once(child, 'close')
  const address = await addressIn(createInterface({ input: child.stdout }))
  return {
    async request(method, path, body = {}) {
      const content = {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }
      const response = await fetch(`${address}${path}`, { ...content, method })
      const text = await response.text()
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
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
