import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { makeSandbox } from '../../scripts/sandbox.mjs'
import type { Explanation } from '../../src/core/explain/explanation.ts'
import { Secret } from '../../src/core/secret.ts'
import { startLoopbackServer, type SeenRequest } from '../support/loopback-server.ts'
import { startOpenCodeServer } from '../support/opencode-server.ts'
import { opgen, place, succeeds } from '../support/opgen.ts'
import { need } from '../support/tools.ts'

const COMPATIBLE = '@ai-sdk/openai-compatible'
const OPENAI = '@ai-sdk/openai'
const ANTHROPIC = '@ai-sdk/anthropic'

/** A provider with keys in some of the places where OpenCode looks for one. */
interface Combination {
  readonly npm: string
  readonly options?: object
  readonly env?: readonly string[]
  readonly model?: object
  readonly login?: object
}

const login = { type: 'api', key: 'test-key-login' }
const literal = { apiKey: 'test-key-literal' }
const header = { headers: { Authorization: 'Bearer test-key-header' } }
const authToken = 'test-key-token'

const COMBINATIONS: Readonly<Record<string, Combination>> = {
  nothing: { npm: COMPATIBLE },
  'a literal key': { npm: COMPATIBLE, options: literal },
  'a literal key and a login': { npm: COMPATIBLE, options: literal, login },
  'a variable and a login': { npm: COMPATIBLE, options: { apiKey: '{env:SET_KEY}' }, login },
  'an unset variable and a login': { npm: COMPATIBLE, options: { apiKey: '{env:UNSET}' }, login },
  'a blank text and a login': { npm: COMPATIBLE, options: { apiKey: ' ' }, login },
  'what looks like a variable': { npm: COMPATIBLE, options: { apiKey: '${SET_KEY}' }, login },
  'a file and a login': { npm: COMPATIBLE, options: { apiKey: '{file:./key.txt}' }, login },
  'an empty file and a login': {
    npm: COMPATIBLE,
    options: { apiKey: '{file:./no-key.txt}' },
    login,
  },
  'a login': { npm: COMPATIBLE, login },
  'a login with white space': { npm: COMPATIBLE, login: { type: 'api', key: ' test-key-login ' } },
  'a login and `env`': { npm: COMPATIBLE, env: ['SET_KEY'], login },
  'an empty login and `env`': {
    npm: COMPATIBLE,
    env: ['SET_KEY'],
    login: { type: 'api', key: '' },
  },
  'a login of no type and `env`': { npm: COMPATIBLE, env: ['SET_KEY'], login: { type: 'apikey' } },
  'an oauth login and `env`': {
    npm: COMPATIBLE,
    env: ['SET_KEY'],
    login: { type: 'oauth', refresh: 'x', access: 'test-key-access', expires: 4_102_444_800_000 },
  },
  '`env`': { npm: COMPATIBLE, env: ['SET_KEY'] },
  '`env` with an empty variable': { npm: COMPATIBLE, env: ['EMPTY_KEY'] },
  '`env` with two names': { npm: COMPATIBLE, env: ['SET_KEY', 'UNSET'] },
  'a header and a login': { npm: COMPATIBLE, options: header, login },
  'a header alone': { npm: COMPATIBLE, options: header },
  'an empty header and a login': {
    npm: COMPATIBLE,
    options: { headers: { Authorization: 'Bearer {env:UNSET}' } },
    login,
  },
  'two spellings of a header': {
    npm: COMPATIBLE,
    options: { headers: { Authorization: 'test-key-first', authorization: 'test-key-last' } },
  },
  'a header of the model and one of the options': {
    npm: COMPATIBLE,
    options: { ...literal, ...header },
    model: { headers: { AUTHORIZATION: 'Bearer test-key-model' } },
  },
  'another header': { npm: COMPATIBLE, options: { headers: { 'X-Api-Key': 'test-key-x' } }, login },
  'the variable of the adapter': { npm: OPENAI },
  'the variable of the adapter and a login': { npm: OPENAI, login },
  'the variable of the adapter and `env`': { npm: OPENAI, env: ['SET_KEY'] },
  'the variable of the adapter and `env` with two names': {
    npm: OPENAI,
    env: ['SET_KEY', 'UNSET'],
  },
  'the variable of the adapter and an unset one': {
    npm: OPENAI,
    options: { apiKey: '{env:UNSET}' },
  },
  'the variable of the adapter and an empty login': {
    npm: OPENAI,
    env: ['SET_KEY'],
    login: { type: 'api', key: '' },
  },
  'the variable of the adapter and a header': { npm: OPENAI, options: header },
  'no variable of the adapter': { npm: '@ai-sdk/xai' },
  'no variable of the adapter and a header': { npm: '@ai-sdk/xai', options: header },
  authToken: { npm: ANTHROPIC, options: { authToken } },
  'authToken and a login': { npm: ANTHROPIC, options: { authToken }, login },
  'authToken and an empty key': { npm: ANTHROPIC, options: { authToken, apiKey: '' } },
  'authToken and a header': { npm: ANTHROPIC, options: { authToken, ...header } },
  'an empty authToken': { npm: ANTHROPIC, options: { authToken: '' } },
  'authToken of an adapter that knows none': { npm: COMPATIBLE, options: { authToken }, login },
  'the header of an adapter and a login': {
    npm: ANTHROPIC,
    options: { headers: { 'X-Api-Key': 'test-key-header' } },
    login,
  },
}

const VARIABLES = {
  SET_KEY: 'test-key-set',
  EMPTY_KEY: '',
  OPENAI_API_KEY: 'test-key-openai',
  ANTHROPIC_API_KEY: 'test-key-anthropic',
}

interface Told {
  readonly explanation: Explanation
  readonly seen: readonly SeenRequest[]
}

/** Say something to every provider, and have each explained. */
async function tellAll(
  all: Readonly<Record<string, Combination>>,
  variables: Readonly<Record<string, string>>,
): Promise<{ readonly told: ReadonlyMap<string, Told>; readonly machineSecret: Uint8Array }> {
  const sandbox = await makeSandbox()
  const server = await startLoopbackServer({ key: undefined, models: [], reply: '' })
  const asked = Object.entries(all).map(([name, one], index) => ({ name, one, id: `acme${index}` }))
  const provider = Object.fromEntries(
    asked.map(({ id, one: { npm, env, options, model = {} } }) => {
      const address = { baseURL: `${server.baseURL}/${id}` }
      const names = env === undefined ? {} : { env }
      return [id, { npm, ...names, options: { ...address, ...options }, models: { model } }]
    }),
  )
  const logins = asked.flatMap(({ id, one }) => (one.login === undefined ? [] : [[id, one.login]]))
  await place(join(sandbox.configFolder, 'opencode.json'), JSON.stringify({ provider }))
  await place(join(sandbox.configFolder, 'key.txt'), 'test-key-file\n')
  await place(join(sandbox.configFolder, 'no-key.txt'), '\n')
  await place(sandbox.authFile, JSON.stringify(Object.fromEntries(logins)))
  const openCode = await startOpenCodeServer(sandbox, variables)
  const told = new Map<string, Told>()
  try {
    for (const { name, id } of asked) {
      await openCode.say(id, 'model', 'ping')
      const args = ['explain', id, '--json']
      const { stdout } = await succeeds(opgen(sandbox, args, { environment: variables }))
      const seen = server.seen.filter(({ path }) => path.startsWith(`/v1/${id}/`))
      told.set(name, { explanation: JSON.parse(stdout), seen })
    }
    const secret = await readFile(join(sandbox.stateFolder, 'machine-secret'), 'utf8')
    return { told, machineSecret: new Uint8Array(Buffer.from(secret.trim(), 'hex')) }
  } finally {
    await openCode.stop()
    await server.stop()
    await sandbox.remove()
  }
}

/** The keys that were sent, in whatever header an adapter has them. */
function keysIn(requests: readonly SeenRequest[]): readonly string[] {
  const sent = requests.flatMap(({ headers }) => [
    headers.authorization?.replace(/^Bearer ?/, '').trim() ?? '',
    // An adapter's own header; for others it is a header like any other.
    String(headers['x-api-key'] ?? ''),
  ])
  return [...new Set(sent.filter((key) => key !== '' && key !== 'test-key-x'))]
}

const { skip, note } = await need('opencode')

describe.skipIf(skip)(`the key that opgen explains${note}`, () => {
  let all: Awaited<ReturnType<typeof tellAll>> = {
    told: new Map(),
    machineSecret: new Uint8Array(),
  }

  beforeAll(async () => {
    all = await tellAll(COMBINATIONS, VARIABLES)
  })

  test.each(Object.keys(COMBINATIONS))('is the one that the real OpenCode sends: %s', (name) => {
    const one = all.told.get(name)
    if (one === undefined) throw new Error('it was not asked')
    const { outcome, winner } = one.explanation.keys.opencode1
    const prints = keysIn(one.seen).map((key) => new Secret(key).fingerprint(all.machineSecret))
    expect({ sent: one.seen.length > 0, keys: prints }).toEqual({
      sent: outcome !== 'nothing-sent',
      keys: outcome === 'key' ? [winner?.fingerprint] : [],
    })
  })

  test('is that of the variable which replaces auth.json', async () => {
    const logins = { acme0: { type: 'api', key: 'test-key-variable' } }
    const both = { 'a login': { npm: COMPATIBLE, login }, another: { npm: COMPATIBLE, login } }
    const environment = { OPENCODE_AUTH_CONTENT: JSON.stringify(logins) }
    const { told, machineSecret } = await tellAll(both, environment)
    const [first, second] = [...told.values()]
    expect(keysIn(first?.seen ?? [])).toEqual(['test-key-variable'])
    expect(first?.explanation.keys.opencode1.winner).toMatchObject({
      name: 'OPENCODE_AUTH_CONTENT',
      fingerprint: new Secret('test-key-variable').fingerprint(machineSecret),
    })
    expect(keysIn(second?.seen ?? [])).toEqual([])
    expect(second?.explanation.keys.opencode1.winner).toBeNull()
  })
})
