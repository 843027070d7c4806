import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkKey } from '../../../src/core/check-key.ts'

describe('checkKey', () => {
  test.each([
    { name: 'nothing', text: '', fault: 'empty' },
    { name: 'only white space', text: ' \t\r\n\u00A0', fault: 'empty' },
    { name: 'a space inside', text: 'test key-gw', fault: 'bad-character' },
    { name: 'two lines', text: 'test-key-gw\ntest-key-other\n', fault: 'bad-character' },
    { name: 'a tab inside', text: 'test\tkey-gw', fault: 'bad-character' },
    { name: 'a NUL', text: 'test-key-gw\0', fault: 'bad-character' },
    { name: 'an escape sequence', text: '\u001B[200~test-key-gw', fault: 'bad-character' },
    { name: 'a letter outside ASCII', text: 'test-kéy-gw', fault: 'bad-character' },
    { name: 'a zero-width space at the end', text: 'test-key-gw\u200B', fault: 'bad-character' },
    { name: 'a dash that a word processor made', text: 'test–key-gw', fault: 'bad-character' },
    { name: 'DEL', text: 'test-key-gw\u007F', fault: 'bad-character' },
    { name: 'half a surrogate pair', text: 'test-key-gw\uD83D', fault: 'bad-character' },
    { name: '"Bearer "', text: 'Bearer test-key-gw', fault: 'bearer-prefix' },
    { name: '"bearer" and a tab', text: ' bearer\ttest-key-gw', fault: 'bearer-prefix' },
  ])('refuses $name', ({ text, fault }) => {
    expect(checkKey(text)).toEqual({ ok: false, fault })
  })

  test.each(['test-key-gw', 'Bearer', 'bearer-test-key', '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'])(
    'takes %s as it is',
    (text) => {
      const checked = checkKey(text)
      expect(checked.ok && [checked.key.reveal(), checked.trimmed]).toEqual([text, false])
    },
  )

  test('takes every text of visible ASCII, without the white space around it', () => {
    const visible = fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCodePoint(code))
    const around = fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\r', '\uFEFF') })
    const key = fc.string({ unit: visible, minLength: 1 })
    fc.assert(
      fc.property(around, key, around, (before, text, after) => {
        const checked = checkKey(before + text + after)
        const expected = [text, before + after !== '']
        expect(checked.ok && [checked.key.reveal(), checked.trimmed]).toEqual(expected)
      }),
    )
  })
})
