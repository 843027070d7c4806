import { generateIdentity, identityToRecipient } from 'age-encryption'
import { describe, expect, test } from 'vitest'
import { good, keys, laptop, SECRET, VAULT, withFile, withVault } from '../../support/laptops.ts'
import { HOME } from '../../support/memory-system.ts'
import { opgen, worldWith } from '../../support/run-opgen.ts'

const identity = await generateIdentity()
const recipient = await identityToRecipient(identity)

describe('`key export` refuses', () => {
  test.each([
    [
      'no key there',
      {},
      withVault,
      'the keychain has no key for "one", "two"; nothing was written',
    ],
    [
      'none of the keychain',
      keys,
      withVault.replace(/ {2}(one|two).*\n/g, ''),
      'no provider here takes its key from the keychain; nothing was written',
    ],
    ['nowhere to', keys, withVault.replace('vault: keys.age\n', ''), 'no file to export to'],
  ])('to write with %s', async (_, keychain, text, message) => {
    const world = worldWith(text, { keychain, files: { [SECRET]: good } })
    const { code, err } = await opgen(world, `key export ${withFile}`)
    expect(code).toBe(1)
    expect(err).toContain(`opgen: error: ${message}\nopgen: hint: `)
    expect(world.read(VAULT)).toBeUndefined()
  })

  test("an entry of another tool's that it cannot read, and names it as it is there", async () => {
    const text = withVault.replace(
      '[m] }',
      '[m], key: { keychain: { service: tool, account: me } } }',
    )
    const world = worldWith(text, { keychainRefuses: 'ambiguous', files: { [SECRET]: good } })
    const { code, err } = await opgen(world, `key export ${withFile}`)
    expect([code, err]).toEqual([1, expect.stringContaining('service tool username me')])
  })

  test.each([
    ['short', 'the passphrase has fewer than 12 characters'],
    ['password1234', 'the passphrase is one of those that are tried first'],
    ['aaaaaaaaaaaaaaaaa', 'the passphrase is little more than a repetition'],
    ['two lines\nof a file', 'the passphrase has more than one line, or a control character'],
    ['', 'no passphrase was given'],
  ])('the passphrase %j', async (passphrase, message) => {
    const world = laptop()
    world.write(SECRET, `${passphrase}\n`)
    const { code, err } = await opgen(world, `key export ${withFile}`)
    expect(code).toBe(1)
    expect(err).toContain(`opgen: error: ${message}\nopgen: hint: `)
    expect(passphrase === '' || !err.includes(passphrase)).toBe(true)
    expect(world.read(VAULT)).toBeUndefined()
  })

  test('to ask where there is no terminal, and names both ways', async () => {
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
  ])('the options %s', async (options) => {
    expect(await opgen(laptop(), `key export ${options}`)).toMatchObject({ code: 64, out: '' })
  })

  test.each([
    [identity, 'an identity was given as a recipient, and is no secret any more'],
    ['age1nobody', 'a recipient is mistyped, or is none'],
    [`@${HOME}/nowhere`, 'there is no such file of recipients'],
    ['ssh-ed25519', 'this kind of recipient is not supported'],
  ])('the recipient %s without showing it', async (given, message) => {
    const world = laptop()
    const { code, err } = await opgen(world, `key export --recipient ${given}`)
    expect(code).toBe(1)
    expect(err).toContain(`opgen: error: ${message}\n`)
    expect(err).not.toContain('SECRET-KEY')
    expect(world.read(VAULT)).toBeUndefined()
  })
})
