import { describe, expect, test } from 'vitest'
import type { Edit } from '../../../../src/core/jsonc/edit.ts'
import { parseJsonDocument } from '../../../../src/core/jsonc/parse.ts'
import { proveEdit } from '../../../../src/core/jsonc/prove.ts'

const BEFORE = `{
  // about a
  "a": { "x": 1.0, "y": ["p", "q"] },
  "b": "\\u0041", /* about b */
  "c": 3
}
// end
`

function prove(after: string, edits: readonly Edit[], before = BEFORE): string | undefined {
  const parsed = parseJsonDocument(before, 'jsonc')
  if (!parsed.ok) throw new Error(parsed.problems[0]?.message)
  return proveEdit(parsed.document, after, edits, { syntax: 'jsonc' })
}

const edits: readonly Edit[] = [
  { op: 'set', path: ['a', 'x'], value: 2 },
  { op: 'add-element', path: ['a', 'y'], value: 'r' },
  { op: 'set', path: ['d'], value: 4 },
]
const AFTER = BEFORE.replace('1.0', '2')
  .replace('"q"', '"q", "r"')
  .replace('"c": 3', '"c": 3,\n  "d": 4')

describe('proveEdit', () => {
  test('accepts an edit that did what was asked', () => {
    expect(prove(AFTER, edits)).toBeUndefined()
    expect(prove(BEFORE, [])).toBeUndefined()
  })

  test.each([
    ['a text that does not parse', AFTER.replace('"c": 3,', '"c": 3'), 'does not parse'],
    [
      'a value other than asked for',
      AFTER.replace('"d": 4', '"d": 5'),
      'a new value is not as asked',
    ],
    ['a value that is missing', AFTER.replace(',\n  "d": 4', ''), 'a new value is not as asked'],
    ['an unasked member', AFTER.replace('"d": 4', '"d": 4, "e": 5'), 'other new members'],
    [
      'a foreign value that changed',
      AFTER.replace('"c": 3', '"c": 4'),
      '5:3: the member changed or moved',
    ],
    [
      'a foreign spelling that changed',
      AFTER.replace('\\u0041', 'A'),
      '4:3: the member changed or moved',
    ],
    [
      'an old element that changed',
      AFTER.replace('"p"', '"\\u0070"'),
      '3:25: the value has an element that changed',
    ],
    ['a lost element', AFTER.replace('"p", ', ''), 'another length'],
    ['a lost comment', AFTER.replace('// about a\n', '\n'), '2:3: a comment changed'],
    ['a changed comment', AFTER.replace('about b', 'about c'), '4:18: a comment changed'],
    ['a new comment', AFTER.replace('"d": 4', '"d": 4 // !'), 'a comment changed'],
    [
      'a moved comment',
      AFTER.replace('// end', '').replace('"d": 4', '"d": 4 // end'),
      'after the root',
    ],
    ['a new trailing comma', AFTER.replace('"d": 4', '"d": 4,'), '1:1: the trailing comma'],
    ['a lost line after the root', AFTER.trimEnd(), 'the text after the root changed'],
    ['a new BOM', `\uFEFF${AFTER}`, 'the text before the root changed'],
    ['a name spelt otherwise', AFTER.replace('"a":', '"\\u0061":'), 'the name is spelt otherwise'],
    [
      'members in another order',
      AFTER.replace('"c": 3,\n  "d": 4', '"d": 4,\n  "c": 3'),
      'changed or moved',
    ],
  ])('refuses %s', (_, after, difference) => {
    expect(prove(after, edits)).toContain(difference)
  })

  test('refuses an equal value that was written anew', () => {
    const same: readonly Edit[] = [{ op: 'set', path: ['b'], value: 'A' }]
    expect(prove(BEFORE, same)).toBeUndefined()
    expect(prove(BEFORE.replace('\\u0041', 'A'), same)).toBe('4:8: the value is spelt otherwise')
  })

  test('refuses a deleted member that is still there', () => {
    expect(prove(BEFORE, [{ op: 'delete', path: ['c'] }])).toBe('5:8: the value is still there')
  })

  test('refuses a trailing comma in what was strict JSON', () => {
    const set: readonly Edit[] = [{ op: 'set', path: ['a'], value: 1 }]
    expect(prove('{ "a": 1, }', set, '{}')).toBe('strict JSON is strict no more')
  })

  test('names no value of the file', () => {
    const before = '{ "key": "test-key-acme", "other": "test-key-mine" }'
    const change: readonly Edit[] = [{ op: 'set', path: ['key'], value: 'test-key-new' }]
    expect(prove(before, change, before)).toBe('1:10: the value is not as asked')
  })
})
