import { describe, expect, test } from 'vitest'
import { HOME } from '../../support/memory-system.ts'
import type { MemoryWorld, WorldOptions } from '../../support/memory-system.ts'
import {
  AUTH,
  CONFIG,
  keyFiles,
  KEYS,
  MANIFEST,
  opgen,
  opgenJson,
  STATE,
  worldWith,
} from '../../support/run-opgen.ts'
import { trusting } from '../../support/trusting.ts'

const KEY = 'test-key-gw'
const env = { GW: KEY }
const REFERENCE = '{file:~/.local/share/opgen/keys/gw}'
const NOTHING = 'version: 1\nproviders: {}\n'

/** A manifest with the provider `gw`, its key in a key file. */
function gw(more = 'key: { env: GW }', delivery = 'keyfile'): string {
  const provider = `{ baseURL: "https://gw.example/v1", models: [m], ${more} }`
  return `version: 1\ndelivery: ${delivery}\nproviders:\n  gw: ${provider}\n`
}

function world(manifest = gw(), options: WorldOptions = {}): MemoryWorld {
  return worldWith(manifest, { env, ...options })
}

function optionsOf(given: MemoryWorld): unknown {
  return JSON.parse(given.read(CONFIG) ?? '{}').provider?.gw?.options
}

async function apply(given: MemoryWorld, manifest?: string, flags = ''): Promise<number> {
  if (manifest !== undefined) given.write(MANIFEST, manifest)
  return (await opgen(given, `apply${flags}${await trusting(given)}`)).code
}

describe('a key file', () => {
  test('holds the key and nothing else, also with characters that JSON escapes', async () => {
    const odd = 'test-key-"\\{}'
    const given = world(gw(), { env: { GW: odd } })
    expect(await apply(given)).toBe(0)
    expect(keyFiles(given)).toEqual({ gw: odd })
    expect(given.files.get(`${KEYS}/gw`)?.mode).toBe(0o600)
    expect(given.read(AUTH)).toBeUndefined()
  })

  test('is not needed for a placeholder, which stands in its place', async () => {
    const manifest =
      'version: 1\ndelivery: keyfile\nproviders:\n  gw: { preset: ollama, models: [m] }\n'
    const given = world(manifest)
    expect(await apply(given)).toBe(0)
    expect(keyFiles(given)).toEqual({})
    expect(optionsOf(given)).toEqual({ baseURL: 'http://localhost:11434/v1', apiKey: 'ollama' })
  })

  test.each(['none', 'external'])(
    'is neither there nor referred to under `key: %s`',
    async (key) => {
      const given = world()
      expect(await apply(given)).toBe(0)
      expect(await apply(given, gw(`key: ${key}`))).toBe(0)
      expect(keyFiles(given)).toEqual({})
      expect(optionsOf(given)).toEqual({ baseURL: 'https://gw.example/v1' })
    },
  )

  test('takes the place of what the manifest refers to, when the environment has a key', async () => {
    const manifest = gw('key: external, options: { apiKey: "{env:MINE}" }')
    const given = world(manifest, { env: { OPGEN_KEY_GW: KEY } })
    expect(await apply(given)).toBe(0)
    expect(optionsOf(given)).toMatchObject({ apiKey: REFERENCE })
    expect(keyFiles(given)).toEqual({ gw: KEY })
  })

  test('is not written where something else is kept in place of the reference', async () => {
    const mine = '{ "provider": { "gw": { "options": { "apiKey": "test-key-mine" } } } }'
    const given = world(gw(), { files: { [CONFIG]: mine } })
    expect(await apply(given)).toBe(3)
    expect(await apply(given, undefined, ' --keep')).toBe(0)
    expect(keyFiles(given)).toEqual({})
    expect((await opgen(given, 'apply')).out).toBe('Nothing to change.\n')
  })

  test('of a provider without a key stays with its reference', async () => {
    const given = world(gw(), { keychain: { 'opgen/gw': KEY }, env: {} })
    given.write(MANIFEST, gw('key: keychain'))
    expect(await apply(given)).toBe(0)
    given.keychain.clear()
    const before = given.read(CONFIG)
    expect(await apply(given)).toBe(3)
    expect(await apply(given, undefined, ' --skip-missing')).toBe(0)
    expect(keyFiles(given)).toEqual({ gw: KEY })
    expect(given.read(CONFIG)).toBe(before)
  })

  test('is left for a run that is about other providers', async () => {
    const more = '  b: { baseURL: "https://b.example/v1", models: [m], key: { env: GW } }\n'
    const given = world(gw() + more)
    expect(await apply(given)).toBe(0)
    expect(await apply(given, NOTHING, ' --only b')).toBe(0)
    expect(keyFiles(given)).toEqual({ gw: KEY })
  })

  test('that a config file of another run refers to stays until that is gone', async () => {
    const given = world()
    const other = `${HOME}/other.jsonc`
    expect(await apply(given, undefined, ` --config ${other}`)).toBe(0)
    expect(await apply(given)).toBe(0)
    expect(await apply(given, NOTHING)).toBe(0)
    expect(keyFiles(given)).toEqual({ gw: KEY })
    expect(await apply(given, undefined, ` --config ${other}`)).toBe(0)
    expect(keyFiles(given)).toEqual({})
  })

  test('that somebody else refers to stays when keys move to auth.json, and that is said once', async () => {
    const given = world()
    expect(await apply(given)).toBe(0)
    const project = `${HOME}/dotfiles/opencode.json`
    given.write(project, `{ "mcp": { "x": { "headers": { "X-Key": "${REFERENCE}" } } } }`)
    given.write(MANIFEST, gw(undefined, 'auth.json'))
    expect((await opgen(given, 'apply')).out).toContain('its key file stays')
    expect(keyFiles(given)).toEqual({ gw: KEY })
    expect((await opgen(given, 'apply')).out).toBe('Nothing to change.\n')
    given.files.delete(project)
    expect((await opgen(given, 'apply')).out).toContain('~ gw  key\n')
    expect(keyFiles(given)).toEqual({})
  })

  test('that only a commented line refers to goes, as OpenCode does not read it there', async () => {
    const given = world()
    expect(await apply(given)).toBe(0)
    given.write(CONFIG, `${given.read(CONFIG)}// was: ${REFERENCE}\n`)
    expect(await apply(given, NOTHING)).toBe(0)
    expect(keyFiles(given)).toEqual({})
  })

  test('that a comment after a value refers to stays, because OpenCode reads it there', async () => {
    const given = world()
    expect(await apply(given)).toBe(0)
    given.write(CONFIG, `${given.read(CONFIG)}/* was: ${REFERENCE} */\n`)
    expect(await apply(given, NOTHING)).toBe(0)
    expect(keyFiles(given)).toEqual({ gw: KEY })
  })
})

describe('the reference to a key file', () => {
  test.each([
    [`${HOME}/data`, '{file:~/data/opgen/keys/gw}'],
    ['/mnt/with space', '{file:/mnt/with space/opgen/keys/gw}'],
  ])('in XDG_DATA_HOME=%s is %s', async (XDG_DATA_HOME, reference) => {
    const given = world(gw(), { env: { ...env, XDG_DATA_HOME } })
    expect(await apply(given)).toBe(0)
    expect(optionsOf(given)).toMatchObject({ apiKey: reference })
  })

  test.each(['/mnt/a}b', '/mnt/a"b', '/mnt/a\\b'])(
    'cannot be made for %s, and nothing is written',
    async (XDG_DATA_HOME) => {
      const given = world(gw(), { env: { ...env, XDG_DATA_HOME } })
      const { code, err } = await opgen(given, 'apply')
      expect(code).toBe(1)
      expect(err).toContain('no config file can refer to')
      expect(given.read(CONFIG)).toBeUndefined()
    },
  )
})

describe('a link where key files should be', () => {
  test.each([
    ['the file', `${KEYS}/gw`, '/elsewhere/gw'],
    ['their folder', KEYS, '/elsewhere/keys'],
    ["opgen's folder", `${HOME}/.local/share/opgen`, '/elsewhere/opgen'],
  ])('that is %s is not written through', async (_, link, to) => {
    const given = world()
    given.links.set(link, to)
    const { code, err } = await opgen(given, 'apply')
    expect(code).toBe(1)
    expect(err).toContain('is a symlink, and keys are only written where they seem to be')
    expect([...given.files.keys()].filter((file) => file.startsWith('/elsewhere'))).toEqual([])
    expect(given.read(CONFIG)).toBeUndefined()
  })

  test('further up is taken as it is, but not into a git work tree', async () => {
    const given = world()
    given.links.set(KEYS, '/data/opgen/keys')
    const look = (file: string) => (file === KEYS ? undefined : given.system.files.look(file))
    const files = { ...given.system.files, look: async (file: string) => look(file) }
    const linked = { ...given, system: { ...given.system, files } }
    expect(await apply(linked)).toBe(0)

    given.write('/data/.git/HEAD', '')
    const { code, err } = await opgen({ ...linked }, 'apply')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    given.write(MANIFEST, gw('key: { env: OTHER }'))
    const other = { ...linked.system, machine: { ...given.system.machine, env: { OTHER: 'x-1' } } }
    const refused = await opgen({ ...linked, system: other }, 'apply')
    expect(refused.code).toBe(1)
    expect(refused.err).toContain('is really inside a git work tree')
  })

  test('that leads to the same key satisfies, and goes itself when the provider goes', async () => {
    const given = world()
    expect(await apply(given)).toBe(0)
    given.files.delete(`${KEYS}/gw`)
    given.links.set(`${KEYS}/gw`, '/run/secrets/gw')
    given.write('/run/secrets/gw', `${KEY}\n`, 0o444)
    expect((await opgen(given, 'apply')).out).toBe('Nothing to change.\n')
    expect(await apply(given, NOTHING)).toBe(0)
    expect(given.files.get('/run/secrets/gw')).toMatchObject({ text: `${KEY}\n`, mode: 0o444 })
  })
})

describe('a key file that others can read', () => {
  test('is warned about by plan and narrowed by apply, also when nothing else changes', async () => {
    const given = world()
    expect(await apply(given)).toBe(0)
    given.write(`${KEYS}/gw`, KEY, 0o644)
    expect((await opgen(given, 'plan')).err).toContain('can be read by others (mode 0644)')
    const { out, err } = await opgen(given, 'apply')
    expect(out).toBe('Nothing to change.\n')
    expect(err).toContain('its mode is now 0600')
    expect(given.files.get(`${KEYS}/gw`)?.mode).toBe(0o600)
  })

  test('and is not a file is refused', async () => {
    const given = world(gw(), { files: { [`${KEYS}/gw/inside`]: '' } })
    expect((await opgen(given, 'apply')).err).toContain('is not a file')
  })
})

describe('what is recorded', () => {
  test('is a fingerprint, and the way of each key', async () => {
    const more =
      '  b: { baseURL: "https://b.example/v1", models: [m], keyIn: authToken, key: { env: GW } }\n'
    const given = world(gw(undefined, 'auto') + more)
    expect(await apply(given)).toBe(0)
    const text = given.read(STATE) ?? ''
    expect(text).not.toContain(KEY)
    const state = JSON.parse(text)
    expect(state.delivery).toEqual({ gw: 'auth.json', b: 'keyfile' })
    expect(state.files[`${KEYS}/b`].values).toMatchObject({
      '': { unit: 'b', origin: 'written', value: { fingerprint: expect.any(String) } },
    })
    expect(await apply(given, NOTHING)).toBe(0)
    expect(JSON.parse(given.read(STATE) ?? '')).toMatchObject({ delivery: {}, files: {} })
  })
})

describe('render', () => {
  test('shows key files only when the keys are to be revealed', async () => {
    const given = world()
    const masked = await opgenJson(given, 'render')
    expect(JSON.stringify(masked)).toContain(REFERENCE)
    expect(masked).toMatchObject({ files: [{ path: CONFIG }] })
    expect(await opgenJson(given, 'render --reveal')).toMatchObject({
      files: [{ path: CONFIG }, { path: `${KEYS}/gw`, text: KEY }],
    })
  })
})
