import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Outcome } from '../../scripts/command.mjs'
import { settleOpenCode } from '../../scripts/sandbox.mjs'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import { openCodeProgram } from '../../scripts/set-up.mjs'
import { watchArguments } from '../support/argument-watch.ts'
import { freshSandbox, freshServer, servedModels } from '../support/fresh.ts'
import { keptTexts } from '../support/kept-texts.ts'
import { leaks } from '../support/leaks.ts'
import type { LoopbackServer } from '../support/loopback-server.ts'
import { opgen, place, succeeds, textOf, writeManifest } from '../support/opgen.ts'
import { need } from '../support/tools.ts'
import { outside, readTree, traceOf } from '../support/tree.ts'

/** With what replacements, shells and JavaScript give a meaning to. */
const key = "test-key-acme-$&-`$(id)`-'%24{env:HOME}"
const mineKey = 'test-key-mine'
const [model] = servedModels
const answering = ['run', '-m', `acme/${model}`, 'ping']

function acmeAt(baseURL: string, more = '', top = ''): string {
  return `version: 1
${top}providers:
  acme:
    baseURL: ${baseURL}
    models: ["${model}"]
${more}`
}

/** The real OpenCode, started by opgen. */
async function openCode(
  sandbox: Sandbox,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  await settleOpenCode(sandbox.configFolder)
  return await opgen(sandbox, ['run', '--quiet', '--', openCodeProgram, ...args], {
    environment: { OPGEN_KEY_ACME: key, ...environment },
  })
}

/** A provider of the user's own, with a login. */
async function placeMine(sandbox: Sandbox, server: LoopbackServer): Promise<void> {
  const block = {
    npm: '@ai-sdk/openai-compatible',
    options: { baseURL: server.baseURL },
    models: { [model]: {} },
  }
  const config = { $schema: 'https://opencode.ai/config.json', provider: { mine: block } }
  await place(join(sandbox.configFolder, 'opencode.json'), JSON.stringify(config))
  await place(sandbox.authFile, JSON.stringify({ mine: { type: 'api', key: mineKey } }))
}

/** Every file in the sandbox that holds a text. */
async function filesWith(sandbox: Sandbox, text: string): Promise<readonly string[]> {
  const texts = [...(await keptTexts(sandbox))]
  return texts.filter(([, content]) => leaks(content, text)).map(([file]) => file)
}

/** The folders in which OpenCode keeps what it likes. */
const OPENCODES_OWN = [
  'tmp',
  'home/.cache',
  'home/.local/share/opencode',
  'home/.local/state/opencode',
]

const { skip, note } = await need('opencode')

describe.skipIf(skip)(`OpenCode in \`opgen run\`${note}`, () => {
  test('answers, with the key as a bearer token, byte for byte', async () => {
    const sandbox = await freshSandbox()
    const server = await freshServer(key)
    await writeManifest(sandbox, acmeAt(server.baseURL))

    const answered = await succeeds(openCode(sandbox, answering))

    expect(answered.stdout).toBe('pong\n')
    expect(server.seen.length).toBeGreaterThan(0)
    for (const request of server.seen) expect(request.authorization).toBe(`Bearer ${key}`)
  })

  test('has the key in the header that `keyIn` names, and in no other', async () => {
    const sandbox = await freshSandbox()
    const server = await freshServer(undefined)
    const keyIn = '    keyIn: { header: X-Acme-Key, format: "Key {key}, please" }\n'
    await writeManifest(sandbox, acmeAt(server.baseURL, keyIn))

    const answered = await succeeds(openCode(sandbox, answering))

    expect(answered.stdout).toBe('pong\n')
    expect(server.seen.length).toBeGreaterThan(0)
    for (const { headers } of server.seen) {
      const withIt = Object.entries(headers).filter(([, value]) => value?.includes(key))
      expect(withIt).toEqual([['x-acme-key', `Key ${key}, please`]])
    }
  })

  test('has the key as the bearer token of an Anthropic adapter', async () => {
    const sandbox = await freshSandbox()
    const server = await freshServer(key)
    const more = '    npm: "@ai-sdk/anthropic"\n    keyIn: authToken\n'
    await writeManifest(sandbox, acmeAt(server.baseURL, more))

    // The server speaks another protocol: it takes the token and knows no such route.
    expect((await openCode(sandbox, answering)).status).toBe(1)

    expect(server.seen.length).toBeGreaterThan(0)
    for (const { authorization, headers } of server.seen) {
      expect(authorization).toBe(`Bearer ${key}`)
      expect(headers['x-api-key']).toBeUndefined()
    }
  })

  test("works with the user's other logins, and leaves no key on disk and in no arguments", async () => {
    const sandbox = await freshSandbox()
    const server = await freshServer(key)
    const mine = await freshServer(mineKey)
    await writeManifest(sandbox, acmeAt(server.baseURL))
    await placeMine(sandbox, mine)
    await settleOpenCode(sandbox.configFolder)
    // What it makes at its first start in this home is there before.
    await succeeds(
      opgen(sandbox, ['run', '--', openCodeProgram, 'models'], {
        environment: { OPGEN_KEY_ACME: key },
      }),
    )
    const kept = (): unknown => traceOf(OPENCODES_OWN.reduce(outside, readTree(sandbox.folder)))
    const before = kept()
    const auth = await textOf(sandbox.authFile)

    const watch = await watchArguments()
    const script = `"$0" run -m acme/${model} ping </dev/null && "$0" run -m mine/${model} ping </dev/null`
    const answered = await succeeds(
      opgen(sandbox, ['run', '--quiet', '--', 'sh', '-c', script, openCodeProgram], {
        environment: { OPGEN_KEY_ACME: key },
      }),
    )
    const commandLines = await watch.stop()

    expect(answered.stdout).toBe('pong\npong\n')
    for (const request of mine.seen) expect(request.authorization).toBe(`Bearer ${mineKey}`)
    expect(kept()).toEqual(before)
    expect(await textOf(sandbox.authFile)).toBe(auth)
    expect(await filesWith(sandbox, key)).toEqual([])
    expect(commandLines.some((line) => line.includes('opgen.cjs'))).toBe(true)
    expect(commandLines.filter((line) => leaks(line, key))).toEqual([])
  })

  test('takes the key of the run before one that apply has put into auth.json', async () => {
    const sandbox = await freshSandbox()
    const server = await freshServer(key)
    await writeManifest(sandbox, acmeAt(server.baseURL))
    await succeeds(opgen(sandbox, ['apply'], { environment: { OPGEN_KEY_ACME: 'test-key-old' } }))

    expect((await succeeds(openCode(sandbox, answering))).stdout).toBe('pong\n')
    for (const request of server.seen) expect(request.authorization).toBe(`Bearer ${key}`)
  })

  test("has the caller's own config, and is not hidden by a list in it or on disk", async () => {
    const sandbox = await freshSandbox()
    const mine = await freshServer(mineKey)
    await placeMine(sandbox, mine)
    await writeManifest(sandbox, acmeAt('https://acme.example/v1', '', `model: acme/${model}\n`))
    const models = async (environment: Readonly<Record<string, string>>): Promise<unknown> => {
      const { stdout } = await succeeds(openCode(sandbox, ['models'], environment))
      return stdout.trim().split('\n')
    }
    const own = { username: 'own', enabled_providers: ['mine'] }
    const callers = { OPENCODE_CONFIG_CONTENT: `// own\n${JSON.stringify(own)}` }

    expect(await models(callers)).toEqual([`acme/${model}`, `mine/${model}`])
    const shown = await succeeds(openCode(sandbox, ['debug', 'config'], callers))
    expect(JSON.parse(shown.stdout)).toMatchObject({ username: 'own', model: `acme/${model}` })

    const file = join(sandbox.configFolder, 'opencode.jsonc')
    await place(file, '{ "$schema": "https://opencode.ai/config.json", "enabled_providers": [] }')
    expect(await models({})).toEqual([`acme/${model}`])
  })

  test('finds a file of the manifest beside the config, wherever it is started', async () => {
    const sandbox = await freshSandbox()
    const server = await freshServer(undefined)
    await place(join(sandbox.configFolder, 'team'), 'platform\n')
    const more = '    key: none\n    options: { headers: { X-Team: "{file:./team}" } }\n'
    await writeManifest(sandbox, acmeAt(server.baseURL, more))

    await succeeds(openCode(sandbox, answering, { OPGEN_KEY_ACME: '' }))

    expect(server.seen.length).toBeGreaterThan(0)
    for (const { headers } of server.seen) expect(headers['x-team']).toBe('platform')
  })

  test.each(['test-key-"', 'test-key-\\', 'test-key-{file:~/x}'])(
    'is not started for a key that it would misread: %s',
    async (odd) => {
      const sandbox = await freshSandbox()
      await writeManifest(sandbox, acmeAt('https://acme.example/v1'))
      const refused = await openCode(sandbox, ['models'], { OPGEN_KEY_ACME: odd })
      expect(refused).toMatchObject({ status: 1, stdout: '' })
      expect(refused.stderr).toContain('; nothing was started\n')
      // The first thing that it does is to make its folders.
      expect([...readTree(sandbox.home).keys()]).not.toContain('.local')
    },
  )
})
