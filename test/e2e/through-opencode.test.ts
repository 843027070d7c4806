import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ACME_KEY as key, acmeAt, applied, through } from '../support/asked-through.ts'
import { freshSandbox, freshServer, servedModels } from '../support/fresh.ts'
import { place } from '../support/opgen.ts'
import { freshHttp } from '../support/raw-server.ts'
import { need } from '../support/tools.ts'

const [model, second] = servedModels
const OPENCODE = { version: '1.18.33' }
const LISTED = { ok: true, missing: [] }
const ANSWERED = { state: 'answered', model }

const { skip, note } = await need('opencode')

describe.skipIf(skip)(`a provider that is asked through OpenCode${note}`, () => {
  test.each([
    ['in auth.json', 'delivery: auth.json\n'],
    ['in a key file', 'delivery: keyfile\n'],
  ])('answers once, with its key %s', async (_, top) => {
    const server = await freshServer(key)
    const sandbox = await applied(`${top}${acmeAt(server.baseURL)}`)
    expect(await through(sandbox, { models: servedModels })).toMatchObject({
      state: 'asked',
      program: { path: join(sandbox.folder, 'bin', 'opencode'), ...OPENCODE },
      listing: LISTED,
      answer: ANSWERED,
    })
    expect(server.seen).toMatchObject([
      { method: 'POST', path: '/v1/chat/completions', authorization: `Bearer ${key}`, model },
    ])
  })

  test('answers once, with its key in a header of its own', async () => {
    const server = await freshServer(undefined)
    const keyIn = 'keyIn: { header: X-Acme-Key, format: "Key {key}" }'
    const sandbox = await applied(acmeAt(server.baseURL, keyIn))
    expect(await through(sandbox)).toMatchObject({ listing: LISTED, answer: ANSWERED })
    expect(server.seen.map(({ headers }) => headers['x-acme-key'])).toEqual([`Key ${key}`])
  })

  test('is not asked for a model that OpenCode does not list', async () => {
    const server = await freshServer(key)
    const sandbox = await applied(acmeAt(server.baseURL))
    const result = await through(sandbox, { models: ['gone', second], model: 'gone' })
    expect(result).toMatchObject({
      listing: { ok: true, missing: ['gone'] },
      answer: { state: 'not-asked', why: 'not-listed' },
    })
    expect(server.seen).toEqual([])
  })

  test('does not have a model that the server does not offer', async () => {
    const server = await freshServer(key)
    const sandbox = await applied(acmeAt(server.baseURL, '', ['made-up']))
    const answer = { state: 'refused', model: 'made-up', fault: 'not-found', status: 404 }
    expect(await through(sandbox, { models: ['made-up'] })).toMatchObject({
      listing: LISTED,
      answer,
    })
    expect(server.seen.length).toBe(1)
  })

  test('rejects a wrong key', async () => {
    const server = await freshServer(key)
    const sandbox = await applied(acmeAt(server.baseURL), 'test-key-wrong')
    const answer = { state: 'refused', model, fault: 'key-rejected', status: 401 }
    expect(await through(sandbox)).toMatchObject({ listing: LISTED, answer })
    expect(server.seen.length).toBe(1)
  })

  test('that answers with web pages is not asked without end', async () => {
    let asked = 0
    const { origin } = await freshHttp((_, response) => {
      asked += 1
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome</html>')
    })
    const sandbox = await applied(acmeAt(`${origin}/v1`))
    const answer = { state: 'refused', model, fault: 'nothing-said' }
    expect(await through(sandbox)).toMatchObject({ listing: LISTED, answer })
    expect(asked).toBeLessThan(10)
  })

  test.each([
    ['no JSON', '{ "provider": {'],
    ['of a wrong type', '{ "provider": { "acme": { "models": [1] } } }'],
    ['with a reference to nothing', '{ "username": "{file:./gone}" }'],
  ])('is not there where a config file is %s', async (_, text) => {
    const server = await freshServer(key)
    const sandbox = await applied(acmeAt(server.baseURL))
    await place(join(sandbox.configFolder, 'opencode.json'), text)
    expect(await through(sandbox)).toMatchObject({
      listing: { ok: false, fault: 'config-refused' },
      answer: { state: 'not-asked', why: 'no-listing' },
    })
    expect(server.seen).toEqual([])
  })

  test('is asked through an adapter that OpenCode has installed', async () => {
    const sandbox = await freshSandbox()
    const name = '@acme/adapter'
    const installed = join(sandbox.home, '.cache', 'opencode', 'packages', name)
    const here = join(installed, 'node_modules', name)
    await place(
      join(here, 'package.json'),
      JSON.stringify({ name, version: '1.0.0', type: 'module', main: 'index.js' }),
    )
    await place(join(here, 'index.js'), ADAPTER)
    const block = { npm: name, models: { [model]: {} } }
    await place(
      join(sandbox.configFolder, 'opencode.jsonc'),
      JSON.stringify({ provider: { acme: block } }),
    )
    expect(await through(sandbox)).toMatchObject({ listing: LISTED, answer: ANSWERED })
  })

  test('is hidden by a list, as it is for a person', async () => {
    const server = await freshServer(key)
    const sandbox = await applied(acmeAt(server.baseURL))
    const config = '{ "disabled_providers": ["acme"] }'
    const result = await through(sandbox, { models: [model] }, { OPENCODE_CONFIG_CONTENT: config })
    expect(result).toMatchObject({ listing: { ok: true, missing: [model] } })
  })

  test('is found wherever OpenCode reads it, with references that stay where they lead', async () => {
    const server = await freshServer(key)
    const block = (options: object): object => ({
      provider: { acme: { npm: '@ai-sdk/openai-compatible', options, models: { [model]: {} } } },
    })
    const sandbox = await freshSandbox()
    await place(join(sandbox.home, 'work', 'keys', 'acme'), `${key}\n`)
    await place(
      join(sandbox.home, 'work', 'opencode.json'),
      JSON.stringify(block({ apiKey: '{file:./keys/acme}' })),
    )
    await place(join(sandbox.home, '.opencode', 'opencode.jsonc'), JSON.stringify(block({})))
    const named = JSON.stringify(block({ baseURL: server.baseURL }))
    await place(join(sandbox.home, 'named.json'), `// mine\n${named}`)
    const environment = {
      OPENCODE_CONFIG: join(sandbox.home, 'named.json'),
      OPENCODE_CONFIG_DIR: join(sandbox.home, 'work'),
    }
    const result = await through(sandbox, { models: [model] }, environment)
    expect(result).toMatchObject({ listing: LISTED, answer: ANSWERED })
    expect(server.seen).toMatchObject([{ authorization: `Bearer ${key}` }])
  })
})

/** The least that OpenCode takes for an adapter: it asks nobody. */
const ADAPTER = `export const createAcme = () => ({
  languageModel: (modelId) => ({
    specificationVersion: 'v2',
    provider: 'acme',
    modelId,
    supportedUrls: {},
    doStream: async () => ({
      stream: new ReadableStream({
        start(controller) {
          controller.enqueue({ type: 'stream-start', warnings: [] })
          controller.enqueue({ type: 'text-start', id: '0' })
          controller.enqueue({ type: 'text-delta', id: '0', delta: 'pong' })
          controller.enqueue({ type: 'text-end', id: '0' })
          const usage = { inputTokens: 11, outputTokens: 3, totalTokens: 14 }
          controller.enqueue({ type: 'finish', finishReason: 'stop', usage })
          controller.close()
        },
      }),
    }),
  }),
})
`
