import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromPointer, isJsonObject, sameJson, toPointer } from '../../../src/core/json.ts'

describe('a pointer', () => {
  // The examples of RFC 6901, section 5.
  test.each([
    { path: [], pointer: '' },
    { path: ['foo'], pointer: '/foo' },
    { path: [''], pointer: '/' },
    { path: ['a/b'], pointer: '/a~1b' },
    { path: ['m~n'], pointer: '/m~0n' },
    { path: ['~1'], pointer: '/~01' },
    { path: ['c%d', 'e^f', ' ', 'k"l'], pointer: '/c%d/e^f/ /k"l' },
    { path: ['', ''], pointer: '//' },
  ])('of $path is $pointer, and back', ({ path, pointer }) => {
    expect(toPointer(path)).toBe(pointer)
    expect(fromPointer(pointer)).toEqual(path)
  })

  test('names one path only, whatever the names are', () => {
    const name = fc.oneof(
      fc.constantFrom('~', '/', '~0', '~1', '~01', '', '__proto__'),
      fc.string(),
    )
    fc.assert(
      fc.property(fc.array(name), (path) => {
        expect(fromPointer(toPointer(path))).toEqual(path)
      }),
    )
  })
})

describe('sameJson', () => {
  test.each([
    {
      name: 'the order of members',
      a: { a: 1, b: [{ c: 2, d: 3 }] },
      b: { b: [{ d: 3, c: 2 }], a: 1 },
    },
    { name: 'how a number was written', a: 1e3, b: 1000 },
  ])('ignores $name', ({ a, b }) => {
    expect(sameJson(a, b)).toBe(true)
  })

  test.each([
    { name: 'the order of elements', a: [1, 2], b: [2, 1] },
    { name: 'a number and its text', a: 1, b: '1' },
    { name: 'false and null', a: false, b: null },
    { name: 'null and nothing', a: null, b: undefined },
    { name: 'an empty object and an empty list', a: {}, b: [] },
    { name: 'a member that is null and one that is not there', a: { a: null }, b: {} },
    { name: 'a member called __proto__', a: JSON.parse('{"__proto__":{}}'), b: {} },
  ])('tells apart $name', ({ a, b }) => {
    expect(sameJson(a, b)).toBe(false)
  })
})

test.each([
  [{}, true],
  [{ a: 1 }, true],
  [[], false],
  [null, false],
  ['{}', false],
  [undefined, false],
])('isJsonObject(%j) is %s', (value, expected) => {
  expect(isJsonObject(value)).toBe(expected)
})
