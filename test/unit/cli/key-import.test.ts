import { generateIdentity, identityToRecipient } from 'age-encryption'
import { describe, expect, test } from 'vitest'
import {
  good,
  keys,
  laptop,
  otherLaptop,
  VAULT,
  withFile,
  writeVault,
} from '../../support/laptops.ts'
import { HOME } from '../../support/memory-system.ts'
import { MANIFEST, opgen, opgenJson } from '../../support/run-opgen.ts'

const identity = await generateIdentity()
const recipient = await identityToRecipient(identity)

describe('`key import`', () => {
  test('stores what is missing, in one go, after a look at the keychain', async () => {
    const first = laptop()
    await opgen(first, `key export ${withFile}`)
    const world = otherLaptop(first, { 'opgen/two': 'test-key-two' })
    expect(await opgenJson(world, `key import ${withFile}`)).toEqual({
      version: 1,
      command: 'key import',
      file: VAULT,
      imported: ['one'],
      unchanged: ['two'],
      replaced: [],
      leftOut: [],
    })
    expect(Object.fromEntries(world.keychain)).toEqual(keys)
    expect(world.asked.map((batch) => batch.map(({ op }) => op))).toEqual([
      ['probe'],
      ['read', 'read'],
      ['store'],
    ])
  })

  test('says what it did, and what the manifest has no use for', async () => {
    const world = laptop({})
    await writeVault(world, {
      version: 1,
      keys: { one: 'test-key-one', stranger: 'test-key-stranger' },
      entries: [{ service: 'work', account: 'me', key: 'test-key-work' }],
    })
    const { code, out, err } = await opgen(world, `key import ${withFile}`)
    expect({ code, out }).toEqual({ code: 0, out: 'Imported from keys.age: one.\n' })
    expect(err).toContain('left out, as nothing here takes its key from it: "stranger"\n')
    expect(err).toContain('left out, as nothing here takes its key from it: "work/me"\n')
    expect([...world.keychain.keys()]).toEqual(['opgen/one'])
    const again = await opgen(world, `key import keys.age ${withFile}`)
    expect(again.out).toBe('Left as it is in the keychain: one.\n')
  })

  test('replaces no different key without being told', async () => {
    const first = laptop()
    await opgen(first, `key export ${withFile}`)
    const world = otherLaptop(first, { 'opgen/one': 'test-key-mine' })
    const { code, err } = await opgen(world, `key import ${withFile}`)
    expect(code).toBe(1)
    expect(err).toContain('error: the keychain holds another key for "one"; nothing was stored\n')
    expect(err).toContain('`--force`')
    expect(Object.fromEntries(world.keychain)).toEqual({ 'opgen/one': 'test-key-mine' })
    expect(await opgenJson(world, `key import --force ${withFile}`)).toMatchObject({
      imported: ['two'],
      replaced: ['one'],
    })
    expect(Object.fromEntries(world.keychain)).toEqual(keys)
  })

  test('asks on a terminal for each different key', async () => {
    const first = laptop()
    await opgen(first, `key export ${withFile}`)
    const mine = { 'opgen/one': 'test-key-mine', 'opgen/two': 'test-key-mine' }
    const world = otherLaptop(first, mine)
    const gone = await opgen(world, 'key import', { answers: [good, 'y'] })
    expect(gone.code).toBe(130)
    expect(Object.fromEntries(world.keychain)).toEqual(mine)
    const { code, out, err } = await opgen(world, 'key import', { answers: [good, 'y', '', 'n'] })
    expect(code).toBe(0)
    expect(err).toContain(
      'The keychain holds another key for "one". Replace it?\n  [y]es  [n]o  > ',
    )
    expect(out).toBe('Replaced from keys.age: one.\nLeft as it is in the keychain: two.\n')
    expect(world.keychain.get('opgen/one')).toBe('test-key-one')
    expect(world.keychain.get('opgen/two')).toBe('test-key-mine')
  })

  test("without any manifest takes all of opgen's own", async () => {
    const world = laptop({})
    await writeVault(world, {
      version: 1,
      keys: { a: 'test-key-a', b: 'test-key-b' },
      entries: [{ service: 'work', account: 'me', key: 'test-key-work' }],
    })
    world.files.delete(MANIFEST)
    expect(await opgenJson(world, `key import keys.age ${withFile}`)).toMatchObject({
      imported: ['a', 'b'],
      leftOut: ['work/me'],
    })
    const { code, err } = await opgen(world, `key import ${withFile}`)
    expect(code).toBe(1)
    expect(err).toContain('error: no file to import from\n')
    const named = await opgen(world, `key import keys.age --manifest x.yaml ${withFile}`)
    expect(named.err).toContain(`error: no manifest at ${HOME}/dotfiles/x.yaml\n`)
  })

  test('asks for no passphrase where the keychain keeps nothing, or an identity is what is needed', async () => {
    const world = laptop()
    await opgen(world, `key export ${withFile}`)
    world.refuseKeychain('locked')
    const locked = await opgen(world, 'key import', { answers: [] })
    expect(locked.err).toBe(
      'opgen: error: the keychain is locked\n' +
        'opgen: hint: unlock it in your desktop session, then run it again\n',
    )
    world.refuseKeychain(undefined)
    await opgen(world, `key export --recipient ${recipient}`)
    const closed = await opgen(world, 'key import', { answers: [] })
    expect(closed.code).toBe(1)
    expect(closed.err).toContain(`error: ${VAULT} opens with an identity, not with a passphrase\n`)
    const wrong = await opgen(world, `key import ${withFile}`)
    expect(wrong.err).toBe(closed.err)
  })
})
