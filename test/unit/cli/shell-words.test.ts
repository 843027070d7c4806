import { assert, constantFrom, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import { quotedFor, readShellLine, unquoted } from '../../../src/cli/shell-words.ts'

const env = { HOME: '/home/ana', EMPTY: '' }
const BREAKS = ' \t\n"\'@><=;|&(:'

function read(line: string): readonly string[] {
  const { words, current } = readShellLine(line, { breaks: BREAKS, env })
  return [...words.map(({ text }) => text), current.text]
}

test.each([
  ['', ['']],
  ['a  b', ['a', 'b']],
  ['a ', ['a', '']],
  [`a\\ b 'c d'"e f" g`, ['a b', 'c de f', 'g']],
  ['"$HOME/x" ${HOME}y $HOME', ['/home/ana/x', '/home/anay', '/home/ana']],
  [`'$HOME' \\$HOME "\\$HOME" $nobody`, ['$HOME', '$HOME', '$HOME', '$nobody']],
  ['x$(touch a b) `rm c d` <(e f)', ['x$(touch a b)', '`rm c d`', '<(e f)']],
  ['a >b 2>&1 c <<<d e', ['a', 'c', 'e']],
  [`"a'b" 'c"d'`, [`a'b`, 'c"d']],
  ['a\\', ['a']],
  ['"a\\', ['a']],
  ['$', ['$']],
])('a line is taken apart as a shell does: %s', (line, words) => {
  expect(read(line)).toEqual(words)
})

function at(line: string): object {
  return readShellLine(line, { breaks: BREAKS, env }).current
}

test('the word at the cursor knows its quotes, and from where it is replaced', () => {
  expect(at('a b:c')).toEqual({ text: 'b:c', start: 2, quote: '', kept: 2, isRedirection: false })
  expect(at('a "b:c')).toMatchObject({ text: 'b:c', quote: '"', kept: 0 })
  expect(at("a b:'c d")).toMatchObject({ text: 'b:c d', quote: "'", kept: 2 })
  expect(at('a b\\:c')).toMatchObject({ text: 'b:c', quote: '', kept: 0 })
  expect(at('a > b')).toMatchObject({ text: 'b', isRedirection: true })
})

test('whatever is quoted is read as it was', () => {
  const texts = string({ unit: constantFrom(...Array.from(`ab "'$\\!\`(){}<>&|;*?~#:=é🦊`)) })
  assert(
    property(texts, constantFrom('' as const, '"' as const, "'" as const), (text, quote) => {
      const quoted = quotedFor(quote, text)
      if (quoted === undefined) return
      expect(unquoted(`${quote}${quoted}${quote}`, env)).toBe(text)
    }),
  )
})

test('no line is too odd', () => {
  const lines = string({ unit: constantFrom(...Array.from(`a "'$\\\`(){}<>&=:\n`)) })
  assert(
    property(lines, (line) => {
      expect(read(line)).not.toEqual([])
    }),
  )
})
