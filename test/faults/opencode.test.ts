import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Outcome } from '../../scripts/command.mjs'
import { makeSandbox, type Sandbox } from '../../scripts/sandbox.mjs'
import { emptyManifest } from '../support/fresh.ts'
import { openCode } from '../support/opencode.ts'
import { startOpenCodeServer, type OpenCodeServer } from '../support/opencode-server.ts'
import { opgen, place, succeeds, textOf, writeManifest } from '../support/opgen.ts'
import { need } from '../support/tools.ts'
import { AUTH, CONFIG } from './world.ts'

const { skip, note } = await need('opencode')

const keys = { OPGEN_KEY_ACME: 'test-key-acme', OPGEN_KEY_OTHER: 'test-key-other' }

function provider(id: string, models: string): string {
  return `  ${id}:\n    baseURL: https://${id}.example/v1\n    models: [${models}]\n`
}

const manifest = `version: 1\nmodel: acme/a\nproviders:\n${provider('acme', 'a, b')}`
const twoProviders = `${manifest}${provider('other', 'm')}`

describe.skipIf(skip)(`the real opencode as the other writer${note}`, () => {
  let sandbox: Sandbox
  let server: OpenCodeServer
  let configFile: string

  beforeAll(async () => {
    sandbox = await makeSandbox()
    configFile = join(sandbox.configFolder, 'opencode.jsonc')
    await begin()
    server = await startOpenCodeServer(sandbox)
  })

  afterAll(async () => {
    await server?.stop()
    await sandbox?.remove()
  })

  /** Put the files of others back, with everything of opgen's in them. */
  async function begin(): Promise<void> {
    await apply(emptyManifest, '--force')
    await place(configFile, CONFIG.replace('"theme": "mine"', '"username": "mine"'))
    await place(sandbox.authFile, AUTH)
    await apply(manifest)
  }

  async function apply(text: string, ...flags: readonly string[]): Promise<Outcome> {
    await writeManifest(sandbox, text)
    const trust = text === twoProviders ? ['--trust-origin', 'other'] : []
    return await succeeds(opgen(sandbox, ['apply', ...flags, ...trust], { environment: keys }))
  }

  async function stateOfAcme(): Promise<unknown> {
    const status = await succeeds(opgen(sandbox, ['status', '--json'], { environment: keys }))
    return JSON.parse(status.stdout).providers[0].state
  }

  async function entries(): Promise<Readonly<Record<string, unknown>>> {
    return JSON.parse((await textOf(sandbox.authFile)) ?? '{}')
  }

  const acmeEntry = { type: 'api', key: 'test-key-acme' }

  test('writes auth.json in its own way, which is no drift', async () => {
    await begin()
    await server.request('PUT', '/auth/mine', { type: 'api', key: 'test-key-mine' })
    const written = await textOf(sandbox.authFile)

    expect(written).toContain('  "mine": {\n')
    expect(await stateOfAcme()).toBe('in-sync')
    expect((await apply(manifest)).stdout).toContain('Nothing to change.')
    expect(await textOf(sandbox.authFile)).toBe(written)
  })

  test('has its logins in auth.json after every apply', async () => {
    await begin()
    const mine = { type: 'api', key: 'test-key-mine' }
    await server.request('PUT', '/auth/mine', mine)
    await apply(twoProviders)
    await server.request('PUT', '/auth/late', mine)
    await apply(manifest)
    await apply(emptyManifest)

    const { anthropic, ...others } = await entries()
    expect(anthropic).toMatchObject({ type: 'oauth', refresh: 'r-1', access: 'a-1' })
    expect(others).toEqual({ mine, late: mine })
  })

  test.each([
    ['`opencode auth logout`', () => succeeds(openCode(sandbox, ['auth', 'logout', 'acme']))],
    ['the server', () => server.request('DELETE', '/auth/acme')],
  ])('takes a key of opgen out with %s, which is seen and mended', async (_, logOut) => {
    await begin()
    await logOut()
    expect(await entries()).not.toHaveProperty('acme')

    expect(await stateOfAcme()).toBe('drifted')
    expect((await apply(manifest)).stdout).toContain('acme')

    expect(await entries()).toMatchObject({ acme: acmeEntry, anthropic: { type: 'oauth' } })
  })

  test('puts another key in, which is a decision', async () => {
    await begin()
    await server.request('PUT', '/auth/acme', { type: 'api', key: 'test-key-by-hand' })

    expect(await stateOfAcme()).toBe('drifted')
    const undecided = await opgen(sandbox, ['apply'], { environment: keys })
    expect(undecided.status).toBe(3)
    expect(undecided.stderr).toContain('--force acme')
    await apply(manifest, '--force', 'acme')

    expect(await entries()).toMatchObject({ acme: acmeEntry })
  })

  test('edits the config, and its values and all comments stay', async () => {
    await begin()
    await server.request('PATCH', '/global/config', { username: 'somebody', share: 'disabled' })
    await apply(twoProviders)
    await server.request('PATCH', '/global/config', { username: 'somebody else' })
    await apply(manifest)
    const text = (await textOf(configFile)) ?? ''

    expect(text).toContain('"username": "somebody else"')
    expect(text).toContain('"share": "disabled"')
    for (const comment of ['// what I chose', '// stays', "/* not opgen's */", '// the end'])
      expect(text).toContain(comment)
    expect(text).not.toContain('other.example')
    expect((await apply(manifest)).stdout).toContain('Nothing to change.')
  })

  test('changes a value of opgen in the config, which is a decision', async () => {
    await begin()
    await server.request('PATCH', '/global/config', { model: 'mine/m' })

    expect((await opgen(sandbox, ['apply'], { environment: keys })).status).toBe(3)
    await apply(manifest, '--force', '/model')

    expect(await textOf(configFile)).toContain('"model": "acme/a"')
  })

  test('prints an opencode.json anew, which is no drift', async () => {
    await apply(emptyManifest, '--force')
    const strict = join(sandbox.configFolder, 'opencode.json')
    await rm(configFile)
    await place(strict, '{"username":   "mine"}')
    onTestFinished(() => rm(strict))
    await apply(manifest)
    await server.request('PATCH', '/global/config', { username: 'somebody' })

    expect(await stateOfAcme()).toBe('in-sync')
    expect((await apply(manifest)).stdout).toContain('Nothing to change.')
    await apply(emptyManifest)
    expect(JSON.parse((await textOf(strict)) ?? '')).toMatchObject({ username: 'somebody' })
    expect(await textOf(strict)).not.toContain('acme')
  })

  test('writes both files while opgen applies, and nobody loses anything', async () => {
    await begin()
    for (let round = 1; round <= 10; round += 1) {
      const key = `test-key-mine-${round}`
      const text = round % 2 === 0 ? manifest : twoProviders
      const [applied] = await Promise.all([
        apply(text),
        server.request('PUT', `/auth/mine-${round % 3}`, { type: 'api', key }),
        server.request('PATCH', '/global/config', { username: `somebody ${round}` }),
      ])
      expect(applied.status).toBe(0)
      expect(await textOf(configFile)).toContain(`"username": "somebody ${round}"`)
      const now = await entries()
      expect(now[`mine-${round % 3}`]).toEqual({ type: 'api', key })
      expect(now).toMatchObject({ anthropic: { type: 'oauth' } })
    }
  })
})
