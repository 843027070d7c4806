import { describe, expect, test } from 'vitest'
import { EMPTY_LINE, typeInto } from '../../../src/cli/typed-line.ts'

/** Type each chunk in turn and tell the line and its end. */
function type(...chunks: readonly string[]): readonly [string, string | undefined] {
  const { text, end } = chunks.reduce(typeInto, EMPTY_LINE)
  return [text, end]
}

describe('typeInto', () => {
  test.each([
    ['a line, ended by Enter', ['test-key\r'], ['test-key', 'enter']],
    ['a line that ends with a line feed', ['test-key\n'], ['test-key', 'enter']],
    ['a line that is still being typed', ['test', '-key'], ['test-key', undefined]],
    ['one character after the other', Array.from('test-key\r'), ['test-key', 'enter']],
    ['Backspace', ['tesx\u007Ft\u007F\u0008t\r'], ['tet', 'enter']],
    ['Backspace with nothing before it', ['\u007F\u007Fa\r'], ['a', 'enter']],
    ['Backspace after a character outside the BMP', ['a😀\u007F\r'], ['a', 'enter']],
    ['Ctrl-U', ['wrong\u0015right\r'], ['right', 'enter']],
    ['Ctrl-C', ['half\u0003'], ['half', 'interrupted']],
    ['Ctrl-D', ['\u0004'], ['', 'ended']],
    ['keys that write nothing', ['a\u001B[D\u001B[1;5C\u001BOPb\t\u0001c\r'], ['abc', 'enter']],
    ['the Escape key', ['a\u001Bb\r'], ['ab', 'enter']],
    ['a paste', ['\u001B[200~test-key\u001B[201~\r'], ['test-key', 'enter']],
    [
      'a paste with line breaks',
      ['\u001B[200~\ntest-\r\nkey\n\u001B[201~\r'],
      ['test-key', 'enter'],
    ],
    [
      'a paste that arrives in pieces',
      ['\u001B', '[20', '0~ab', '\u001B[', '201~', '\r'],
      ['ab', 'enter'],
    ],
    ['lines pasted without brackets', ['one\ntwo\nthree'], ['one', 'enter']],
  ])('understands %s', (_, chunks, expected) => {
    expect(type(...chunks)).toEqual(expected)
  })

  test('drops what comes after the end', () => {
    expect(type('one\r', 'rm -rf\r')).toEqual(['one', 'enter'])
  })
})
