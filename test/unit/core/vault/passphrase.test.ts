import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  checkPassphrase,
  makePassphrase,
  PASSPHRASE_BYTES,
} from '../../../../src/core/vault/passphrase.ts'

describe('a passphrase', () => {
  test.each([
    ['', 'short'],
    ['hunter2', 'short'],
    ['elevenchars', 'short'],
    ['aaaaaaaaaaaaaaaa', 'repeats'],
    ['ananasananas', 'repeats'],
    ['abcabcabcabcab', 'repeats'],
    ['aabbaabbbbaabba', 'repeats'],
    ['abcdefghijklmnop', 'guessable'],
    ['ZYXWVUTSRQPONMLK', 'guessable'],
    ['123456789012', 'guessable'],
    ['qwertyuiopasdfghjkl', 'guessable'],
    ['password12345', 'guessable'],
    ['Passphrase-1234', 'guessable'],
    ['two lines of\ntext', 'not-typable'],
    ['a bell\u0007 in between', 'not-typable'],
  ])('%j is refused: %s', (passphrase, fault) => {
    expect(checkPassphrase(passphrase)).toBe(fault)
  })

  test.each([
    'correct horse battery staple',
    'lusab-babad-gutih-tugad-mirof',
    'h7Kq2mVx9LpZ',
    'Käsekuchen mit Schirmchen',
    'qwerty nobody knows this',
  ])('%j is taken', (passphrase) => {
    expect(checkPassphrase(passphrase)).toBeUndefined()
  })

  test('that is offered has 80 bits, each of which shows', () => {
    const bytes = fc.uint8Array({ minLength: PASSPHRASE_BYTES, maxLength: PASSPHRASE_BYTES })
    fc.assert(
      fc.property(bytes, fc.nat(PASSPHRASE_BYTES * 8 - 1), (given, bit) => {
        const offered = makePassphrase(given)
        expect(offered).toMatch(/^(?:[a-z]{5}-){4}[a-z]{5}$/)
        const other = given.map((byte, at) => byte ^ (at === bit >> 3 ? 1 << (bit & 7) : 0))
        expect(makePassphrase(other)).not.toBe(offered)
      }),
    )
  })

  test('is made as proquints are', () => {
    // From the paper: 127.0.0.1 and 63.84.220.193.
    expect(makePassphrase(Uint8Array.of(127, 0, 0, 1))).toBe('lusab-babad')
    expect(makePassphrase(Uint8Array.of(63, 84, 220, 193))).toBe('gutih-tugad')
  })
})
