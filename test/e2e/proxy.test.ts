import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runCommand } from '../../scripts/command.mjs'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import { openCodeProgram } from '../../scripts/set-up.mjs'
import { freshSandbox, freshServer, servedModels } from '../support/fresh.ts'
import { openCode } from '../support/opencode.ts'
import { place } from '../support/opgen.ts'
import { HERE, OTHER, PROXY, PROXY_CASES } from '../support/proxy-cases.ts'
import type { ProxyCase } from '../support/proxy-cases.ts'
import { CERTIFICATE, freshHttp, freshHttps, freshProxy, nowhere } from '../support/raw-server.ts'
import { need } from '../support/tools.ts'

const KEY = 'test-key-acme'

/** A configuration with the provider `acme` at this address. */
async function configure(sandbox: Sandbox, baseURL: string): Promise<void> {
  const options = { baseURL, apiKey: KEY }
  const models = Object.fromEntries(servedModels.map((model) => [model, {}]))
  const acme = { npm: '@ai-sdk/openai-compatible', options, models }
  const config = { $schema: 'https://opencode.ai/config.json', provider: { acme } }
  await place(join(sandbox.configFolder, 'opencode.jsonc'), JSON.stringify(config))
}

/** Where the requests of OpenCode's own runtime go. */
async function goesOf({ url, env }: ProxyCase): Promise<ProxyCase['goes']> {
  const sandbox = await freshSandbox()
  const here: unknown[] = []
  const { origin } = await freshHttp((request, response) => {
    here.push(request.url)
    response.end()
  })
  const proxy = await freshProxy(origin)
  const other = await nowhere()
  const real = (text: string): string =>
    [
      [PROXY, proxy.origin],
      [OTHER, other.origin],
      [HERE, origin],
    ].reduce((whole, [from = '', to = '']) => whole.replaceAll(hostOf(from), hostOf(to)), text)
  const script = join(sandbox.work, 'ask.mjs')
  await place(script, `await fetch(${JSON.stringify(real(url))}).catch(() => {})`)
  const given = Object.entries(env).map(([name, value]) => [name, real(value)])
  const { NO_PROXY: _, ...environment } = sandbox.environment
  await runCommand(openCodeProgram, ['run', script], {
    folder: sandbox.work,
    // The program is then the runtime that it is made with.
    environment: { ...environment, BUN_BE_BUN: '1', ...Object.fromEntries(given) },
  })
  if (proxy.seen.length > 0) return 'through'
  return url === HERE && here.length === 0 ? 'nowhere' : 'directly'
}

function hostOf(origin: string): string {
  return origin.replace('http://', '')
}

const tool = await need('opencode')
describe.skipIf(tool.skip)(`opencode${tool.note}`, () => {
  test.each(PROXY_CASES)('goes $goes to $url with $env', async (given) => {
    expect(await goesOf(given)).toBe(given.goes)
  })

  test('asks a provider over a tunnel, in which the proxy sees no key', async () => {
    const seen: unknown[] = []
    const { origin } = await freshHttps((request, response) => {
      seen.push(request.headers.authorization)
      response.writeHead(400, { 'content-type': 'application/json' }).end('{}')
    })
    const proxy = await freshProxy(origin)
    const sandbox = await freshSandbox()
    await configure(sandbox, `${origin}/v1`)
    await openCode(sandbox, ['run', '-m', `acme/${servedModels[0]}`, 'ping'], {
      NODE_EXTRA_CA_CERTS: CERTIFICATE,
      HTTPS_PROXY: proxy.origin,
      NO_PROXY: '',
    })
    expect(seen).toContain(`Bearer ${KEY}`)
    expect(proxy.seen[0]).toMatchObject({ method: 'CONNECT', target: new URL(origin).host })
    expect(JSON.stringify(proxy.seen)).not.toContain(KEY)
  })

  test('asks one on this machine through a proxy, too, unless $NO_PROXY names it', async () => {
    const server = await freshServer(KEY)
    const { origin } = new URL(server.baseURL)
    const proxy = await freshProxy(origin)
    const sandbox = await freshSandbox()
    await configure(sandbox, server.baseURL)
    const say = async (noProxy: string): Promise<number> => {
      const before = proxy.seen.length
      const environment = { HTTP_PROXY: proxy.origin, NO_PROXY: noProxy }
      const args = ['run', '-m', `acme/${servedModels[0]}`, 'ping']
      expect(await openCode(sandbox, args, environment)).toMatchObject({ stdout: 'pong\n' })
      return proxy.seen.length - before
    }
    expect(await say('localhost')).toBeGreaterThan(0)
    expect(await say('127.0.0.1')).toBe(0)
  })
})
