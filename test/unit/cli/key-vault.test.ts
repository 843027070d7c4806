import { armor, Encrypter, generateIdentity, identityToRecipient } from 'age-encryption'
import { describe, expect, test } from 'vitest'
import { HOME } from '../../support/memory-system.ts'
import type { MemoryWorld } from '../../support/memory-system.ts'
import { ctrlC } from '../../support/answering.ts'
import { MANIFEST, opgen, opgenJson, worldWith } from '../../support/run-opgen.ts'

const manifest = `version: 1
vault: keys.age
providers:
  one: { baseURL: "https://one.example/v1", models: [m] }
  two: { baseURL: "https://two.example/v1", models: [m], key: [keychain, { env: TWO_KEY }] }
  three: { baseURL: "https://three.example/v1", models: [m], key: { env: THREE_KEY } }
`
const FILE = `${HOME}/dotfiles/keys.age`
const SECRET = `${HOME}/passphrase`
const good = 'correct horse battery'
const keys = { 'opgen/one': 'test-key-one', 'opgen/two': 'test-key-two' }
const withFile = `--passphrase-file ${SECRET}`
const identity = await generateIdentity()
const recipient = await identityToRecipient(identity)

function laptop(keychain: Readonly<Record<string, string>> = keys): MemoryWorld {
  return worldWith(manifest, { keychain, files: { [SECRET]: `${good}\n` } })
}

/** The same dotfiles on another laptop. */
function otherLaptop(
  first: MemoryWorld,
  keychain: Readonly<Record<string, string>> = {},
): MemoryWorld {
  const world = laptop(keychain)
  world.write(FILE, first.read(FILE) ?? '')
  return world
}

/** A vault that somebody else made. */
async function writeVault(world: MemoryWorld, json: unknown): Promise<void> {
  const encrypter = new Encrypter()
  encrypter.setScryptWorkFactor(2)
  encrypter.setPassphrase(good)
  world.write(FILE, armor.encode(await encrypter.encrypt(JSON.stringify(json))))
}

describe('`key export`', () => {
  test('writes what the keychain has of the manifest into its vault, and shows none of it', async () => {
    const world = laptop({ ...keys, 'opgen/stranger': 'test-key-stranger' })
    const { code, out, err } = await opgen(world, `key export ${withFile}`)
    expect({ code, out, err }).toEqual({
      code: 0,
      out: 'Exported to keys.age: one, two.\n',
      err: 'opgen: hint: on the other machine, `opgen key import keys.age`\n',
    })
    expect(world.read(FILE)).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n/)
    expect(world.asked.map((batch) => batch.length)).toEqual([2])
    expect(world.files.get(FILE)?.mode).toBe(0o644)
  })

  test('leaves a vault as it is that holds the same', async () => {
    const world = laptop()
    await opgen(world, `key export ${withFile}`)
    const before = world.files.get(FILE)
    expect(await opgenJson(world, `key export ${withFile}`)).toEqual({
      version: 1,
      command: 'key export',
      file: FILE,
      exported: ['one', 'two'],
      missing: [],
      unchanged: true,
    })
    expect(world.files.get(FILE)).toBe(before)
    world.keychain.set('opgen/one', 'test-key-changed')
    expect(await opgenJson(world, `key export ${withFile}`)).toMatchObject({ unchanged: false })
    expect(world.files.get(FILE)).not.toEqual(before)
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
    expect(refused.err).toContain(`error: this passphrase does not open ${FILE}\n`)
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
    expect(world.read(MANIFEST)).toBe(manifest)
  })

  test.each([
    ['no key there', {}, manifest, 'the keychain has no key for "one", "two"; nothing was written'],
    [
      'none of the keychain',
      keys,
      manifest.replace(/ {2}(one|two).*\n/g, ''),
      'no provider here takes its key from the keychain; nothing was written',
    ],
    ['nowhere to', keys, manifest.replace('vault: keys.age\n', ''), 'no file to export to'],
  ])('fails with %s', async (_, keychain, text, message) => {
    const world = worldWith(text, { keychain, files: { [SECRET]: good } })
    const { code, err } = await opgen(world, `key export ${withFile}`)
    expect(code).toBe(1)
    expect(err).toContain(`opgen: error: ${message}\nopgen: hint: `)
    expect(world.read(FILE)).toBeUndefined()
  })

  test.each([
    ['short', 'the passphrase has fewer than 12 characters'],
    ['password1234', 'the passphrase is one of those that are tried first'],
    ['aaaaaaaaaaaaaaaaa', 'the passphrase is little more than a repetition'],
    ['two lines\nof a file', 'the passphrase has more than one line, or a control character'],
    ['', 'no passphrase was given'],
  ])('refuses the passphrase %j', async (passphrase, message) => {
    const world = laptop()
    world.write(SECRET, `${passphrase}\n`)
    const { code, err } = await opgen(world, `key export ${withFile}`)
    expect(code).toBe(1)
    expect(err).toContain(`opgen: error: ${message}\nopgen: hint: `)
    expect(passphrase === '' || !err.includes(passphrase)).toBe(true)
    expect(world.read(FILE)).toBeUndefined()
  })

  test('without a terminal names both ways, and asks nobody', async () => {
    const { code, err } = await opgen(laptop(), 'key export')
    expect(code).toBe(1)
    expect(err).toBe(
      'opgen: error: no passphrase was given, and no recipient\n' +
        'opgen: hint: name one of the two: `--passphrase-file FILE` or `--recipient age1…`\n',
    )
  })

  test.each([
    `--recipient ${recipient} ${withFile}`,
    `--identity x ${withFile}`,
    '--identity x',
    '--recipient=',
    'keys.age',
  ])('is wrong usage with %s', async (options) => {
    expect(await opgen(laptop(), `key export ${options}`)).toMatchObject({ code: 64, out: '' })
  })

  test.each([
    [identity, 'an identity was given as a recipient, and is no secret any more'],
    ['age1nobody', 'a recipient is mistyped, or is none'],
    [`@${HOME}/nowhere`, 'there is no such file of recipients'],
    ['ssh-ed25519', 'this kind of recipient is not supported'],
  ])('refuses the recipient %s without showing it', async (given, message) => {
    const world = laptop()
    const { code, err } = await opgen(world, `key export --recipient ${given}`)
    expect(code).toBe(1)
    expect(err).toContain(`opgen: error: ${message}\n`)
    expect(err).not.toContain('SECRET-KEY')
    expect(world.read(FILE)).toBeUndefined()
  })
})

/** Another laptop with that file, and the identity. */
function laptopWith(first: MemoryWorld, file: string): MemoryWorld {
  const world = laptop({})
  world.write(file, first.read(file) ?? '')
  world.write(`${HOME}/id.txt`, identity)
  return world
}

describe('`key export` on a terminal', () => {
  test('offers a good passphrase, which Enter takes', async () => {
    const world = laptop()
    const { code, err } = await opgen(world, 'key export', { answers: [''] })
    expect(code).toBe(0)
    const offered = /written down: {2}(\S+)\n/.exec(err)?.[1] ?? ''
    expect(offered).toMatch(/^(?:[a-z]{5}-){4}[a-z]{5}$/)
    const next = await opgen(otherLaptop(world), 'key import', { answers: [offered] })
    expect(next.out).toBe('Imported from keys.age: one, two.\n')
  })

  test('asks twice for one of my own, and again for a weak one or two different ones', async () => {
    const world = laptop()
    const answers = ['short', good, 'another', good, good]
    const { code, err } = await opgen(world, 'key export', { answers })
    expect(code).toBe(0)
    expect(err).toContain('opgen: error: the passphrase has fewer than 12 characters\n')
    expect(err).toContain('opgen: note: these were not the same\n')
    expect(err).not.toContain(good)
  })

  test('asks once for the one that the vault has', async () => {
    const world = laptop()
    await opgen(world, 'key export', { answers: [good, good] })
    const again = await opgen(world, 'key export', { answers: [good] })
    expect(again.out).toContain('Nothing was written.')
  })

  test('writes nothing for who goes away', async () => {
    const world = laptop()
    for (const answers of [[], [good], [ctrlC]]) {
      expect(await opgen(world, 'key export', { answers })).toMatchObject({ code: 130, out: '' })
    }
    expect(world.read(FILE)).toBeUndefined()
  })
})

describe('`key import`', () => {
  test('stores what is missing, in one go, after a look at the keychain', async () => {
    const first = laptop()
    await opgen(first, `key export ${withFile}`)
    const world = otherLaptop(first, { 'opgen/two': 'test-key-two' })
    expect(await opgenJson(world, `key import ${withFile}`)).toEqual({
      version: 1,
      command: 'key import',
      file: FILE,
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
    expect(closed.err).toContain(`error: ${FILE} opens with an identity, not with a passphrase\n`)
    const wrong = await opgen(world, `key import ${withFile}`)
    expect(wrong.err).toBe(closed.err)
  })

  test.each([
    ['a wrong identity', 'none of these identities opens'],
    ['no identity file', 'no identity file at'],
    ['a file without an identity', 'holds something that is no identity'],
  ])('fails with %s', async (what, message) => {
    const world = laptop()
    await opgen(world, `key export --recipient ${recipient}`)
    if (what === 'a wrong identity') world.write(`${HOME}/id.txt`, await generateIdentity())
    if (what === 'a file without an identity') world.write(`${HOME}/id.txt`, 'test-key-mine')
    const { code, err } = await opgen(world, `key import --identity ${HOME}/id.txt`)
    expect(code).toBe(1)
    expect(err).toContain(message)
    expect(err).not.toContain('test-key')
  })

  test('fails with an identity for a vault that has a passphrase', async () => {
    const world = laptop()
    await opgen(world, `key export ${withFile}`)
    world.write(`${HOME}/id.txt`, identity)
    const { code, err } = await opgen(world, `key import --identity ${HOME}/id.txt`)
    expect(code).toBe(1)
    expect(err).toContain(`error: ${FILE} opens with a passphrase, not with an identity\n`)
  })

  test.each([
    ['is not there', undefined, 'no vault at'],
    ['is no age file', 'test-key-secret', 'is not an age file'],
    ['is too large', 'x'.repeat(3_100_000), 'is not an age file'],
  ])('fails with a vault that %s', async (_, text, message) => {
    const world = laptop({})
    if (text !== undefined) world.write(FILE, text)
    const { code, err } = await opgen(world, `key import ${withFile}`)
    expect(code).toBe(1)
    expect(err).toContain(message)
    expect(err).not.toContain('test-key')
  })

  test.each([
    [{ version: 1, keys: { one: 'Bearer test-key' } }, 'the key for "one" in'],
    [{ version: 2, keys: {} }, 'was written by a newer opgen (vault version 2)'],
    [['test-key-secret'], 'are no keys of opgen'],
  ])('fails with a vault that holds %j', async (json, message) => {
    const world = laptop({})
    await writeVault(world, json)
    const { code, err } = await opgen(world, `key import ${withFile}`)
    expect(code).toBe(1)
    expect(err).toContain(message)
    expect(err).not.toContain('test-key')
  })

  test('fails with a vault that somebody changed', async () => {
    const world = laptop()
    await opgen(world, `key export ${withFile}`)
    const lines = (world.read(FILE) ?? '').trimEnd().split('\n')
    const last = lines.at(-2) ?? ''
    lines[lines.length - 2] = `${last.startsWith('A') ? 'B' : 'A'}${last.slice(1)}`
    world.write(FILE, `${lines.join('\n')}\n`)
    const { code, err } = await opgen(world, `key import ${withFile}`)
    expect(code).toBe(1)
    expect(err).toContain(`error: ${FILE} was changed after it was encrypted, or is cut off\n`)
  })
})

test('the vault of an included manifest lies beside it', async () => {
  const world = worldWith('version: 1\ninclude: [team/providers.yaml]\n', {
    keychain: keys,
    files: { [SECRET]: good, [`${HOME}/dotfiles/team/providers.yaml`]: manifest },
  })
  expect((await opgen(world, `key export ${withFile}`)).code).toBe(0)
  expect(world.read(`${HOME}/dotfiles/team/keys.age`)).toBeDefined()
})
