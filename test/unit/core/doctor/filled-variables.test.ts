import { describe, expect, test } from 'vitest'
import { breakersIn } from '../../../../src/core/doctor/filled-variables.ts'

function faults(text: string, value: string | undefined): readonly string[] {
  return breakersIn(text, () => value).map(
    ({ has, isValid }) => `${has}${isValid ? ', still JSON' : ''}`,
  )
}

describe('the value of a variable in a text', () => {
  test.each([
    ['plain', 'a b/c:d', []],
    ['empty', undefined, []],
    ['with a quote', 'a"b', ['quote']],
    ['that brings fields of its own', 'a", "share": "auto', ['quote']],
    ['with a quote that is escaped', String.raw`a\"b`, ['backslash, still JSON']],
    ['with a quote after a backslash that is escaped', String.raw`a\\"b`, ['quote']],
    ['with a path of Windows', String.raw`C:\temp`, ['backslash, still JSON']],
    ['with a backslash that begins nothing', String.raw`C:\Users`, ['backslash']],
    ['with a backslash at its end', 'C:\\', ['backslash']],
    ['with two lines', 'a\nb', ['line-break']],
    ['with a tab', 'a\tb', ['control-character']],
    ['with letters of other languages', 'São Paulo 東京', []],
  ])('%s', (_, value, expected) => {
    expect(faults('{ "a": "x {env:A} y" }', value)).toEqual(expected)
  })
})

describe('elsewhere', () => {
  test.each([
    ['a path of a file is replaced as a whole', '{ "a": "{file:{env:A}/key}" }', 'C:\\Users', []],
    ['a line comment takes quotes', '{ // "{env:A}"\n}', 'a"b', []],
    ['a line comment ends with its line', '{ // {env:A}\n}', 'a\nb', ['line-break']],
    ['and an empty line does no harm', '{ // {env:A}\n}', 'a\n', []],
    ['a block comment takes lines', '{ /* {env:A} */ }', 'a\n"b"', []],
    ['a block comment has an end', '{ /* {env:A} */ }', 'a */ b', ['comment-end']],
    ['what has no quotes may be a number', '{ "a": {env:A} }', '600000', []],
    ['or an object', '{ "a": {env:A} }', '{ "b": 1 }', []],
    ['but not nothing', '{ "a": {env:A} }', '', ['no-json']],
    ['nor a word', '{ "a": {env:A} }', 'soon', ['no-json']],
    ['a name has a variable like any text', '{ "{env:A}": 1 }', 'a"b', ['quote']],
    ['each place counts', '{ "a": "{env:A}{env:B}" }', '"', ['quote', 'quote']],
    ['a text that nobody closes is read to the end of its line', '{ "a {env:A}\n}', '"', ['quote']],
  ])('%s', (_, text, value, expected) => {
    expect(faults(text, value)).toEqual(expected)
  })
})

test('the place is that of the brace', () => {
  const text = '{ "a": "x {env:A}" }'
  expect(breakersIn(text, () => '"').map(({ name, offset }) => [name, offset])).toEqual([
    ['A', text.indexOf('{env:')],
  ])
})

test('a variable that never ends is none, however often it begins', () => {
  const text = JSON.stringify({ a: '{env:'.repeat(100_000), b: '{env:A}' })
  expect(faults(text, 'a"b')).toEqual(['quote'])
})
