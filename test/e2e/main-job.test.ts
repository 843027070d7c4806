import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import {
  emptyManifest,
  freshSandbox,
  freshSecretService,
  freshServer,
  haimakerAt,
  servedModels,
} from '../support/fresh.ts'
import { listedModels, openCode } from '../support/opencode.ts'
import { opgen, place, succeeds, textOf, writeManifest } from '../support/opgen.ts'
import { need } from '../support/tools.ts'

const key = 'test-key-haimaker'
const model = `haimaker/${servedModels[0]}`
const declared = servedModels.map((id) => `haimaker/${id}`)
const withKey = { environment: { OPGEN_KEY_HAIMAKER: key } }

const both = await need('opencode', 'secret-service')
const one = await need('opencode')

describe.skipIf(both.skip)(`from the keychain to an answer${both.note}`, () => {
  test('opencode reaches a provider with the key that `key set` stored', async () => {
    const sandbox = await freshSandbox()
    const { environment } = await freshSecretService()
    const server = await freshServer(key)
    await writeManifest(sandbox, haimakerAt(server.baseURL))

    await succeeds(opgen(sandbox, ['key', 'set', 'haimaker'], { environment, input: key }))
    await succeeds(opgen(sandbox, ['apply'], { environment }))

    expect(await listedModels(sandbox)).toEqual(declared)
    const answered = await succeeds(openCode(sandbox, ['run', '-m', model, 'ping']))
    expect(answered.stdout).toBe('pong\n')
    expect(server.seen.length).toBeGreaterThan(0)
    for (const request of server.seen) expect(request.authorization).toBe(`Bearer ${key}`)
  })

  test('the same works beside what others wrote, which stays byte for byte', async () => {
    const sandbox = await freshSandbox()
    const { environment } = await freshSecretService()
    const server = await freshServer(key)
    const configFile = join(sandbox.configFolder, 'opencode.jsonc')
    await place(configFile, foreignConfig)
    await place(sandbox.authFile, foreignAuth)
    await writeManifest(sandbox, haimakerAt(server.baseURL))

    await succeeds(opgen(sandbox, ['key', 'set', 'haimaker'], { environment, input: key }))
    await succeeds(opgen(sandbox, ['apply'], { environment }))

    const config = await textOf(configFile)
    for (const part of foreignConfigParts) expect(config).toContain(part)
    const auth = await textOf(sandbox.authFile)
    for (const part of foreignAuthParts) expect(auth).toContain(part)

    expect(await listedModels(sandbox)).toEqual([...declared, 'mine/local'])
    const answered = await succeeds(openCode(sandbox, ['run', '-m', model, 'ping']))
    expect(answered.stdout).toBe('pong\n')
    const logins = await succeeds(openCode(sandbox, ['auth', 'list']))
    expect(logins.stdout).toContain('3 credentials')

    await writeManifest(sandbox, emptyManifest)
    await succeeds(opgen(sandbox, ['apply'], { environment }))
    expect(await textOf(configFile)).toBe(foreignConfig)
    expect(await textOf(sandbox.authFile)).toBe(foreignAuth)
  })
})

describe.skipIf(one.skip)(`what apply gets right can be got wrong${one.note}`, () => {
  for (const { fault, tamper, seen } of [
    {
      fault: 'another id in auth.json',
      tamper: (auth: string) => auth.replace('"haimaker"', '"haimaker-ai"'),
      seen: undefined,
    },
    {
      fault: 'another type in auth.json',
      tamper: (auth: string) => auth.replace('"api"', '"apikey"'),
      seen: undefined,
    },
    {
      fault: 'another key in auth.json',
      tamper: (auth: string) => auth.replace(key, 'test-key-other'),
      seen: 'Bearer test-key-other',
    },
  ]) {
    test(`with ${fault} the server refuses and opencode exits 1`, async () => {
      const sandbox = await freshSandbox()
      const server = await freshServer(key)
      await applyHaimaker(sandbox, server.baseURL)
      const auth = (await textOf(sandbox.authFile)) ?? ''
      expect(tamper(auth)).not.toBe(auth)
      await writeFile(sandbox.authFile, tamper(auth))

      const refused = await openCode(sandbox, ['run', '-m', model, 'ping'])

      expect(refused).toMatchObject({ status: 1, stdout: '' })
      expect(refused.stderr).toContain('the key is not the right one')
      expect(server.seen.length).toBeGreaterThan(0)
      for (const request of server.seen) expect(request.authorization).toBe(seen)
    })
  }

  test('with another id in opencode.jsonc opencode does not know the model', async () => {
    const sandbox = await freshSandbox()
    const server = await freshServer(key)
    await applyHaimaker(sandbox, server.baseURL)
    const configFile = join(sandbox.configFolder, 'opencode.jsonc')
    const config = (await textOf(configFile)) ?? ''
    await writeFile(configFile, config.replace('"haimaker":', '"haimaker-ai":'))

    const refused = await openCode(sandbox, ['run', '-m', model, 'ping'])

    expect(refused).toMatchObject({ status: 1, stdout: '' })
    expect(server.seen).toEqual([])
  })
})

async function applyHaimaker(sandbox: Sandbox, baseURL: string): Promise<void> {
  await writeManifest(sandbox, haimakerAt(baseURL))
  await succeeds(opgen(sandbox, ['apply'], withKey))
}

const foreignConfigParts = [
  '// Mine. Do not touch.',
  `  "mcp": {
      /* tabs and odd spaces stay */
\t"files":{ "type" : "local","command":["npx", "files"], "enabled": false },
  },`,
  `  "agent": { "review": { "description": "Reads", "prompt": "Read." } }, // trailing`,
  `    "mine": {
      "npm": "@ai-sdk/openai-compatible", // local
      "options": { "baseURL": "http://127.0.0.1:9/v1" },
      "models": { "local": {}, },
    }`,
  '// after the end',
] as const

const foreignConfig = `${foreignConfigParts[0]}
{
  "$schema": "https://opencode.ai/config.json",
${foreignConfigParts[1]}
${foreignConfigParts[2]}
  "provider": {
${foreignConfigParts[3]},
  },
}
${foreignConfigParts[4]}
`

const foreignAuthParts = [
  `  "github-copilot":   {"type":"oauth","refresh":"test-key-refresh","access":"test-key-access","expires":0}`,
  `  "mine": { "type": "api",
    "key": "test-key-mine", "metadata": {"a": "b"} }`,
] as const

const foreignAuth = `{\n${foreignAuthParts.join(',\n')}\n}\n`
