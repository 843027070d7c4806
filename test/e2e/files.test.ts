import { lstat, mkdir, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runCommand } from '../../scripts/command.mjs'
import type { Sandbox } from '../../scripts/sandbox.mjs'
import {
  emptyManifest,
  freshSandbox,
  freshServer,
  haimakerAt,
  servedModels,
} from '../support/fresh.ts'
import { listedModels, openCode } from '../support/opencode.ts'
import { opgen, opgenProgram, place, succeeds, textOf, writeManifest } from '../support/opgen.ts'
import { readRecording, recordingTo } from '../support/recording.ts'
import { need } from '../support/tools.ts'

const anywhere = 'https://llm.example/v1'
const withKey = { environment: { OPGEN_KEY_HAIMAKER: 'test-key-haimaker' } }
const declared = servedModels.map((id) => `haimaker/${id}`)

describe('the files that apply leaves', () => {
  test('are private from their first byte, whatever the umask, and all in the home', async () => {
    const sandbox = await freshSandbox()
    await writeManifest(sandbox, haimakerAt(anywhere))
    const recording = join(sandbox.folder, 'recording')
    const environment = {
      ...sandbox.environment,
      ...withKey.environment,
      ...recordingTo(recording),
    }

    const openHanded = `umask 000; exec "${process.execPath}" "${opgenProgram}" apply`
    await succeeds(runCommand('sh', ['-c', openHanded], { folder: sandbox.work, environment }))

    expect(await modeOf(sandbox.authFile)).toBe(0o600)
    expect(await modeOf(join(sandbox.authFile, '..'))).toBe(0o700)
    expect(await modeOf(sandbox.stateFolder)).toBe(0o700)
    const { files } = await readRecording(recording)
    const authFolder = join(sandbox.authFile, '..')
    const keepers = files.filter(({ path }) => path.startsWith(authFolder))
    expect(keepers.length).toBeGreaterThan(0)
    for (const { mode } of keepers) expect(mode & 0o077).toBe(0)
    expect(files.filter(({ path }) => !path.startsWith(sandbox.home))).toEqual([])
  })

  test('tighten an auth.json that others could read', async () => {
    const sandbox = await freshSandbox()
    await writeManifest(sandbox, haimakerAt(anywhere))
    await place(sandbox.authFile, '{}')
    expect(await modeOf(sandbox.authFile)).toBe(0o644)

    await succeeds(opgen(sandbox, ['apply'], withKey))

    expect(await modeOf(sandbox.authFile)).toBe(0o600)
  })

  test('lose exactly what a manifest without the provider no longer wants', async () => {
    const sandbox = await freshSandbox()
    const configFile = join(sandbox.configFolder, 'opencode.jsonc')
    const config = '{\n  // mine\n  "provider": {\n    "mine": { "models": { "a": {} } }\n  }\n}'
    const auth = '{"mine":{"type":"api","key":"test-key-mine"}}'
    await place(configFile, config)
    await place(sandbox.authFile, auth)
    await writeManifest(sandbox, haimakerAt(anywhere))
    await succeeds(opgen(sandbox, ['apply'], withKey))
    expect(await textOf(configFile)).toContain('"haimaker"')
    expect(await textOf(sandbox.authFile)).toContain('"haimaker"')

    await writeManifest(sandbox, emptyManifest)
    await succeeds(opgen(sandbox, ['apply']))

    expect(await textOf(configFile)).toBe(config)
    expect(await textOf(sandbox.authFile)).toBe(auth)
  })

  test('go with the last provider when opgen created them', async () => {
    const sandbox = await freshSandbox()
    await writeManifest(sandbox, haimakerAt(anywhere))
    await succeeds(opgen(sandbox, ['apply'], withKey))

    await writeManifest(sandbox, emptyManifest)
    await succeeds(opgen(sandbox, ['apply']))

    expect(await textOf(join(sandbox.configFolder, 'opencode.jsonc'))).toBeUndefined()
    expect(await textOf(sandbox.authFile)).toBeUndefined()
  })

  test('are found behind a symlinked opencode.jsonc, which stays a link', async () => {
    const sandbox = await freshSandbox()
    const dotfile = join(sandbox.home, 'dotfiles', 'opencode.jsonc')
    const link = join(sandbox.configFolder, 'opencode.jsonc')
    await place(dotfile, '{\n  "$schema": "https://opencode.ai/config.json"\n}\n')
    await mkdir(sandbox.configFolder, { recursive: true })
    await symlink(dotfile, link)
    await writeManifest(sandbox, haimakerAt(anywhere))

    await succeeds(opgen(sandbox, ['apply'], withKey))

    expect((await lstat(link)).isSymbolicLink()).toBe(true)
    expect((await lstat(dotfile)).isFile()).toBe(true)
    expect(await textOf(dotfile)).toContain('"haimaker"')
  })

  test('stay as they are when auth.json is malformed', async () => {
    const sandbox = await freshSandbox()
    const malformed = '{"mine":{"type":"api","key":"test-key-mine"}'
    await place(sandbox.authFile, malformed)
    await writeManifest(sandbox, haimakerAt(anywhere))

    const refused = await opgen(sandbox, ['apply'], withKey)

    expect(refused.status).toBe(65)
    expect(refused.stderr).toContain('auth.json:1:')
    expect(await textOf(sandbox.authFile)).toBe(malformed)
    expect(await textOf(join(sandbox.configFolder, 'opencode.jsonc'))).toBeUndefined()
  })
})

const tools = await need('opencode')
describe.skipIf(tools.skip)(`opencode finds what apply wrote${tools.note}`, () => {
  test('in $OPENCODE_CONFIG_DIR', async () => {
    const sandbox = await freshSandbox()
    const folder = join(sandbox.home, 'elsewhere')
    const environment = { OPENCODE_CONFIG_DIR: folder }
    await writeManifest(sandbox, haimakerAt(anywhere))

    await succeeds(
      opgen(sandbox, ['apply'], { environment: { ...withKey.environment, ...environment } }),
    )

    expect(await textOf(join(folder, 'opencode.jsonc'))).toContain('"haimaker"')
    expect(await textOf(join(sandbox.configFolder, 'opencode.jsonc'))).toBeUndefined()
    expect(await listedModels(sandbox, environment)).toEqual(declared)
  })

  test('in an opencode.json, which stays strict JSON', async () => {
    const sandbox = await freshSandbox()
    const configFile = join(sandbox.configFolder, 'opencode.json')
    await place(configFile, '{}\n')
    await writeManifest(sandbox, haimakerAt(anywhere))

    await succeeds(opgen(sandbox, ['apply'], withKey))

    const config = (await textOf(configFile)) ?? ''
    expect(Object.keys(JSON.parse(config))).toEqual(['provider'])
    expect(await textOf(join(sandbox.configFolder, 'opencode.jsonc'))).toBeUndefined()
    expect(await listedModels(sandbox)).toEqual(declared)
  })

  test('for a provider without a key, which needs no auth.json', async () => {
    const sandbox = await freshSandbox()
    const server = await freshServer(undefined)
    await writeManifest(sandbox, keylessAt(server.baseURL))
    await succeeds(opgen(sandbox, ['apply']))

    expect(await textOf(sandbox.authFile)).toBeUndefined()
    expect(await answer(sandbox, `lab/${servedModels[0]}`)).toBe('pong\n')
    for (const request of server.seen) expect(request.authorization).toBeUndefined()
  })

  test('for ollama, whose placeholder is sent where a key would be', async () => {
    const sandbox = await freshSandbox()
    const server = await freshServer('ollama')
    await writeManifest(sandbox, ollamaAt(server.baseURL))
    await succeeds(opgen(sandbox, ['apply']))

    expect(await answer(sandbox, `ollama/${servedModels[0]}`)).toBe('pong\n')
  })
})

async function answer(sandbox: Sandbox, model: string): Promise<string> {
  return (await succeeds(openCode(sandbox, ['run', '-m', model, 'ping']))).stdout
}

function keylessAt(baseURL: string): string {
  return `version: 1
providers:
  lab:
    baseURL: ${baseURL}
    key: none
    models: [${servedModels[0]}]
`
}

function ollamaAt(baseURL: string): string {
  return `version: 1
providers:
  ollama:
    preset: ollama
    baseURL: ${baseURL}
    models: [${servedModels[0]}]
`
}

/** The permissions of a file or folder. */
async function modeOf(path: string): Promise<number> {
  return (await stat(path)).mode & 0o777
}
