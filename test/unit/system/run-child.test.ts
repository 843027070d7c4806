import { describe, expect, test } from 'vitest'
import { isForegroundStat } from '../../../src/system/run-child.ts'

describe('a process', () => {
  test.each([
    ['42 (node) S 1 42 40 34816 42 4194304', true],
    ['42 (node) S 1 41 40 34816 42 4194304', false],
    ['42 (node) S 1 42 40 0 -1 4194304', false],
    ['42 (a) S 1 2 (b) R 1 42 40 34816 42 4194304', true],
    ['', false],
  ])('with %j is in the foreground of a terminal: %s', (text, expected) => {
    expect(isForegroundStat(text)).toBe(expected)
  })
})
