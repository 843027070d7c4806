import { describe, expect, test } from 'vitest'
import {
  block,
  config,
  KEY,
  succeeds,
  withKey,
  withoutKey,
  worldOf,
} from '../../support/import-world.ts'
import { HOME } from '../../support/memory-system.ts'
import type { MemoryWorld } from '../../support/memory-system.ts'
import { AUTH, CONFIG, MANIFEST, opgen, STATE } from '../../support/run-opgen.ts'

describe('a key in plain text', () => {
  test('goes with the first apply after the import, when auth.json has it', async () => {
    const world = worldOf(withKey)
    await succeeds(world, 'import')
    expect(world.read(CONFIG)).toBe(withKey)
    await succeeds(world, 'plan')
    expect(world.read(CONFIG)).toBe(withKey)
    await succeeds(world, 'apply')
    expect(world.read(CONFIG)).toBe(withoutKey)
    expect(world.read(AUTH)).toContain(KEY)
    expect(world.read(STATE)).not.toContain(KEY)
    expect(await succeeds(world, 'apply')).toBe('Nothing to change.\n')
  })

  test('stays while the keychain has no key for it', async () => {
    const world = worldOf(withKey)
    await succeeds(world, 'import')
    world.keychain.clear()
    await succeeds(world, 'apply --skip-missing')
    expect(world.read(CONFIG)).toBe(withKey)
    world.keychain.set('opgen/acme', `${KEY}-new`)
    await succeeds(world, 'apply')
    expect(world.read(CONFIG)).toBe(withoutKey)
  })

  test('stays when somebody has changed it since', async () => {
    const world = worldOf(withKey)
    const changed = config({ acme: block('"apiKey": "test-key-other", ') })
    await succeeds(world, 'import')
    world.write(CONFIG, changed)
    await succeeds(world, 'apply')
    expect(world.read(CONFIG)).toBe(changed)
  })

  test('stays while another manifest is applied', async () => {
    const world = worldOf(withKey)
    await succeeds(world, 'import')
    world.write(`${HOME}/other.yaml`, world.read(MANIFEST) ?? '')
    await succeeds(world, `apply --manifest ${HOME}/other.yaml`)
    expect(world.read(CONFIG)).toBe(withKey)
  })

  test('stays where the apply is about other providers', async () => {
    const both = config({ acme: block(), lab: block('', 'lab.example') })
    const world = worldOf(both)
    await succeeds(world, 'import')
    await succeeds(world, 'apply --only lab')
    expect(world.read(CONFIG)).toBe(both)
    await succeeds(world, 'apply')
    expect(world.read(CONFIG)).toBe(config({ acme: block(''), lab: block('', 'lab.example') }))
  })

  test('stays when the login in auth.json is to be kept', async () => {
    const login = '{ "acme": { "type": "api", "key": "test-key-login" } }'
    const world = worldOf(withKey, { files: { [AUTH]: login } })
    await succeeds(world, 'import')
    await succeeds(world, 'apply --keep acme')
    expect(world.read(CONFIG)).toBe(withKey)
    expect(world.read(AUTH)).toBe(login)
  })

  test('is forgotten with what is not managed any more', async () => {
    const world = worldOf(withKey)
    await succeeds(world, 'import')
    await succeeds(world, 'destroy')
    expect(world.read(STATE)).not.toContain('moves')
    expect(world.read(CONFIG)).toBe(withKey)
  })

  test('stays, and is no part of the manifest, with --keep-keys', async () => {
    const world = worldOf(withKey)
    await succeeds(world, 'import --keep-keys')
    expect([...world.keychain]).toEqual([])
    expect(world.read(MANIFEST)).toContain('key: external\n')
    await succeeds(world, 'apply')
    expect(world.read(CONFIG)).toBe(withKey)
    expect(world.read(AUTH)).toBeUndefined()
  })

  test('is handed to OpenCode 2 in a file', async () => {
    const world = worldOf(withKey)
    world.openCode.installed.set('/usr/bin/opencode', '2.0.1')
    await succeeds(world, 'import')
    await succeeds(world, 'apply')
    const reference = '{file:~/.local/share/opgen/keys/acme}'
    expect(world.read(CONFIG)).toBe(withKey.replace(KEY, reference))
  })
})

/** Run what must be refused, and must have changed nothing. */
async function refused(
  world: MemoryWorld,
  line: string,
): Promise<{ readonly code: number; readonly err: string }> {
  const before = new Map(world.files)
  const keychain = new Map(world.keychain)
  const { code, err } = await opgen(world, line)
  expect(new Map(world.files)).toEqual(before)
  expect(new Map(world.keychain)).toEqual(keychain)
  return { code, err }
}

describe('an import is refused, and nothing is written,', () => {
  test('where the keychain is locked', async () => {
    const world = worldOf(withKey)
    world.refuseKeychain('locked')
    const { code, err } = await refused(world, 'import')
    expect(code).toBe(1)
    expect(err).toContain('the keychain is locked')
    expect(err).toContain('or leave keys where they are with `opgen import --keep-keys`')
  })

  test('where a manifest is there', async () => {
    const world = worldOf(withKey, { files: { [MANIFEST]: 'version: 1\nproviders: {}\n' } })
    const { code, err } = await refused(world, 'import')
    expect(code).toBe(1)
    expect(err).toContain('is there already; nothing was written')
    expect(err).toContain('`--out FILE`')
  })

  test('where a folder is in the way', async () => {
    expect(await refused(worldOf(withKey), 'import --out ../dotfiles')).toMatchObject({ code: 1 })
  })

  test('for ids that OpenCode does not have', async () => {
    const { code, err } = await refused(worldOf(withKey), 'import --only acne --only none')
    expect(code).toBe(65)
    expect(err).toContain('has no provider "acne"')
    expect(err).toContain('did you mean "acme"?')
    expect(err).toContain('has no provider "none"')
  })

  test('for the template of a dotfiles manager', async () => {
    const { code, err } = await refused(worldOf(withKey), 'import --config opencode.jsonc.tmpl')
    expect(code).toBe(1)
    expect(err).toContain('is a template of a dotfiles manager')
  })

  test('where the keychain has other keys and nobody is asked', async () => {
    const world = worldOf(withKey, { keychain: { 'opgen/acme': 'test-key-other' } })
    const { code, err } = await refused(world, 'import')
    expect(code).toBe(1)
    expect(err).toContain('the keychain holds another key for "acme"')
  })

  test('where the person is gone before the question is answered', async () => {
    const world = worldOf(withKey, { keychain: { 'opgen/acme': 'test-key-other' } })
    const before = new Map(world.files)
    expect((await opgen(world, 'import', { answers: [] })).code).toBe(130)
    expect(new Map(world.files)).toEqual(before)
  })
})

describe('another key in the keychain', () => {
  test.each([
    ['y', KEY],
    ['n', 'test-key-other'],
  ])('is replaced only when told to: %s', async (answer, stored) => {
    const world = worldOf(withKey, { keychain: { 'opgen/acme': 'test-key-other' } })
    expect((await opgen(world, 'import', { answers: [answer] })).code).toBe(0)
    expect(world.keychain.get('opgen/acme')).toBe(stored)
    await succeeds(world, 'apply')
    expect(world.read(CONFIG)).toBe(withoutKey)
    expect(world.read(AUTH)).toContain(`"${stored}"`)
  })
})
