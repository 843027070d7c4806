import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { makeSandbox } from '../../scripts/sandbox.mjs'
import { openCodeProgram } from '../../scripts/set-up.mjs'
import { BUNDLED_ADAPTERS, fallbackVariables, takesFallback } from '../../src/core/adapters.ts'
import type { KeyPlace } from '../../src/core/adapters.ts'
import type { KeyIn } from '../../src/core/wanted.ts'
import { startLoopbackServer, type SeenRequest } from '../support/loopback-server.ts'
import { startOpenCodeServer } from '../support/opencode-server.ts'
import { place } from '../support/opgen.ts'
import { need } from '../support/tools.ts'

const KEY = 'test-key-acme'

/** Two adapters take this one; it names a file. */
const GOOGLE_LOGIN = 'GOOGLE_APPLICATION_CREDENTIALS'

/** All but one that sends nothing before Google has given it a token for a login of gcloud. */
const ASKED = BUNDLED_ADAPTERS.filter((npm) => npm !== '@ai-sdk/google-vertex/anthropic')

/** One of them then sends nothing before Google has given it a token, too. */
const REFERRED = ASKED.filter((npm) => npm !== '@ai-sdk/google-vertex')

/** The most used ones, and those that do not behave as most do. */
const SOME = ASKED.filter((npm) =>
  /openai|anthropic|google|azure|bedrock$|xai|mistral|groq|openrouter|gitlab/.test(npm),
)

/** Variables that one might expect to be taken, too. */
const OTHERS = [
  'ANTHROPIC_AUTH_TOKEN',
  'GEMINI_API_KEY',
  'GITHUB_TOKEN',
  'CO_API_KEY',
  'V0_API_KEY',
]
/** Variables that decide the address where the block has none. */
const NOWHERE = 'http://127.0.0.1:1/v1'
const ADDRESSES = {
  OPENAI_BASE_URL: NOWHERE,
  ANTHROPIC_BASE_URL: NOWHERE,
  AZURE_RESOURCE_NAME: 'x',
}

/** The gateway's adapter looks into its token for the time at which it ends. */
const TOKEN = ['{"alg":"none"}', '{"exp":4102444800}', 'test-key-vercel']
  .map((part) => Buffer.from(part).toString('base64url'))
  .join('.')

/** What every variable is set to: values that can be told apart. */
const VARIABLES: Readonly<Record<string, string>> = Object.fromEntries(
  [...BUNDLED_ADAPTERS.flatMap(fallbackVariables), ...OTHERS]
    .filter((name) => name !== GOOGLE_LOGIN)
    .map((name) => [name, name === 'VERCEL_OIDC_TOKEN' ? TOKEN : `test-key-${name}`]),
)

interface Asked {
  readonly npm: string
  /** Where the key is; undefined: nowhere. */
  readonly keyIn?: KeyPlace
  /** The adapter of the provider, where only its model names the other one. */
  readonly around?: string
}

/** Ask a provider for each of these, in one OpenCode, and give what each sent, in their order. */
async function askAll(
  all: readonly Asked[],
  variables: Readonly<Record<string, string>>,
): Promise<readonly (readonly SeenRequest[])[]> {
  const sandbox = await makeSandbox()
  const server = await startLoopbackServer({ key: undefined, models: [], reply: '' })
  const asked = all.map((one, index) => ({ ...one, id: `acme${index}` }))
  const blocks = asked.map((one) => [one.id, blockOf(one, `${server.baseURL}/${one.id}`)] as const)
  const logins = asked.filter(({ keyIn }) => keyIn?.kind === 'apiKey')
  const auth = logins.map(({ id }) => [id, { type: 'api', key: KEY }] as const)
  const provider = Object.fromEntries(blocks)
  const config = { $schema: 'https://opencode.ai/config.json', provider }
  await place(join(sandbox.configFolder, 'opencode.json'), JSON.stringify(config))
  await place(sandbox.authFile, JSON.stringify(Object.fromEntries(auth)))

  const openCode = await startOpenCodeServer(sandbox, { ...variables, ...ADDRESSES })
  try {
    const queue = asked.values()
    const askNext = async (): Promise<void> => {
      for (const { id, npm } of queue) await openCode.say(id, modelOf(npm), 'ping')
    }
    await Promise.all([askNext(), askNext()])
  } finally {
    await openCode.stop()
    await server.stop()
    await sandbox.remove()
  }
  return asked.map(({ id }) => server.seen.filter(({ path }) => path.startsWith(`/v1/${id}/`)))
}

function blockOf({ npm, keyIn, around }: Asked, url: string): object {
  const model = around === undefined ? {} : { provider: { npm } }
  const options = { ...addressOf(npm, url), ...keyOptions(keyIn) }
  return { npm: around ?? npm, options, models: { [modelOf(npm)]: model } }
}

function addressOf(npm: string, url: string): object {
  if (npm === 'gitlab-ai-provider') return { instanceUrl: url }
  return npm.includes('bedrock') ? { baseURL: url, region: 'eu-west-1' } : { baseURL: url }
}

function keyOptions(keyIn: KeyPlace | undefined): object {
  if (keyIn?.kind === 'reference') return { apiKey: '{env:ACME_UNSET}' }
  if (keyIn?.kind === 'authToken') return { authToken: KEY }
  return keyIn?.kind === 'header' ? { headers: { [keyIn.name]: KEY } } : {}
}

function modelOf(npm: string): string {
  return npm === 'gitlab-ai-provider' ? 'duo-chat-haiku-4-5' : 'model'
}

/** The variables whose values are in a header of one of these requests. */
function sentVariables(requests: readonly SeenRequest[]): readonly string[] {
  return Object.keys(VARIABLES).filter((name) => isSent(requests, VARIABLES[name] ?? ''))
}

function isSent(requests: readonly SeenRequest[], value: string): boolean {
  const sent = requests.flatMap(({ headers }) => Object.values(headers).map(String))
  return sent.some((text) => text.includes(value))
}

function header(name: string): KeyIn {
  return { kind: 'header', name, format: '{key}' }
}

/** The adapters that are asked in each situation, all in one OpenCode. */
const SITUATIONS: Readonly<Record<string, readonly Asked[]>> = {
  'no key': ASKED.map((npm) => ({ npm })),
  'a model': SOME.map((npm) => ({ npm, around: '@ai-sdk/openai-compatible' })),
  'auth.json': ASKED.map((npm) => ({ npm, keyIn: { kind: 'apiKey' } })),
  'an unset variable': REFERRED.map((npm) => ({ npm, keyIn: { kind: 'reference' } })),
  authToken: SOME.map((npm) => ({ npm, keyIn: { kind: 'authToken' } })),
  'X-Acme-Key': SOME.map((npm) => ({ npm, keyIn: header('X-Acme-Key') })),
  AUTHORIZATION: SOME.map((npm) => ({ npm, keyIn: header('AUTHORIZATION') })),
  'X-Api-Key': SOME.map((npm) => ({ npm, keyIn: header('X-Api-Key') })),
  'x-goog-api-key': SOME.map((npm) => ({ npm, keyIn: header('x-goog-api-key') })),
  'Api-Key': SOME.map((npm) => ({ npm, keyIn: header('Api-Key') })),
}

const { skip, note } = await need('opencode')

describe.skipIf(skip)(`the adapters of the real OpenCode${note}`, () => {
  let seen: ReadonlyMap<Asked, readonly SeenRequest[]> = new Map()

  beforeAll(async () => {
    const all = Object.values(SITUATIONS).flat()
    const answers = await askAll(all, VARIABLES)
    seen = new Map(all.map((asked, index) => [asked, answers[index] ?? []]))
  })

  /** By adapter, what was seen of it in a situation. */
  function each(situation: string, look: (requests: readonly SeenRequest[]) => unknown): object {
    const asked = SITUATIONS[situation] ?? []
    return Object.fromEntries(asked.map((one) => [one.npm, look(seen.get(one) ?? [])]))
  }

  test('are the ones that opgen knows, and no other', async () => {
    const program = await readFile(openCodeProgram)
    const start = program.indexOf('"@ai-sdk/amazon-bedrock":()=>import(')
    expect(start).toBeGreaterThan(0)
    const table = program.toString('latin1', start, program.indexOf('}', start))

    const names = [...table.matchAll(/"([^"]+)":\(\)=>import\(/g)].map(([, name]) => name)
    expect(new Set(names)).toEqual(new Set(BUNDLED_ADAPTERS))
  })

  test.each(Object.keys(SITUATIONS))('were all asked: %s', (situation) => {
    const asked = SITUATIONS[situation] ?? []
    const all = Object.fromEntries(asked.map(({ npm }) => [npm, true]))
    expect(each(situation, (requests) => requests.length > 0)).toEqual(all)
  })

  test.each(['no key', 'a model'])(
    'send the variable that opgen says to the address in the block: %s',
    (situation) => {
      const asked = SITUATIONS[situation] ?? []
      const preferred = asked.map(({ npm }) => [npm, fallbackVariables(npm).slice(0, 1)] as const)
      expect(each(situation, sentVariables)).toEqual(Object.fromEntries(preferred))
    },
  )

  test('send another variable where the first is not set', async () => {
    const first = new Set(BUNDLED_ADAPTERS.map((npm) => fallbackVariables(npm)[0]))
    const rest = Object.entries(VARIABLES).filter(([name]) => !first.has(name))
    const asked = BUNDLED_ADAPTERS.filter((npm) => /bedrock|gateway|together/.test(npm))

    const answers = await askAll(
      asked.map((npm) => ({ npm })),
      Object.fromEntries(rest),
    )

    const sent = asked.map((npm, index) => [npm, sentVariables(answers[index] ?? [])] as const)
    expect(Object.fromEntries(sent)).toEqual({
      '@ai-sdk/amazon-bedrock': ['AWS_ACCESS_KEY_ID', 'AWS_SESSION_TOKEN'],
      '@ai-sdk/amazon-bedrock/mantle': ['AWS_ACCESS_KEY_ID', 'AWS_SESSION_TOKEN'],
      '@ai-sdk/gateway': ['VERCEL_OIDC_TOKEN'],
      '@ai-sdk/togetherai': ['TOGETHER_AI_API_KEY'],
    })
    for (const [npm, names] of sent) {
      expect(fallbackVariables(npm)).toEqual(expect.arrayContaining([...names]))
    }
  })

  test('send the key that is in auth.json', () => {
    const all = Object.fromEntries(ASKED.map((npm) => [npm, true]))
    expect(each('auth.json', (requests) => isSent(requests, KEY))).toEqual(all)
  })

  test.each(Object.keys(SITUATIONS))('take no other key where opgen says so: %s', (situation) => {
    const asked = SITUATIONS[situation] ?? []
    const said = asked.map(({ npm, keyIn }) => [npm, takesFallback(npm, keyIn)] as const)
    const really = each(situation, (requests) => sentVariables(requests).length > 0)
    expect(really).toEqual(Object.fromEntries(said))
  })
})
