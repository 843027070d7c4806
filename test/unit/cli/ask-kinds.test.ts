import { describe, expect, test } from 'vitest'
import { answered, ctrlC, drifted, edit, env, GW, snapshot } from '../../support/answering.ts'
import { AUTH, CONFIG, MANIFEST, opgen, worldWith } from '../../support/run-opgen.ts'

describe('a foreign value in the way', () => {
  test('is carried beside other answers, which then wait for the next run', async () => {
    const files = { [CONFIG]: '{"model":"x/y","provider":{"gw":{"name":"Theirs"}}}' }
    const world = worldWith(`model: gw/m\n${GW}`, { env, files })
    const { code, out } = await answered(world, 'm', 'o')
    expect(code).toBe(3)
    expect(out).toBe('providers:\n  gw:\n    name: Theirs\n')
    expect(world.read(CONFIG)).toBe(files[CONFIG])
  })

  test('in the block of a provider that left: the block goes, or what is theirs stays', async () => {
    for (const [answer, isThere] of [
      ['d', false],
      ['k', true],
    ] as const) {
      const world = worldWith(GW, { env })
      await opgen(world, 'apply')
      edit(world, CONFIG, '"options": {', '"options": { "mine": 1,')
      world.write(MANIFEST, 'version: 1\nproviders: {}\n')
      const { code, err } = await answered(world, answer)
      expect(err).toContain("  /provider/gw/options/mine is not opgen's\n")
      expect(err).toContain(
        '  [d]elete the whole block  [k]eep  [m]anifest (print the YAML)  [q]uit',
      )
      expect(code).toBe(0)
      expect(world.read(CONFIG)?.includes('mine') === true).toBe(isThere)
    }
  })
})

describe('a missing key', () => {
  const manifest = GW.replace('key: { env: GW_KEY }', 'key: keychain').replace(
    'providers:',
    'providers:\n  two: { baseURL: "https://two.example/v1", models: [m], key: { env: TWO_KEY } }',
  )

  test('is entered now: stored, found, and the provider is written', async () => {
    const world = worldWith(manifest)
    const { code, out, err } = await answered(world, 's', 'e', 'test-key-typed')
    expect(code).toBe(0)
    expect(out).toContain('+ gw ')
    expect(err).toContain('two missing-key: it has no key\n  no key found ($TWO_KEY is not set)\n')
    expect(err).toContain('  [s]kip this provider  [q]uit\n')
    expect(err).toContain('  [s]kip this provider  [e]nter it now  [q]uit\n')
    expect(err).toContain('  Key for "gw" (not shown): \n  stored in the keychain (fingerprint ')
    expect(err).not.toContain('test-key')
    expect(world.keychain.get('opgen/gw')).toBe('test-key-typed')
    expect(world.read(AUTH)).toContain('test-key-typed')
    expect(world.read(CONFIG)).not.toContain('two')
  })

  test('is asked for again when it is none, or the keychain does not take it', async () => {
    const world = worldWith(manifest, { env: { TWO_KEY: 'test-key-two' } })
    const { code, err } = await answered(world, 'e', 'Bearer test-key-typed', 'e', '', 's')
    expect(code).toBe(0)
    expect(err).toContain('opgen: error: the key for "gw" (as given) begins with "Bearer "')
    expect(err).toContain('opgen: error: no key given for "gw"')
    expect(world.keychain.size).toBe(0)
  })

  test('is skipped for one provider and not for another', async () => {
    const world = worldWith(manifest)
    const { code, err } = await answered(world, 's', 'q')
    expect(code).toBe(3)
    expect(err).toContain('2 decisions are needed')
  })

  test('of which the prompt is interrupted stops everything', async () => {
    const world = worldWith(manifest)
    const before = snapshot(world)
    expect(await answered(world, 's', 'e', ctrlC)).toMatchObject({ code: 130, out: '' })
    expect(snapshot(world)).toEqual(before)
  })
})

describe('a command that undoes', () => {
  test('asks as an apply does, but for the manifest, which it does not go by', async () => {
    for (const [answer, isThere] of [
      ['d', false],
      ['k', true],
    ] as const) {
      const world = await drifted()
      const { code, err } = await opgen(world, 'destroy', { answers: [answer, 'k'] })
      expect(err).toContain(
        '  - nothing    wanted\n  + "By hand"  on disk\n  [d]elete  [k]eep  [q]uit\n',
      )
      expect(code).toBe(0)
      expect(world.read(CONFIG)?.includes('By hand') === true).toBe(isThere)
    }
  })

  test('overwrites what somebody changed on the way back', async () => {
    const world = worldWith(GW, { env })
    await opgen(world, 'apply')
    edit(world, MANIFEST, 'name: Gw', 'name: Other')
    await opgen(world, 'apply')
    edit(world, CONFIG, '"Other"', '"By hand"')
    const before = snapshot(world)
    const quit = await opgen(world, 'rollback', { answers: ['q'] })
    expect(quit).toMatchObject({ code: 3, out: '' })
    expect(quit.err).toContain('  [o]verwrite  [k]eep  [q]uit\n')
    expect(snapshot(world)).toEqual(before)
    expect(await opgen(world, 'rollback', { answers: ['o'] })).toMatchObject({ code: 0 })
    expect(world.read(CONFIG)).toContain('"Gw"')
  })
})

describe('the other kinds', () => {
  test('a key that would travel in the open is trusted, or nothing is written', async () => {
    const manifest = GW.replace('https:', 'http:')
    const world = worldWith(manifest, { env })
    const { code, err } = await answered(world, 't')
    expect(code).toBe(0)
    expect(err).toContain('gw origin: its key would go where none has been sent from here\n')
    expect(err).toContain('  [t]rust  [q]uit\n')
    expect(await answered(world)).toMatchObject({ out: 'Nothing to change.\n', err: '' })
  })

  test('another manifest is switched to', async () => {
    const world = worldWith(GW, { env })
    await opgen(world, 'apply')
    world.write('/home/ana/other.yaml', GW.replace('name: Gw', 'name: Other'))
    const line = 'apply --manifest /home/ana/other.yaml'
    expect(await opgen(world, line, { answers: ['q'] })).toMatchObject({ code: 3, out: '' })
    const { code, err } = await opgen(world, line, { answers: ['s'] })
    expect(code).toBe(0)
    expect(err).toContain('  [s]witch to this manifest  [q]uit\n')
    expect(world.read(CONFIG)).toContain('"Other"')
  })

  test('a provider that goes with a profile is deleted or kept', async () => {
    for (const [answer, isThere] of [
      ['d', false],
      ['k', true],
    ] as const) {
      const world = worldWith(GW.replace('name: Gw', 'when: { profile: work }'), { env })
      await opgen(world, 'apply --profile work')
      const { code, err } = await answered(world, answer)
      expect(err).toContain('gw profile: it is not in the manifest of this session\n')
      expect(err).toContain('  [d]elete  [k]eep  [q]uit\n')
      expect(code).toBe(0)
      expect(world.read(CONFIG)?.includes('gw.example') === true).toBe(isThere)
    }
  })

  test('a list that would become empty is emptied, kept or carried', async () => {
    for (const [answer, outcome, list] of [
      ['e', { code: 0 }, '[]'],
      ['k', { code: 0 }, '["gw"]'],
      ['m', { code: 3, out: 'enabled_providers:\n  - gw\n' }, '["gw"]'],
    ] as const) {
      const world = worldWith(GW, { env, files: { [CONFIG]: '{"enabled_providers":["x"]}' } })
      await opgen(world, 'apply')
      edit(world, CONFIG, '"x", ', '')
      edit(world, CONFIG, '"x",', '')
      world.write(MANIFEST, 'version: 1\nproviders: {}\n')
      const done = await answered(world, answer)
      expect(done.err).toContain('/enabled_providers list: the list would become empty\n')
      expect(done).toMatchObject(outcome)
      expect(world.read(CONFIG)).toContain(`"enabled_providers":${list}`)
    }
  })

  test('a symlinked auth.json is written through or left alone', async () => {
    for (const [answer, isThere] of [
      ['w', true],
      ['k', false],
    ] as const) {
      const world = worldWith(GW, { env })
      world.links.set(AUTH, '/home/ana/elsewhere/auth.json')
      const { code, err } = await answered(world, answer)
      expect(err).toContain('/auth symlink: it is a symlink\n')
      expect(code).toBe(0)
      expect(world.read('/home/ana/elsewhere/auth.json') !== undefined).toBe(isThere)
    }
  })
})
