import { describe, expect, test } from 'vitest'
import type { WorldOptions } from '../../support/memory-system.ts'
import { memoryTerminal } from '../../support/memory-terminal.ts'
import type { Outcome } from '../../support/run-opgen.ts'
import { opgen, opgenJson, STATE, worldWith } from '../../support/run-opgen.ts'
import { run } from '../../../src/cli/run.ts'

const HEAD = 'version: 1\nproviders:\n'
const GW = `${HEAD}  gw: { baseURL: "https://gw.example/v1", models: [m] }\n`
const KEYCHAIN = { 'opgen/gw': 'test-key-gw' }

/** What a person sees. */
async function seen(line: string, manifest = GW, options: WorldOptions = {}): Promise<Outcome> {
  const world = worldWith(manifest, { keychain: KEYCHAIN, ...options })
  return await opgen(world, line, { answers: [] })
}

function fingerprintIn(json: unknown): string | undefined {
  return /"fingerprint":"(\w+)"/.exec(JSON.stringify(json))?.[1]
}

describe('key show', () => {
  test('prints the key on a terminal, and nothing else', async () => {
    expect(await seen('key show gw')).toEqual({ code: 0, out: 'test-key-gw\n', err: '' })
  })

  test.each([
    ['through a pipe', 'key show gw', {}, 'to anything but a terminal'],
    ['inside OpenCode', 'key show gw', { OPENCODE: '1' }, 'inside a coding agent'],
    ['inside a coding agent', 'key show gw', { AGENT: 'some' }, 'inside a coding agent'],
  ])('prints nothing %s, and asks no key store', async (_, line, env, where) => {
    const world = worldWith(GW, { keychain: KEYCHAIN, env })
    const { code, out, err } = await opgen(world, line)
    expect(code).toBe(1)
    expect(out + err).toContain(`the key for "gw" is not printed ${where}`)
    expect(out + err).toContain('`opgen key show gw --reveal` prints it all the same')
    expect(world.asked).toEqual([])
  })

  test.each([{}, { AGENT: '1' }])(
    'prints none as JSON, which no person reads, with %j',
    async (env) => {
      const world = worldWith(GW, { keychain: KEYCHAIN, env })
      const { code, out } = await opgen(world, 'key show gw --json', { answers: [] })
      expect(code).toBe(1)
      expect(JSON.parse(out)).toEqual({
        version: 1,
        command: 'key show',
        error: { code: 'not-revealed', message: expect.any(String), hint: expect.any(String) },
      })
      expect(world.asked).toEqual([])
    },
  )

  test.each(['OPENCODE', 'AGENT'])('takes an empty $%s for none', async (name) => {
    expect(await seen('key show gw', GW, { env: { [name]: '' } })).toMatchObject({ code: 0 })
  })

  test.each(['OPENCODE', 'AGENT'])('asks for --reveal on a terminal with $%s', async (name) => {
    const { code, out } = await seen('key show gw', GW, { env: { [name]: '1' } })
    expect([code, out]).toEqual([1, ''])
  })

  test('prints it anywhere with --reveal', async () => {
    const options = { keychain: KEYCHAIN, env: { OPENCODE: '1', AGENT: '1' } }
    const piped = await opgen(worldWith(GW, options), 'key show gw --reveal')
    expect(piped).toEqual({ code: 0, out: 'test-key-gw\n', err: '' })
    const world = worldWith(GW, options)
    const source = 'keychain:opgen/gw'
    const shown = await opgenJson(world, 'key show gw --reveal')
    expect(shown).toMatchObject({ command: 'key show', id: 'gw', key: 'test-key-gw', source })
    const listed = await opgenJson(world, 'key list')
    expect(listed).toMatchObject({ keys: [{ id: 'gw', source }] })
    expect(fingerprintIn(shown)).toMatch(/^[0-9a-f]{12}$/)
    expect(fingerprintIn(shown)).toBe(fingerprintIn(listed))
  })

  test('asks the sources as an apply does, and says which one gave it', async () => {
    const env = { OPGEN_KEY_GW: ' test-key-over ' }
    const { out, err } = await seen('key show gw', GW, { env })
    expect(out).toBe('test-key-over\n')
    expect(err).toBe(
      'opgen: note: key from $OPGEN_KEY_GW instead of the declared source\n' +
        'opgen: note: white space around the key was cut\n',
    )
    expect((await seen('key show gw --quiet', GW, { env })).err).toBe('')
  })

  test('has one batch asked, of one entry', async () => {
    const world = worldWith(`${GW}  other: { baseURL: "https://o.example/v1", models: [m] }\n`, {
      keychain: KEYCHAIN,
    })
    await opgen(world, 'key show gw --reveal')
    expect(world.asked).toEqual([[{ op: 'read', service: 'opgen', account: 'gw' }]])
    expect(world.read(STATE)).toBeUndefined()
  })

  const keyed = (key: string): string => GW.replace('[m]', `[m], key: ${key}`)
  test.each<[string, string, WorldOptions, string]>([
    ['no source has', GW, { keychain: {} }, 'no key found for "gw"'],
    ['the store does not give', GW, { keychainRefuses: 'locked' }, 'is locked for "gw"'],
    ['is refused', keyed('{ env: K }'), { env: { K: 'Bearer x' } }, 'begins with "Bearer "'],
    ['is none', keyed('none'), {}, '"gw" uses no key here'],
    ['opgen does not read', keyed('external'), {}, 'opgen does not read the key for "gw"'],
    ['is for another machine', GW.replace('[m]', '[m], enabled: false'), {}, 'not on this machine'],
  ])('ends with exit 1 for a key that %s', async (_, manifest, options, words) => {
    const { code, out, err } = await seen('key show gw', manifest, options)
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain(words)
    expect(err).toContain('opgen: hint: ')
  })

  test.each([
    ['keychain', 'store one with `opgen key set gw`'],
    ['{ env: K }', 'set $K'],
    ['{ keychain: { service: tool, account: me } }', 'put one into the keychain as tool/me'],
  ])('says how to hand over a key that %s does not have', async (source, hint) => {
    const { err } = await seen('key show gw', keyed(source), { keychain: {} })
    expect(err).toContain(`opgen: hint: ${hint}\n`)
  })

  test('shows no placeholder, which is no key', async () => {
    const local = `${HEAD}  lmstudio: { preset: lmstudio, models: [m] }\n`
    const { code, err } = await seen('key show lmstudio', local)
    expect([code, err]).toEqual([1, expect.stringContaining('"lmstudio" uses no key here')])
  })

  test('names the nearest id for one that the manifest does not have', async () => {
    const { code, err } = await seen('key show gv')
    expect([code, err]).toEqual([65, expect.stringContaining('did you mean "gw"?')])
  })

  test('shows all problems of a bad manifest instead', async () => {
    const world = worldWith(`${GW}    modles: []\n`, { keychain: KEYCHAIN })
    expect(await run(['key', 'show', 'gw', '--reveal'], world.system, memoryTerminal())).toBe(65)
    expect(world.asked).toEqual([])
  })
})

describe('render', () => {
  test('opens no key store without --reveal', async () => {
    const world = worldWith(GW, { keychain: KEYCHAIN })
    for (const flags of ['', ' --json', ' --verbose']) {
      const { out } = await opgen(world, `render${flags}`)
      expect(out).not.toContain('test-key')
    }
    expect(world.asked).toEqual([])
  })

  test('prints keys with --reveal, also inside a coding agent', async () => {
    const world = worldWith(GW, { keychain: KEYCHAIN, env: { AGENT: '1' } })
    expect((await opgen(world, 'render --reveal')).out).toContain('"key": "test-key-gw"')
    expect((await opgen(world, 'render --reveal --json')).out).toContain('test-key-gw')
  })
})
