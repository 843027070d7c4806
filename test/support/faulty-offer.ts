import { join } from 'node:path'
import { expect } from 'vitest'
import type { Outcome } from '../../scripts/command.mjs'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import { freshSandbox } from './fresh.ts'
import { modelServer } from './model-servers.ts'
import { opgen, place, textOf, writeManifest } from './opgen.ts'
import { freshHttp } from './raw-server.ts'

export const KEYS = { ACME_KEY: 'test-key-acme', OTHER_KEY: 'test-key-other' }

/* Two providers: the server of `acme` misbehaves, and that of `other` has a model that is not locked yet. */

export interface World {
  readonly sandbox: Sandbox
  readonly lock: string
  /** The lock file as it was, and with what the other server has. */
  readonly before: string
  readonly after: string
}

export async function worldAt(origin: string): Promise<World> {
  const sandbox = await freshSandbox()
  const models = [{ id: 'fresh', window: 65_536 }]
  const other = await freshHttp(modelServer('vllm', { models, key: KEYS.OTHER_KEY }))
  await writeManifest(
    sandbox,
    `version: 1\nproviders:\n${entry('acme', origin)}${entry('other', other.origin)}`,
  )
  const lock = join(sandbox.work, 'providers.lock.json')
  const before = locked([['acme', origin, 'known']])
  await place(lock, before)
  const after = locked([
    ['acme', origin, 'known'],
    ['other', other.origin, 'fresh'],
  ])
  return { sandbox, lock, before, after }
}

function entry(id: string, at: string): string {
  return `  ${id}:
    baseURL: ${at}/v1
    preset: vllm
    key: { env: ${id.toUpperCase()}_KEY }
    models: { discover: true }
`
}

/** A lock file with one model of each provider. */
export function locked(
  providers: readonly (readonly [id: string, origin: string, model: string])[],
): string {
  const limit = '"limit": { "context": 65536, "output": 16384 }'
  const from = '"from": { "limit.context": "server", "limit.output": "derived" }'
  const blocks = providers.map(
    ([id, origin, model]) => `    "${id}": {
      "${origin}/v1": {
        "discover": { "exclude": [] },
        "models": {
          "${model}": { ${limit}, ${from} }
        }
      }
    }`,
  )
  return `{\n  "version": 1,\n  "providers": {\n${blocks.join(',\n')}\n  }\n}\n`
}

export function run({ sandbox }: World, ...args: readonly string[]): Promise<Outcome> {
  return opgen(sandbox, args, { environment: KEYS })
}

/** What comes of asking a server that misbehaves, in three ways. */
interface Asked {
  readonly codes: readonly number[]
  /** What is said; the first time as JSON. */
  readonly said: readonly string[]
  readonly states: unknown
  /** Whether the lock file is what it was, and then has what the other server offers beside that. */
  readonly isAsItWas: boolean
  readonly hasOther: boolean
  readonly showsKey: boolean
}

/** Ask the server at this address alone, beside the other one, and for its models. */
export async function askedAt(origin: string, ...options: readonly string[]): Promise<Asked> {
  const world = await worldAt(origin)
  const alone = await run(world, 'update', 'acme', '--json', ...options)
  const isAsItWas = (await textOf(world.lock)) === world.before
  const both = await run(world, 'update', ...options)
  const hasOther = (await textOf(world.lock)) === world.after
  const models = await run(world, 'models', 'acme', ...options)
  const all = [alone, both, models]
  const { providers } = JSON.parse(alone.stdout)
  return {
    codes: all.map(({ status }) => status),
    said: all.map(({ stdout, stderr }) => (stdout + stderr).replaceAll(/\s+/g, ' ')),
    states: providers.map(({ state }: { readonly state: unknown }) => state),
    isAsItWas,
    hasOther,
    showsKey: all.some(({ stdout, stderr }) => `${stdout}${stderr}`.includes('test-key')),
  }
}

/** What was known stays, the other provider is updated, no key is shown, and this is said each time. */
export function refusedFor(reason: string): unknown {
  const told: unknown = expect.stringContaining(reason)
  return {
    codes: [1, 1, 1],
    said: [told, told, told],
    states: ['failed'],
    isAsItWas: true,
    hasOther: true,
    showsKey: false,
  }
}
