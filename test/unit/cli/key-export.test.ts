import { generateIdentity, identityToRecipient } from 'age-encryption'
import { describe, expect, test } from 'vitest'
import {
  good,
  keys,
  laptop,
  otherLaptop,
  SECRET,
  VAULT,
  withFile,
  withVault,
} from '../../support/laptops.ts'
import { HOME } from '../../support/memory-system.ts'
import type { MemoryWorld } from '../../support/memory-system.ts'
import { MANIFEST, opgen, opgenJson, worldWith } from '../../support/run-opgen.ts'

const identity = await generateIdentity()
const recipient = await identityToRecipient(identity)

describe('`key export`', () => {
  test('writes what the keychain has of the manifest into its vault, and shows none of it', async () => {
    const world = laptop({ ...keys, 'opgen/stranger': 'test-key-stranger' })
    const { code, out, err } = await opgen(world, `key export ${withFile}`)
    expect({ code, out, err }).toEqual({
      code: 0,
      out: 'Exported to keys.age: one, two.\n',
      err: 'opgen: hint: on the other machine, `opgen key import keys.age`\n',
    })
    expect(world.read(VAULT)).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n/)
    expect(world.asked.map((batch) => batch.length)).toEqual([2])
    expect(world.files.get(VAULT)?.mode).toBe(0o644)
  })

  test('leaves a vault as it is that holds the same', async () => {
    const world = laptop()
    await opgen(world, `key export ${withFile}`)
    const before = world.files.get(VAULT)
    expect(await opgenJson(world, `key export ${withFile}`)).toEqual({
      version: 1,
      command: 'key export',
      file: VAULT,
      exported: ['one', 'two'],
      missing: [],
      unchanged: true,
    })
    expect(world.files.get(VAULT)).toBe(before)
    world.keychain.set('opgen/one', 'test-key-changed')
    expect(await opgenJson(world, `key export ${withFile}`)).toMatchObject({ unchanged: false })
    expect(world.files.get(VAULT)).not.toEqual(before)
  })

  test('says which providers have no key to export, and what was in the vault before', async () => {
    const world = laptop()
    await opgen(world, `key export ${withFile}`)
    world.keychain.delete('opgen/two')
    const { code, out, err } = await opgen(world, `key export ${withFile}`)
    expect({ code, out }).toEqual({ code: 0, out: 'Exported to keys.age: one.\n' })
    expect(err).toContain('note: the keychain has no key for "two", so it is not in there\n')
    expect(err).toContain('note: "two" stood in there, and is not in there any more\n')
  })

  test('takes the passphrase from standard input, and says when it is a new one', async () => {
    const world = laptop()
    await opgen(world, `key export ${withFile}`)
    const line = 'key export --passphrase-file -'
    const { err } = await opgen(world, line, { stdin: 'another one altogether\r\n' })
    expect(err).toContain('note: what was there before opens with something else, and was replaced')
    const world2 = otherLaptop(world)
    const refused = await opgen(world2, `key import ${withFile}`)
    expect(refused).toMatchObject({ code: 1, out: '' })
    expect(refused.err).toContain(`error: this passphrase does not open ${VAULT}\n`)
    const taken = await opgen(world2, 'key import --passphrase-file -', {
      stdin: 'another one altogether',
    })
    expect(taken.code).toBe(0)
  })

  test('encrypts to recipients, and again only for others or other keys', async () => {
    const world = laptop()
    world.write(`${HOME}/id.txt`, `# created\n${identity}\n`)
    const line = `key export --to new.age --recipient ${recipient}`
    expect((await opgen(world, line)).code).toBe(0)
    const file = `${HOME}/dotfiles/new.age`
    const before = world.files.get(file)
    const same = await opgen(world, `${line} --identity ${HOME}/id.txt`)
    expect(same.out).toBe('new.age holds the same already: one, two. Nothing was written.\n')
    expect(world.files.get(file)).toBe(before)
    world.write(
      `${HOME}/all.txt`,
      `# laptops\n${await identityToRecipient(await generateIdentity())}\n\n${recipient}\n`,
    )
    const more = `key export --to new.age --recipient @${HOME}/all.txt --identity ${HOME}/id.txt`
    expect((await opgen(world, more)).out).toBe('Exported to new.age: one, two.\n')
    expect(world.files.get(file)).not.toEqual(before)
    const imported = await opgen(
      laptopWith(world, file),
      `key import new.age --identity ${HOME}/id.txt`,
    )
    expect(imported.out).toBe('Imported from new.age: one, two.\n')
  })

  test('overwrites nothing that is no vault', async () => {
    const world = laptop()
    const { code, err } = await opgen(world, `key export --to providers.yaml ${withFile}`)
    expect(code).toBe(1)
    expect(err).toContain(`error: ${MANIFEST} is not an age file, or only a part of one\n`)
    expect(world.read(MANIFEST)).toBe(withVault)
  })
})

/** Another laptop with that file, and the identity. */
function laptopWith(first: MemoryWorld, file: string): MemoryWorld {
  const world = laptop({})
  world.write(file, first.read(file) ?? '')
  world.write(`${HOME}/id.txt`, identity)
  return world
}

test('the vault of an included manifest lies beside it', async () => {
  const world = worldWith('version: 1\ninclude: [team/providers.yaml]\n', {
    keychain: keys,
    files: { [SECRET]: good, [`${HOME}/dotfiles/team/providers.yaml`]: withVault },
  })
  expect((await opgen(world, `key export ${withFile}`)).code).toBe(0)
  expect(world.read(`${HOME}/dotfiles/team/keys.age`)).toBeDefined()
})
