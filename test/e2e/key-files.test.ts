import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runCommand } from '../../scripts/command.mjs'
import { emptyManifest, freshSandbox, freshServer, servedModels } from '../support/fresh.ts'
import { listedModels, openCode } from '../support/opencode.ts'
import {
  keyFileOf,
  opgen,
  opgenProgram,
  succeeds,
  textOf,
  writeManifest,
} from '../support/opgen.ts'
import { need } from '../support/tools.ts'

const key = 'test-key-"\\acme'
const withKey = { environment: { OPGEN_KEY_ACME: key } }
const [model] = servedModels
const chosen = `acme/${model}`

/** A manifest with the provider `acme`. */
function acmeAt(baseURL: string, more: string, delivery = 'auto'): string {
  return `version: 1
delivery: ${delivery}
providers:
  acme:
    baseURL: ${baseURL}
    models: ["${model}"]
${more}`
}

async function modeOf(path: string): Promise<number> {
  return (await stat(path)).mode & 0o777
}

const { skip, note } = await need('opencode')

describe.skipIf(skip)(`a key in a key file${note}`, () => {
  test('reaches the server as a bearer token, byte for byte', async () => {
    const sandbox = await freshSandbox()
    const server = await freshServer(key)
    await writeManifest(sandbox, acmeAt(server.baseURL, '', 'keyfile'))
    await succeeds(opgen(sandbox, ['apply'], withKey))

    const answered = await succeeds(openCode(sandbox, ['run', '-m', chosen, 'ping']))

    expect(answered.stdout).toBe('pong\n')
    expect(server.seen.length).toBeGreaterThan(0)
    for (const request of server.seen) expect(request.authorization).toBe(`Bearer ${key}`)
    expect(await textOf(sandbox.authFile)).toBeUndefined()
  })

  test('reaches the server in the header that `keyIn` names, and in no other', async () => {
    const sandbox = await freshSandbox()
    const server = await freshServer(undefined)
    const keyIn = '    keyIn: { header: X-Acme-Key, format: "Key {key}, please" }\n'
    await writeManifest(sandbox, acmeAt(server.baseURL, keyIn))
    await succeeds(opgen(sandbox, ['apply'], withKey))

    const answered = await succeeds(openCode(sandbox, ['run', '-m', chosen, 'ping']))

    expect(answered.stdout).toBe('pong\n')
    expect(server.seen.length).toBeGreaterThan(0)
    for (const { headers } of server.seen) {
      const withIt = Object.entries(headers).filter(([, value]) => value?.includes(key))
      expect(withIt).toEqual([['x-acme-key', `Key ${key}, please`]])
    }
  })

  test('reaches the server as the bearer token of an Anthropic adapter', async () => {
    const sandbox = await freshSandbox()
    const server = await freshServer(key)
    const more = '    npm: "@ai-sdk/anthropic"\n    keyIn: authToken\n'
    await writeManifest(sandbox, acmeAt(server.baseURL, more))
    await succeeds(opgen(sandbox, ['apply'], withKey))

    // The server speaks another protocol: it takes the token and knows no such route.
    const refused = await openCode(sandbox, ['run', '-m', chosen, 'ping'])

    expect(refused.status).toBe(1)
    expect(server.seen.length).toBeGreaterThan(0)
    for (const { path, authorization, headers } of server.seen) {
      expect(path).toBe('/v1/messages')
      expect(authorization).toBe(`Bearer ${key}`)
      expect(headers['x-api-key']).toBeUndefined()
    }
  })

  test('moves to auth.json and back, and the server sees it every time', async () => {
    const sandbox = await freshSandbox()
    const server = await freshServer(key)
    for (const delivery of ['auth.json', 'keyfile', 'auth.json']) {
      await writeManifest(sandbox, acmeAt(server.baseURL, '', delivery))
      await succeeds(opgen(sandbox, ['apply'], withKey))

      const isFile = delivery === 'keyfile'
      expect(await textOf(keyFileOf(sandbox, 'acme'))).toBe(isFile ? key : undefined)
      expect((await textOf(sandbox.authFile)) === undefined).toBe(isFile)
      const answered = await succeeds(openCode(sandbox, ['run', '-m', chosen, 'ping']))
      expect(answered.stdout).toBe('pong\n')
    }
  })

  test('and what refers to it go together, and OpenCode starts before and after', async () => {
    const sandbox = await freshSandbox()
    await writeManifest(sandbox, acmeAt('https://acme.example/v1', '', 'keyfile'))
    await succeeds(opgen(sandbox, ['apply'], withKey))
    expect(await listedModels(sandbox)).toEqual([chosen])

    await writeManifest(sandbox, emptyManifest)
    await succeeds(opgen(sandbox, ['apply']))

    expect(await listedModels(sandbox)).toEqual([])
    expect(await textOf(join(sandbox.configFolder, 'opencode.jsonc'))).not.toContain('{file:')
  })
})

describe('a key file on disk', () => {
  test('is private, whatever the umask, and leaves no folder behind', async () => {
    const sandbox = await freshSandbox()
    await writeManifest(sandbox, acmeAt('https://acme.example/v1', '', 'keyfile'))
    const environment = { ...sandbox.environment, ...withKey.environment }
    const openHanded = `umask 000; exec "${process.execPath}" "${opgenProgram}" apply`
    await succeeds(runCommand('sh', ['-c', openHanded], { folder: sandbox.work, environment }))

    const file = keyFileOf(sandbox, 'acme')
    expect(await textOf(file)).toBe(key)
    expect(await modeOf(file)).toBe(0o600)
    expect(await modeOf(dirname(file))).toBe(0o700)

    await writeManifest(sandbox, emptyManifest)
    await succeeds(opgen(sandbox, ['apply']))
    await expect(stat(dirname(dirname(file)))).rejects.toThrow('ENOENT')
  })
})
