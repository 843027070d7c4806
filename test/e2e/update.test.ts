import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import { freshSandbox } from '../support/fresh.ts'
import { loopbackListener } from '../support/loopback-server.ts'
import type { SeenRequest } from '../support/loopback-server.ts'
import { modelServer } from '../support/model-servers.ts'
import type { ServedModel } from '../support/model-servers.ts'
import { describedModels, openCode } from '../support/opencode.ts'
import { opgen, place, succeeds, textOf, writeManifest } from '../support/opgen.ts'
import { freshHttp } from '../support/raw-server.ts'
import { need } from '../support/tools.ts'

type Kind = Parameters<typeof modelServer>[0]

const KEY = 'test-key-acme'
const environment = { ACME_KEY: KEY }

const LARGE: ServedModel = {
  id: 'acme/large',
  name: 'Acme Large',
  window: 131_072,
  served: 32_768,
  output: 8192,
  price: { input: 0.6, output: 2.2, cached: 0.06 },
  sees: true,
  thinks: true,
  usesTools: true,
}
const PLAIN: ServedModel = { id: 'acme/plain', window: 65_536 }
/** Every server has one that nobody chats with, and most say so themselves. */
const BY_NAME: ServedModel = { id: 'text-embedding-3', window: 8192 }
const BY_WORD: ServedModel = { id: 'acme/vectors', window: 8192, embeds: true }

/** What OpenCode shows of a model. */
interface Shown {
  readonly name: string
  readonly limit: readonly [context: number, output: number]
  /** US dollars for a million tokens; OpenCode says 0 where nobody told. */
  readonly cost: readonly [input: number, output: number, cached: number]
  readonly can: readonly string[]
}

const FREE = [0, 0, 0] as const
const PRICED = [0.6, 2.2, 0.06] as const
/** What OpenCode takes for granted of a model of which nothing is known. */
const UNKNOWN = ['call tools'] as const

/** A model that is called by its id. */
function shown(limit: Shown['limit'], cost: Shown['cost'], can: Shown['can']): Omit<Shown, 'name'> {
  return { limit, cost, can }
}

const ALL = ['see', 'take files', 'think', 'call tools']

/** Per kind of server what it tells of the large and of the plain model, and all others that it lists. */
const KINDS: readonly (readonly [
  Kind,
  {
    readonly preset: string
    readonly large: Partial<Shown>
    readonly plain: Partial<Shown>
    readonly others: readonly ServedModel[]
  },
])[] = [
  [
    'openai',
    {
      preset: 'openai-compatible',
      // It tells nothing but ids; the catalogue knows one of them, at a vendor's with other prices.
      large: shown([200_000, 64_000], FREE, ['think', 'call tools']),
      plain: shown([0, 0], FREE, UNKNOWN),
      others: [BY_NAME],
    },
  ],
  [
    'openrouter',
    {
      preset: 'acme-router',
      large: { name: 'Acme Large', ...shown([131_072, 8192], PRICED, ALL) },
      plain: shown([65_536, 16_384], FREE, []),
      others: [BY_NAME, BY_WORD],
    },
  ],
  [
    'ollama',
    {
      preset: 'ollama',
      large: shown([32_768, 8192], FREE, ALL),
      plain: shown([65_536, 16_384], FREE, []),
      others: [BY_NAME, BY_WORD],
    },
  ],
  [
    'lmstudio',
    {
      preset: 'lmstudio',
      large: shown([32_768, 8192], FREE, ['see', 'take files', 'call tools']),
      plain: shown([65_536, 16_384], FREE, UNKNOWN),
      others: [BY_NAME, BY_WORD],
    },
  ],
  [
    'litellm',
    {
      preset: 'litellm',
      large: shown([131_072, 8192], PRICED, ALL),
      plain: shown([65_536, 16_384], FREE, UNKNOWN),
      others: [BY_NAME, BY_WORD],
    },
  ],
  [
    'vllm',
    {
      preset: 'vllm',
      large: shown([32_768, 8192], FREE, UNKNOWN),
      plain: shown([65_536, 16_384], FREE, UNKNOWN),
      others: [BY_NAME],
    },
  ],
  [
    'llamacpp',
    {
      preset: 'llamacpp',
      large: shown([32_768, 8192], FREE, ['see', 'take files', 'call tools']),
      plain: shown([65_536, 16_384], FREE, UNKNOWN),
      others: [BY_NAME],
    },
  ],
]

/** A preset of one's own for a server that lists its models as OpenRouter does. */
const ROUTER = `about: A router of our own
key: required
discover: openrouter
provider:
  npm: "@ai-sdk/openai-compatible"
  options: { baseURL: {{json baseURL}} }
`

const CATALOGUE = {
  vendor: {
    models: {
      'acme/large': {
        limit: { context: 200_000, output: 64_000 },
        cost: { input: 1, output: 2 },
        reasoning: true,
      },
    },
  },
}

/** A provider `acme` at this address, which is to have what it offers. */
async function discovering(baseURL: string, preset: string): Promise<Sandbox> {
  const sandbox = await freshSandbox()
  await place(join(sandbox.work, 'templates', 'acme-router.yaml.hbs'), ROUTER)
  const fields = `preset: ${preset}, baseURL: "${baseURL}", key: { env: ACME_KEY }`
  await writeManifest(
    sandbox,
    `version: 1\nproviders:\n  acme: { ${fields}, models: { discover: true } }\n`,
  )
  return sandbox
}

/** The models that the real OpenCode shows. */
async function shownModels(sandbox: Sandbox): Promise<Readonly<Record<string, Shown>>> {
  const models = await describedModels(sandbox, 'acme')
  return Object.fromEntries(
    [...models].map(([id, { name, limit, cost, capabilities }]) => {
      const can: readonly (readonly [boolean | undefined, string])[] = [
        [capabilities.input['image'], 'see'],
        [capabilities.attachment, 'take files'],
        [capabilities.reasoning, 'think'],
        [capabilities.toolcall, 'call tools'],
      ]
      return [
        id,
        {
          name,
          limit: [limit.context, limit.output],
          cost: [cost.input, cost.output, cost.cache.read],
          can: can.flatMap(([is, what]) => (is === true ? [what] : [])),
        },
      ]
    }),
  )
}

const tools = await need('opencode')
describe.skipIf(tools.skip)(`what a server offers is what OpenCode shows${tools.note}`, () => {
  test.each(KINDS)('of a server like %s', async (kind, { preset, large, plain, others }) => {
    const models = [LARGE, PLAIN, ...others]
    const { origin } = await freshHttp(modelServer(kind, { models, key: KEY }))
    const sandbox = await discovering(`${origin}/v1`, preset)
    const catalogue = join(sandbox.folder, 'models.json')
    await place(catalogue, kind === 'openai' ? JSON.stringify(CATALOGUE) : '{}')
    const update = ['update', '--catalogue', catalogue]

    const { stdout } = await succeeds(opgen(sandbox, update, { environment }))
    expect(stdout).toContain(
      others.length === 1
        ? '1 left out that is not for chats'
        : '2 left out that are not for chats',
    )
    expect(stdout).toContain('Wrote providers.lock.json: +2 models.\n')
    await succeeds(opgen(sandbox, ['apply'], { environment }))

    expect(await shownModels(sandbox)).toEqual({
      [LARGE.id]: { name: LARGE.id, ...large },
      [PLAIN.id]: { name: PLAIN.id, ...plain },
    })
    const lock = join(sandbox.work, 'providers.lock.json')
    const before = await textOf(lock)
    const again = await succeeds(opgen(sandbox, [...update, '--check'], { environment }))
    expect(again.stdout).toContain('Nothing to change.\n')
    expect(await textOf(lock)).toBe(before)
  })

  test('and OpenCode gets an answer from a model that nobody has typed', async () => {
    const seen: SeenRequest[] = []
    const list = modelServer('litellm', { models: [LARGE, BY_WORD], key: KEY })
    const chat = loopbackListener({ key: KEY, models: [LARGE.id], reply: 'pong' }, seen)
    const { origin } = await freshHttp((request, response) => {
      const answer = request.url === '/v1/chat/completions' ? chat : list
      answer(request, response)
    })
    const sandbox = await discovering(`${origin}/v1`, 'litellm')
    await succeeds(opgen(sandbox, ['update'], { environment }))
    await succeeds(opgen(sandbox, ['apply'], { environment }))

    const run = openCode(sandbox, ['run', '-m', `acme/${LARGE.id}`, 'ping'])
    expect((await succeeds(run)).stdout).toBe('pong\n')
    expect(seen.map(({ authorization }) => authorization)).toContain(`Bearer ${KEY}`)
  })

  test('and an apply needs no server', async () => {
    const { origin } = await freshHttp(modelServer('ollama', { models: [LARGE], key: KEY }))
    const sandbox = await discovering(`${origin}/v1`, 'ollama')
    await succeeds(opgen(sandbox, ['update'], { environment }))
    const offline = await freshSandbox()
    for (const name of ['providers.yaml', 'providers.lock.json']) {
      // Another laptop, where nobody listens.
      const text = (await textOf(join(sandbox.work, name))) ?? ''
      await place(join(offline.work, name), text.replaceAll(origin, 'http://127.0.0.1:1'))
    }
    await succeeds(opgen(offline, ['apply'], { environment }))
    expect(Object.keys(await shownModels(offline))).toEqual([LARGE.id])
  })
})
