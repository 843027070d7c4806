import { expect, test } from 'vitest'
import { didYouMean, nearest } from '../../../src/core/nearest.ts'

test.each([
  ['olama', 'ollama'],
  ['baseUrl', 'baseURL'],
  ['modles', 'models'],
  ['QWEN3-CODER', 'qwen3-coder'],
  ['x', undefined],
  ['something-else', undefined],
])('the name nearest to %s is %s', (name, expected) => {
  expect(nearest(name, ['ollama', 'baseURL', 'models', 'qwen3-coder'])).toBe(expected)
})

test('nothing is near to a single letter but itself', () => {
  expect(nearest('x', ['u'])).toBeUndefined()
  expect(nearest('x', ['X'])).toBe('X')
  expect(nearest('gx', ['gw'])).toBe('gw')
})

test('a swap of two neighbours is one difference', () => {
  expect(nearest('ab', ['ba'])).toBe('ba')
  expect(nearest('abc', ['xyc'])).toBeUndefined()
})

test('a very long name is no slip, and costs nothing', () => {
  const long = 'a'.repeat(100_000)
  expect(nearest(long, [`${long}b`])).toBeUndefined()
})

test('without a near name there is no hint', () => {
  expect(didYouMean('zzz', ['ollama'])).toEqual({})
  expect(didYouMean('olama', ['ollama'])).toEqual({ hint: 'did you mean "ollama"?' })
})
