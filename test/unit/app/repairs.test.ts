import { describe, expect, test } from 'vitest'
import { run } from '../../../src/cli/run.ts'
import { OpgenError } from '../../../src/errors.ts'
import { HOME, memoryWorld } from '../../support/memory-system.ts'
import type { MemoryWorld } from '../../support/memory-system.ts'
import { memoryTerminal } from '../../support/memory-terminal.ts'
import { packageTemplates } from '../../support/package-templates.ts'

/* What `doctor --fix` changes, and every way back. */

const CONFIG = `${HOME}/.config/opencode/opencode.jsonc`
const AUTH = `${HOME}/.local/share/opencode/auth.json`
const MANIFEST = `${HOME}/.config/opgen/providers.yaml`
const STATE = `${HOME}/.local/state/opgen/state.json`

const SOUND = configOf('https://acme.example/v1')
const DOUBLED = configOf('https://acme.example/v1/v1')
const LOGIN = JSON.stringify({ acme: { type: 'api', key: 'test-key-acme' } })
const BEARER = JSON.stringify({ acme: { type: 'api', key: 'Bearer test-key-acme' } })
const SLASH = JSON.stringify({ 'acme/': { type: 'api', key: 'test-key-acme' } })

function configOf(baseURL: string, more: object = {}): string {
  const acme = { npm: '@ai-sdk/openai-compatible', options: { baseURL }, models: { m: {} } }
  return `${JSON.stringify({ provider: { acme }, ...more }, null, 2)} // mine\n`
}

function worldOf(
  config: string,
  auth: string,
  files: Readonly<Record<string, string>> = {},
): MemoryWorld {
  const world = memoryWorld({
    cwd: `${HOME}/code`,
    installed: { '/usr/bin/opencode': '1.18.33' },
    env: { OPGEN_KEY_ACME: 'test-key-acme' },
    files: { ...packageTemplates(), [CONFIG]: config, ...files },
  })
  world.write(AUTH, auth, 0o600)
  return world
}

function manifest(url: string): string {
  return `version: 1\nproviders:\n  acme:\n    baseURL: ${url}\n    models: [m]\n`
}

interface Said {
  readonly code: number
  readonly text: string
}

async function opgen(world: MemoryWorld, line: string): Promise<Said> {
  const terminal = memoryTerminal()
  const code = await run(line.split(' '), world.system, terminal)
  return { code, text: terminal.text() }
}

async function fix(world: MemoryWorld): Promise<string> {
  return (await opgen(world, 'doctor --fix')).text.split('\n\n')[0] ?? ''
}

function texts(world: MemoryWorld): readonly unknown[] {
  return [world.read(CONFIG), world.read(AUTH)]
}

const STAYS = 'stays'

describe('repairs of one place in two runs', () => {
  const both = configOf('https://acme.example/v1/v1/chat/completions')

  test.each(['destroy', 'rollback 0'])('are undone together by `%s`', async (line) => {
    const world = worldOf(both, LOGIN)
    await fix(world)
    await fix(world)
    expect(world.read(CONFIG)).toBe(SOUND)
    const said = await opgen(world, line)
    expect(world.read(CONFIG)).toBe(both)
    expect(said).toMatchObject({ code: 0, text: expect.not.stringContaining(STAYS) })
  })

  test('are undone one by one by rollbacks', async () => {
    const world = worldOf(both, LOGIN)
    await fix(world)
    await fix(world)
    await opgen(world, 'rollback')
    expect(world.read(CONFIG)).toBe(DOUBLED)
    await opgen(world, 'rollback 0')
    expect(world.read(CONFIG)).toBe(both)
  })

  test('of a fault that came back are undone for the second time only', async () => {
    const world = worldOf(SOUND, BEARER)
    await fix(world)
    world.write(AUTH, BEARER, 0o600)
    await fix(world)
    expect(world.read(AUTH)).toBe(LOGIN)
    await opgen(world, 'rollback')
    expect(world.read(AUTH)).toBe(BEARER)
  })

  test('copy a login from where the later one has put it', async () => {
    const slash = SLASH.replace('test-key', 'Bearer test-key')
    const world = worldOf(configOf('https://acme.example/v1', { plugin: ['x@1.0.0'] }), slash)
    // A plugin may bring a provider of any id, so that both faults are seen at once.
    expect(await fix(world)).toContain('another repair changes the same place')
    await fix(world)
    expect(JSON.parse(world.read(AUTH) ?? '')).toEqual(JSON.parse(LOGIN))
    await opgen(world, 'destroy')
    expect(JSON.parse(world.read(AUTH) ?? '')).toEqual(JSON.parse(slash))
  })
})

describe('a way back', () => {
  test.each([
    ['replaced', 'https://other.example/v1'],
    ['adopted', 'https://acme.example/v1'],
  ])('leads past an apply that %s what was repaired', async (_, url) => {
    const world = worldOf(DOUBLED, LOGIN, { [MANIFEST]: manifest(url) })
    await fix(world)
    expect(await opgen(world, 'apply --force --trust-origin acme')).toMatchObject({ code: 0 })
    expect(await opgen(world, 'rollback 0')).toMatchObject({ code: 0 })
    expect(texts(world)).toEqual([DOUBLED, LOGIN])
  })

  test('is not taken through a link that auth.json has become, and is kept', async () => {
    const world = worldOf(SOUND, BEARER)
    await fix(world)
    const real = `${HOME}/dotfiles/auth.json`
    world.write(real, LOGIN, 0o600)
    world.files.delete(AUTH)
    world.links.set(AUTH, real)
    expect((await opgen(world, 'destroy')).text).toContain('the file is a link now')
    expect(world.read(real)).toBe(LOGIN)
    world.links.delete(AUTH)
    world.write(AUTH, LOGIN, 0o600)
    await opgen(world, 'destroy')
    expect(world.read(AUTH)).toBe(BEARER)
  })

  test('is found where another program has written the same in another order', async () => {
    const world = worldOf(SOUND, SLASH)
    await fix(world)
    world.write(AUTH, '{ "acme": { "key": "test-key-acme", "type": "api" } }', 0o600)
    await opgen(world, 'rollback 0')
    expect(JSON.parse(world.read(AUTH) ?? '')).toEqual(JSON.parse(SLASH))
  })

  test('is kept until a rollback of some of the repairs has written all files', async () => {
    const world = worldOf(DOUBLED, BEARER)
    world.write(CONFIG, SOUND)
    await fix(world)
    world.write(AUTH, SLASH, 0o600)
    await fix(world)
    const recorded: unknown[] = []
    const real = world.system.files
    const exchange: typeof real.exchange = async (...given) => {
      recorded.push(JSON.parse(world.read(STATE) ?? '').repairs[AUTH].length)
      return await real.exchange(...given)
    }
    const files = { ...real, exchange }
    await opgen({ ...world, system: { ...world.system, files } }, 'rollback')
    expect(new Set(recorded)).toEqual(new Set([2]))
    expect(JSON.parse(world.read(STATE) ?? '').repairs[AUTH]).toHaveLength(1)
  })
})

describe('a repair that cannot be made', () => {
  test('for a name that stands twice keeps no other from being made', async () => {
    const options = '"options": { "baseURL": "https://acme.example/v1/v1" }'
    const twice = DOUBLED.replace('"models"', `${options},\n      "models"`)
    const world = worldOf(twice, BEARER)
    expect(await fix(world)).toContain('a name stands twice on the way there')
    expect(texts(world)).toEqual([twice, LOGIN])
  })

  test('for the source of a template keeps no other from being made', async () => {
    const real = `${HOME}/dotfiles/opencode.jsonc.tmpl`
    const world = worldOf('', BEARER, { [real]: DOUBLED })
    world.files.delete(CONFIG)
    world.links.set(CONFIG, real)
    expect(await fix(world)).toContain('it is a template of a dotfiles manager')
    expect([world.read(real), world.read(AUTH)]).toEqual([DOUBLED, LOGIN])
  })

  test('for a mode that may not be changed keeps no other from being made', async () => {
    const file = '/etc/acme.key'
    const world = worldOf(
      SOUND.replace('"baseURL"', `"apiKey": "{file:${file}}", "baseURL"`),
      BEARER,
    )
    world.write(file, 'test-key-acme')
    const real = world.system.files
    const tighten: typeof real.tighten = async (given, mode) => {
      if (given !== file) return await real.tighten(given, mode)
      throw new OpgenError({ code: 'file-refused', path: file, reason: 'not-permitted' })
    }
    const other = { ...world, system: { ...world.system, files: { ...real, tighten } } }
    expect(await fix(other)).toContain('its mode cannot be changed')
    expect(world.read(AUTH)).toBe(LOGIN)
  })
})

describe('a mode', () => {
  test('is not narrowed behind a link', async () => {
    const world = worldOf(SOUND, LOGIN)
    const real = `${HOME}/dotfiles/auth.json`
    world.write(real, LOGIN, 0o644)
    world.files.delete(AUTH)
    world.links.set(AUTH, real)
    expect(await fix(world)).toContain('the file is a link')
    expect(world.files.get(real)?.mode).toBe(0o644)
  })

  test('is not narrowed of a file that a project names', async () => {
    const page = '/srv/www/index.html'
    const world = worldOf(SOUND, LOGIN, { [page]: 'test-key-page' })
    const options = { apiKey: `{file:${page}}`, baseURL: 'https://acme.example/v1' }
    const project = { provider: { acme: { options } } }
    world.write(`${HOME}/code/opencode.json`, JSON.stringify(project))
    expect((await opgen(world, 'doctor')).text).toContain('[wide-key-file]')
    await fix(world)
    expect(world.files.get(page)?.mode).toBe(0o644)
  })
})

describe('a repair in a file of its own', () => {
  const OTHER = `${HOME}/other.jsonc`

  test('is undone without the option that named the file', async () => {
    const world = worldOf(SOUND, LOGIN, { [OTHER]: DOUBLED })
    await opgen(world, `doctor --fix --config ${OTHER}`)
    expect(world.read(OTHER)).toBe(SOUND)
    await opgen(world, 'rollback 0')
    expect([world.read(OTHER), world.read(CONFIG)]).toEqual([DOUBLED, SOUND])
  })

  test('that a rollback leaves out is kept for the next', async () => {
    const world = worldOf(SOUND, LOGIN, { [OTHER]: DOUBLED })
    world.write(MANIFEST, manifest('https://acme.example/v1'))
    await opgen(world, `apply --config ${OTHER} --force`)
    await opgen(world, 'apply')
    const text = world.read(OTHER) ?? ''
    world.write(OTHER, text.replace('"options": {', '"options": { "timeout": "9000",'))
    const before = world.read(OTHER)
    await opgen(world, `doctor --fix --config ${OTHER}`)
    expect(world.read(OTHER)).not.toBe(before)
    await opgen(world, 'rollback')
    await opgen(world, `rollback 1 --config ${OTHER}`)
    expect(world.read(OTHER)).toBe(before)
  })
})
