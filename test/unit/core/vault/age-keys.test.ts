import { generateIdentity, identityToRecipient } from 'age-encryption'
import { describe, expect, test } from 'vitest'
import { checkRecipient, isBech32, readIdentities } from '../../../../src/core/vault/age-keys.ts'

const identity = await generateIdentity()
const recipient = await identityToRecipient(identity)

/** The text with another letter at one place. */
function mistyped(text: string): string {
  const at = text.length - 7
  return `${text.slice(0, at)}${text.charAt(at).toLowerCase() === 'q' ? 'p' : 'q'}${text.slice(at + 1)}`
}

describe('a recipient', () => {
  test('is what age-keygen prints, in one case', () => {
    expect(checkRecipient(recipient)).toBeUndefined()
    expect(checkRecipient(recipient.toUpperCase())).toBe('malformed')
  })

  test.each([
    ['mistyped', mistyped(recipient), 'malformed'],
    ['cut off', recipient.slice(0, -1), 'malformed'],
    ['nothing', '', 'malformed'],
    ['a name', 'ana@example.org', 'malformed'],
    ['an identity', identity, 'identity'],
    ['an identity in small letters', identity.toLowerCase(), 'identity'],
    ['of ssh', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ', 'ssh'],
    ['of a plugin', 'age1yubikey1qwx3q2v7yq8s0v7z3cq9', 'other-kind'],
    ['of the post-quantum kind', `age1pq1${'q'.repeat(1952)}`, 'other-kind'],
  ])('that is %s is refused', (_, text, fault) => {
    expect(checkRecipient(text)).toBe(fault)
  })
})

describe('an identity file', () => {
  test('is read as age-keygen writes it', () => {
    const text = `# created: 2026-11-23T12:00:00Z\r\n# public key: ${recipient}\r\n${identity}\r\n`
    const read = readIdentities(text)
    expect(read.ok && read.identities.map((each) => each.reveal())).toEqual([identity])
  })

  test('may hold several', () => {
    const read = readIdentities(`${identity}\n\n# the other one\n${identity}\n`)
    expect(read.ok && read.identities.length).toBe(2)
  })

  test.each([
    ['nothing', '# nothing\n', 'empty'],
    ['a mistyped one', `${mistyped(identity)}\n`, 'malformed'],
    ['something else', `${identity}\ntest-key-haimaker\n`, 'malformed'],
    ['a recipient', recipient, 'malformed'],
    ['one of ssh', '-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n', 'ssh'],
    ['one of a plugin', 'AGE-PLUGIN-YUBIKEY-1QQPQQ', 'other-kind'],
    ['one that is encrypted', '-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n', 'encrypted'],
  ])('with %s is refused', (_, text, fault) => {
    expect(readIdentities(text)).toEqual({ ok: false, fault })
  })
})

test('the checksum is that of BIP 173', () => {
  for (const valid of [
    'A12UEL5L',
    'a12uel5l',
    'an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs',
    'abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw',
    'split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w',
  ]) {
    expect([valid, isBech32(valid)]).toEqual([valid, true])
  }
  for (const invalid of [
    'A1G7SGD8',
    '10a06t8',
    '1qzzfhee',
    'x1b4n0q5v',
    'pzry9x0s0muk',
    'a12UEL5L',
  ])
    expect([invalid, isBech32(invalid)]).toEqual([invalid, false])
})
