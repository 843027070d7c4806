import { describe, expect, test } from 'vitest'
import { RULES } from '../../../src/core/doctor/rules.ts'

describe('a rule', () => {
  test.each(RULES)('$code is said in words that fit the others', (rule) => {
    const { code, title, cause, fix, source } = rule
    expect(code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    for (const text of [title, cause, fix]) {
      expect(text).not.toMatch(/\.$|\bplease\b|\bfailed to\b|\btoken\b(?! )|[|\n]/i)
      expect(text.length).toBeGreaterThan(10)
    }
    expect(source).toMatch(/^(?:contract \d|[\w.-]+\/[\w.-]+#\d+|survey|seen|docs\/)/)
  })

  test('has a code of its own', () => {
    const codes = RULES.map(({ code }) => code)
    expect([...new Set(codes)]).toEqual(codes)
  })
})
