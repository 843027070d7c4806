import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import { freshSandbox, freshServer, servedModels } from '../support/fresh.ts'
import { listedModels, openCode } from '../support/opencode.ts'
import { opgen, place, succeeds, textOf } from '../support/opgen.ts'
import { need } from '../support/tools.ts'

const key = 'test-key-corp'
const [sonnet, mini] = servedModels

/** One dotfiles repository, as it is cloned on both machines. */
function dotfiles(baseURL: string): Readonly<Record<string, string>> {
  return {
    'providers.yaml': `version: 1
include: [team/providers.yaml]
model: ollama/qwen3-coder:30b
vars:
  lab: http://lab.example:11434
providers:
  ollama:
    preset: ollama
    baseURL: "{{vars.lab}}/v1"
    models: ["qwen3-coder:30b", "gemma4:27b"]
machines:
  work:
    when: { profile: work }
    model: corp/${sonnet}
    small_model: corp/${mini}
    vars: { gateway: ${baseURL} }
    providers:
      corp: { models: [${sonnet}, { id: ${mini}, name: "Mini on {{machine.hostname}}" }] }
      ollama: { enabled: false }
  desk:
    when: { hostname: a-desk, profile: "*" }
    providers:
      lmstudio: { baseURL: "http://localhost:1234/v1", key: none, models: [local] }
`,
    'team/providers.yaml': `version: 1
vars: { gateway: https://llm.corp.example/v1 }
providers:
  corp:
    name: Corp
    preset: gateway
    key: { env: CORP_KEY }
    when: { profile: [work, on-call] }
    models: [${sonnet}]
`,
    'templates/gateway.yaml.hbs': `about: The gateway of our own
key: required
provider:
  npm: "@ai-sdk/openai-compatible"
  options:
    baseURL: {{json vars.gateway}}
    headers:
      X-Team: platform
default:
  baseURL: https://llm.corp.example/v1
`,
    'desk.json': '{ "hostname": "a-desk.example.org", "profile": "home" }\n',
  }
}

/** Clone the repository to where `opgen` finds it in a home. */
async function clone(sandbox: Sandbox, baseURL: string): Promise<void> {
  for (const [name, text] of Object.entries(dotfiles(baseURL))) {
    await mkdir(join(sandbox.work), { recursive: true })
    await place(join(sandbox.work, name), text)
  }
}

async function setProfile(sandbox: Sandbox, profile: string): Promise<void> {
  await place(join(sandbox.home, '.config', 'opgen', 'local.yaml'), `profile: ${profile}\n`)
}

const tools = await need('opencode')

describe.skipIf(tools.skip)(`one manifest on two machines${tools.note}`, () => {
  test('gives each machine its own providers, as opencode lists and uses them', async () => {
    const server = await freshServer(key)
    const work = await freshSandbox()
    const home = await freshSandbox()
    for (const sandbox of [work, home]) await clone(sandbox, server.baseURL)
    await setProfile(work, 'work')
    await setProfile(home, 'home')

    await succeeds(opgen(work, ['apply'], { environment: { CORP_KEY: key } }))
    await succeeds(opgen(home, ['apply']))

    expect(await listedModels(work)).toEqual([`corp/${sonnet}`, `corp/${mini}`])
    expect(await listedModels(home)).toEqual(['ollama/gemma4:27b', 'ollama/qwen3-coder:30b'])
    const seen = await openCode(work, ['debug', 'config'])
    expect(JSON.parse(seen.stdout)).toMatchObject({
      model: `corp/${sonnet}`,
      small_model: `corp/${mini}`,
      provider: {
        corp: {
          name: 'Corp',
          options: { baseURL: server.baseURL },
          models: { [mini]: { name: expect.stringMatching(/^Mini on .+/) } },
        },
      },
    })
    const atHome = JSON.parse((await openCode(home, ['debug', 'config'])).stdout)
    expect(atHome).toMatchObject({
      model: 'ollama/qwen3-coder:30b',
      provider: { ollama: { options: { baseURL: 'http://lab.example:11434/v1' } } },
    })
    expect(Object.keys(atHome.provider)).toEqual(['ollama'])
    const answered = await succeeds(openCode(work, ['run', '-m', `corp/${sonnet}`, 'ping']))
    expect(answered.stdout).toBe('pong\n')
    for (const request of server.seen) expect(request.authorization).toBe(`Bearer ${key}`)
  })

  test('renders on one machine what another one would get', async () => {
    const sandbox = await freshSandbox()
    await clone(sandbox, 'http://127.0.0.1:9/v1')
    await succeeds(opgen(sandbox, ['apply', '--machine-facts', 'desk.json']))
    expect(await listedModels(sandbox)).toEqual([
      'lmstudio/local',
      'ollama/gemma4:27b',
      'ollama/qwen3-coder:30b',
    ])
  })

  test('takes no provider away because a profile is missing', async () => {
    const sandbox = await freshSandbox()
    await clone(sandbox, 'http://127.0.0.1:9/v1')
    const environment = { CORP_KEY: key, OPGEN_PROFILE: 'work' }
    await succeeds(opgen(sandbox, ['apply'], { environment }))
    const before = await textOf(join(sandbox.configFolder, 'opencode.jsonc'))

    const asked = await opgen(sandbox, ['apply', '--json'], { environment: { CORP_KEY: key } })

    expect(asked.status).toBe(3)
    expect(JSON.parse(asked.stdout)).toMatchObject({
      decisions: [{ id: 'corp', kind: 'profile', flag: '--force corp' }],
      applied: false,
    })
    expect(await textOf(join(sandbox.configFolder, 'opencode.jsonc'))).toBe(before)
    expect(await listedModels(sandbox)).toEqual([`corp/${sonnet}`, `corp/${mini}`])
  })
})

describe.skipIf(tools.skip)(`providers of opencode's own catalogue${tools.note}`, () => {
  const withCatalogue = { OPENCODE_MODELS_PATH: '' }

  test('are changed and extended, and their logins stay as they are', async () => {
    const sandbox = await freshSandbox()
    await place(
      join(sandbox.work, 'providers.yaml'),
      `version: 1
model: anthropic/claude-sonnet-4-5
providers:
  anthropic:
    preset: anthropic
    options: { timeout: 600000 }
    models: { my-alias: { id: claude-sonnet-4-5, name: Mine } }
  deepseek: { preset: deepseek }
`,
    )
    const login = '{\n  "anthropic": {"type":"api",  "key":"test-key-anthropic"}\n}'
    await place(sandbox.authFile, login)

    await succeeds(opgen(sandbox, ['apply']))

    expect(await textOf(sandbox.authFile)).toBe(login)
    const config = JSON.parse((await textOf(join(sandbox.configFolder, 'opencode.jsonc'))) ?? '')
    expect(config.provider).toEqual({
      anthropic: {
        options: { timeout: 600000 },
        models: { 'my-alias': { id: 'claude-sonnet-4-5', name: 'Mine' } },
      },
      deepseek: {},
    })
    const models = await listedModels(sandbox, withCatalogue)
    expect(models).toContain('anthropic/my-alias')
    expect(models).toContain('anthropic/claude-sonnet-4-5')
    expect(models.some((model) => model.startsWith('deepseek/'))).toBe(true)
  })
})
