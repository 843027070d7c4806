import type { RequestListener } from 'node:http'
import type { Outcome } from '../../scripts/command.mjs'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import { freshSandbox } from './fresh.ts'
import { opgen, writeManifest } from './opgen.ts'

/* A machine with providers whose servers listen on loopback; keys come from variables. */

export const KEY = 'test-key-gw'

export const LIST = '{"object":"list","data":[{"id":"m"}]}'
export const BEARER = `Bearer ${KEY}`

/** A server that has the key, a list and an endpoint below `/v1`. */
export const working: RequestListener = (request, response) => {
  const isIn = request.headers.authorization === BEARER
  const route = `${request.method} ${request.url}`
  if (!isIn) response.writeHead(401).end()
  else if (route === 'GET /v1/models') response.end(LIST)
  else if (route === 'POST /v1/chat/completions') response.writeHead(400).end('{}')
  else response.writeHead(404).end('{}')
}

export interface LiveWorld {
  readonly sandbox: Sandbox
  readonly environment: Readonly<Record<string, string>>
}

/** A machine with these providers, by id: the fields of each as YAML. */
export async function worldOf(
  providers: Readonly<Record<string, string>>,
  environment: LiveWorld['environment'] = {},
): Promise<LiveWorld> {
  const sandbox = await freshSandbox()
  const lines = Object.entries(providers).map(([id, fields]) => {
    const models = fields.includes('models:') ? '' : 'models: [m], '
    return `  ${id}: { ${models}key: { env: GW_KEY }, ${fields} }\n`
  })
  await writeManifest(sandbox, `version: 1\nproviders:\n${lines.join('')}`)
  return { sandbox, environment: { GW_KEY: KEY, ...environment } }
}

/** A machine with the provider `gw` at this address. */
export function worldAt(
  baseURL: string,
  environment: LiveWorld['environment'] = {},
): Promise<LiveWorld> {
  return worldOf({ gw: `baseURL: "${baseURL}"` }, environment)
}

/** `opgen verify` with these arguments; a key that is shown throws. */
export async function verify(
  { sandbox, environment }: LiveWorld,
  ...args: readonly string[]
): Promise<Outcome> {
  const outcome = await opgen(sandbox, ['verify', ...args], { environment })
  if (`${outcome.stdout}${outcome.stderr}`.includes(KEY)) throw new Error('a key was shown')
  return outcome
}

/** What each step of each provider came to, e.g. `gw tls ok: signed by …`. */
export async function stepsOf(
  world: LiveWorld,
  ...args: readonly string[]
): Promise<{ readonly status: number; readonly steps: readonly string[] }> {
  const { status, stdout } = await verify(world, '--json', ...args)
  const { providers }: Told = JSON.parse(stdout)
  const steps = providers.flatMap(({ id, steps: own }) =>
    own.map(({ step, ok, skipped, detail, hint }) => {
      const state = ok ? (skipped === true ? '--' : 'ok') : 'FAIL'
      return `${id} ${step} ${state}: ${detail}${hint === undefined ? '' : `; ${hint}`}`
    }),
  )
  return { status, steps }
}

/** The last step of `gw` at a server, with the exit code. */
export async function lastOf(baseURL: string, ...args: readonly string[]): Promise<string> {
  const { status, steps } = await stepsOf(await worldAt(baseURL), ...args)
  return `${status} ${steps.at(-1)}`
}

interface Told {
  readonly providers: readonly {
    readonly id: string
    readonly steps: readonly {
      readonly step: string
      readonly ok: boolean
      readonly skipped?: boolean
      readonly detail: string
      readonly hint?: string
    }[]
  }[]
}
