import { describe, expect, test } from 'vitest'
import { lineOf, versionIn } from '../../../src/core/opencode-line.ts'

describe('the line of OpenCode', () => {
  test.each([
    ['1.18.33', 1],
    ['1.0.0-beta.1', 1],
    ['2.0.0', 2],
    ['2.0.22', 2],
    ['0.0.0-next-202607281530', 2],
    ['0.0.0-beta-202608130000', 2],
    ['0.0.0-nextish-1', undefined],
    ['0.0.0-dev-202511230000', undefined],
    ['0.15.31', undefined],
    ['20.1.0', undefined],
    ['3.0.0', undefined],
    ['local', undefined],
  ])('of %s is %s', (version, line) => {
    expect(lineOf(version)).toBe(line)
  })
})

describe('what a program prints', () => {
  test.each([
    ['1.18.33\n', '1.18.33'],
    ['1.18.33', '1.18.33'],
    ['v2.0.22\r\n', '2.0.22'],
    ['opencode 2.0.22\n', '2.0.22'],
    ['opencode2 v0.0.0-beta-202608130000\n', '0.0.0-beta-202608130000'],
    ['a new version is there: 3.0.0\n2.0.22\n', '2.0.22'],
  ])('%j says %s', (printed, version) => {
    expect(versionIn(printed)).toBe(version)
  })

  test.each(['', '\n', 'Node.js v20.20.2 is too old', '2.0', '1.2.3.4', `2.0.0-${'x'.repeat(99)}`])(
    '%j says no version',
    (printed) => {
      expect(versionIn(printed)).toBeUndefined()
    },
  )
})
