import { armor, Decrypter, Encrypter, generateIdentity, identityToRecipient } from 'age-encryption'
import { describe, expect, test } from 'vitest'
import { Secret } from '../../../src/core/secret.ts'
import { createAgeVault } from '../../../src/system/age-vault.ts'
import type { OpenedVault, VaultIdentities } from '../../../src/system/system.ts'

const vault = createAgeVault({ workFactor: 4 })
const text = '{"version":1,"keys":{"haimaker":"test-key-haimaker"}}\n'
const byPassphrase = withPassphrase('correct horse battery')
const identity = await generateIdentity()
const other = await generateIdentity()
const recipient = await identityToRecipient(identity)

function withPassphrase(passphrase: string): {
  readonly kind: 'passphrase'
  readonly passphrase: Secret
} {
  return { kind: 'passphrase', passphrase: new Secret(passphrase) }
}

function withIdentities(...identities: readonly string[]): VaultIdentities {
  return { kind: 'identities', identities: identities.map((each) => new Secret(each)) }
}

function bytesOf(armoured: string): Uint8Array {
  return new TextEncoder().encode(armoured)
}

function shown(opened: OpenedVault): unknown {
  return opened.ok ? opened.text.reveal() : opened.fault
}

/** A file of the library's own, as another program would write it. */
async function written(configure: (encrypter: Encrypter) => void): Promise<Uint8Array> {
  const encrypter = new Encrypter()
  configure(encrypter)
  return await encrypter.encrypt(text)
}

describe('an age file for a passphrase', () => {
  test('opens with it, and shows nothing of what it holds', async () => {
    const file = await vault.encrypt(new Secret(text), byPassphrase)
    expect(file).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n/)
    expect(await vault.inspect(bytesOf(file))).toBe('passphrase')
    expect(shown(await vault.decrypt(bytesOf(file), byPassphrase))).toBe(text)
    expect(shown(await vault.decrypt(bytesOf(file), withPassphrase('wrong')))).toBe('no-match')
    expect(Buffer.from(armor.decode(file)).toString('latin1')).not.toContain('test-key')
  })

  test("is one to the library's own scrypt, and the other way round", async () => {
    const decrypter = new Decrypter()
    decrypter.addPassphrase('pässphrase')
    const ours = await vault.encrypt(new Secret(text), withPassphrase('pässphrase'))
    expect(await decrypter.decrypt(armor.decode(ours), 'text')).toBe(text)

    const theirs = await written((encrypter) => {
      encrypter.setScryptWorkFactor(6)
      encrypter.setPassphrase('pässphrase')
    })
    expect(shown(await vault.decrypt(theirs, withPassphrase('pässphrase')))).toBe(text)
  })

  test('is another one each time', async () => {
    const one = await vault.encrypt(new Secret(text), byPassphrase)
    expect(await vault.encrypt(new Secret(text), byPassphrase)).not.toBe(one)
  })

  test('is written with the work factor of age, off the main thread', async () => {
    let turns = 0
    const timer = setInterval(() => (turns += 1), 1)
    const file = await createAgeVault().encrypt(new Secret(text), byPassphrase)
    clearInterval(timer)
    expect(Buffer.from(armor.decode(file)).toString('latin1')).toMatch(/^.*\n-> scrypt \S+ 18\n/)
    expect(turns).toBeGreaterThan(0)
    expect(shown(await vault.decrypt(bytesOf(file), byPassphrase))).toBe(text)
  })

  test.each(['21', '30', '99', '018', '1e1', '0', '-1'])(
    'that asks for the work factor %s is not worked on',
    async (factor) => {
      const file = await written((encrypter) => {
        encrypter.setScryptWorkFactor(2)
        encrypter.setPassphrase('p')
      })
      const changed = Buffer.from(file).toString('latin1').replace(/ 2\n/, ` ${factor}\n`)
      expect(await vault.inspect(Buffer.from(changed, 'latin1'))).toBe('work-factor')
      const opened = await vault.decrypt(Buffer.from(changed, 'latin1'), withPassphrase('p'))
      expect(shown(opened)).toBe('damaged')
    },
  )
})

describe('an age file for recipients', () => {
  test('opens for each of them, and for nobody else', async () => {
    const recipients = [recipient, await identityToRecipient(other)]
    const file = bytesOf(await vault.encrypt(new Secret(text), { kind: 'recipients', recipients }))
    expect(await vault.inspect(file)).toBe('recipients')
    expect(shown(await vault.decrypt(file, withIdentities(identity)))).toBe(text)
    expect(shown(await vault.decrypt(file, withIdentities(other)))).toBe(text)
    const nobody = withIdentities(await generateIdentity())
    expect(shown(await vault.decrypt(file, nobody))).toBe('no-match')
    expect(shown(await vault.decrypt(file, byPassphrase))).toBe('no-match')
  })

  test('is read without armour, and with white space and CRLF around it', async () => {
    const file = await written((encrypter) => encrypter.addRecipient(recipient))
    expect(shown(await vault.decrypt(file, withIdentities(identity)))).toBe(text)
    const odd = `\r\n \n${armor.encode(file).replaceAll('\n', '\r\n')}\r\n`
    expect(await vault.inspect(bytesOf(odd))).toBe('recipients')
    expect(shown(await vault.decrypt(bytesOf(odd), withIdentities(identity)))).toBe(text)
  })

  test('of which a single bit has changed is never read', async () => {
    const file = await written((encrypter) => encrypter.addRecipient(recipient))
    for (let at = 0; at < file.length; at += 1) {
      const changed = file.map((byte, index) => (index === at ? byte ^ 1 : byte))
      const opened = await vault.decrypt(changed, withIdentities(identity))
      expect([at, opened.ok]).toEqual([at, false])
    }
  })

  test('that is cut off is never read', async () => {
    const file = await written((encrypter) => encrypter.addRecipient(recipient))
    for (let length = 0; length < file.length; length += 1) {
      const opened = await vault.decrypt(file.subarray(0, length), withIdentities(identity))
      expect([length, opened.ok]).toEqual([length, false])
    }
  })

  test('of another kind is told apart', async () => {
    const file = await written((encrypter) => encrypter.addRecipient(recipient))
    const ssh = Buffer.from(file).toString('latin1').replace('-> X25519', '-> ssh-rsa')
    expect(await vault.inspect(Buffer.from(ssh, 'latin1'))).toBe('other-kind')
  })
})

test.each(['', 'hello\n', '-----BEGIN AGE ENCRYPTED FILE-----\n', 'age-encryption.org/v1\n', '{}'])(
  '%j is no age file',
  async (content) => {
    expect(await vault.inspect(bytesOf(content))).toBe('not-age')
  },
)

test('what is opened and is no text is not taken for one', async () => {
  const encrypter = new Encrypter()
  encrypter.addRecipient(recipient)
  const file = await encrypter.encrypt(Uint8Array.of(0xff, 0xfe))
  expect(shown(await vault.decrypt(file, withIdentities(identity)))).toBe('not-text')
})
