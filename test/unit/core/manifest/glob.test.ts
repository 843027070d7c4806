import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { matchesGlob } from '../../../../src/core/manifest/glob.ts'

describe('a pattern', () => {
  test.each([
    ['work-*', 'work-12', true],
    ['work-*', 'work-', true],
    ['work-*', 'homework-1', false],
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
    ['?', '', false],
    ['?', 'a', true],
    ['w?rk', 'work', true],
    ['w?rk', 'wrk', false],
    ['*.example.org', 'a.b.example.org', true],
    ['*.example.org', 'example.org', false],
    ['*a*b', 'xxaxxbxxb', true],
    ['*a*b', 'xxaxxbxxc', false],
    ['a.c', 'abc', false],
    ['[a]', 'a', false],
    ['[a]', '[a]', true],
    ['Work', 'work', false],
    ['**', 'anything', true],
    ['a*?', 'a', false],
  ])('%j on %j: %j', (pattern, text, matches) => {
    expect(matchesGlob(pattern, text)).toBe(matches)
  })

  const piece = fc.constantFrom('*', '?', 'a', 'b', '.')
  const texts = fc.array(fc.constantFrom('a', 'b', '.')).map((parts) => parts.join(''))

  test('says what a regular expression made of it says', () => {
    fc.assert(
      fc.property(fc.array(piece), texts, (pieces, text) => {
        const source = pieces.join('').replaceAll('.', '\\.').replaceAll('*', '.*')
        const expected = new RegExp(`^${source.replaceAll('?', '.')}$`, 's').test(text)
        expect(matchesGlob(pieces.join(''), text)).toBe(expected)
      }),
    )
  })

  test('comes to an end where a naive one would try every way', () => {
    expect(matchesGlob('*a'.repeat(200), 'a'.repeat(5000) + 'b')).toBe(false)
  })
})
