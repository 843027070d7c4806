import { describe, expect, test } from 'vitest'
import {
  parseKnownPrograms,
  renderKnownPrograms,
  stillHolds,
  untilOf,
} from '../../../../src/core/state/known-programs.ts'

const NOW = Date.UTC(2026, 10, 23)
const DAY = 24 * 60 * 60 * 1000
const file = { path: '/bin/opencode', realPath: '/opt/opencode', size: 7, mtimeMs: 1.25 }
const known = { ...file, version: '2.0.22', until: null }

describe('what is known of a program', () => {
  test('comes back as it was written', () => {
    const both = [known, { ...known, version: null, until: NOW }]
    expect(parseKnownPrograms(renderKnownPrograms(both))).toEqual(both)
  })

  test.each([
    '',
    'null',
    '{',
    '[]',
    '{"version":2,"programs":[]}',
    '{"version":1,"programs":[{}]}',
  ])('is nothing, where the text is %j', (text) => {
    expect(parseKnownPrograms(text)).toEqual([])
  })

  test('holds as long as the file is the same', () => {
    expect(stillHolds(known, file, () => NOW)).toBe(true)
    for (const change of [
      { path: '/usr/bin/opencode' },
      { realPath: '/opt/other' },
      { size: 8 },
      { mtimeMs: 1.5 },
    ]) {
      expect(stillHolds(known, { ...file, ...change }, () => NOW)).toBe(false)
    }
  })

  test('holds for a day where the file does not vouch for it', () => {
    expect(untilOf({ version: '2.0.22', lasts: true }, () => NOW)).toBeNull()
    expect(untilOf({ version: '2.0.22', lasts: false }, () => NOW)).toBe(NOW + DAY)
    expect(untilOf({ version: undefined, lasts: true }, () => NOW)).toBe(NOW + DAY)
    const shortly = { ...known, until: NOW + DAY }
    expect(stillHolds(shortly, file, () => NOW)).toBe(true)
    expect(stillHolds(shortly, file, () => NOW + DAY)).toBe(false)
  })

  test('does not hold where it was written by a clock that was far ahead', () => {
    expect(stillHolds({ ...known, until: NOW + 2 * DAY }, file, () => NOW)).toBe(false)
  })
})
