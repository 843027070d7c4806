import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { RULE_GROUPS, RULES } from '../../../src/core/doctor/rules.ts'
import { repairedCodes } from '../../support/doctor-fixtures.ts'
import { readDocument, root } from './markdown.ts'

const START = '<!-- rules -->'
const END = '<!-- /rules -->'

describe('docs/doctor.md', () => {
  test('has every rule, as `npm run docs` writes them', async () => {
    const page = readDocument('docs/doctor.md')
    const before = page.slice(0, page.indexOf(START) + START.length)
    const after = page.slice(page.indexOf(END))
    const made = `${before}\n${ruleTables()}\n${after}`
    await expect(made).toMatchFileSnapshot(path.join(root, 'docs/doctor.md'))
  })
})

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

function ruleTables(): string {
  const repaired = repairedCodes()
  return RULE_GROUPS.map(({ title, rules }) => {
    const rows = rules.map(({ code, severity, title: what, cause, fix, source }) => {
      const word = severity === 'info' ? 'note' : severity
      const isFixed = repaired.has(code) ? ' *Fixed.*' : ''
      return `| \`${code}\` | ${word} | ${what} | ${cause} | ${fix}.${isFixed} | ${source} |`
    })
    return [
      `\n### ${title}\n`,
      '| code | kind | finds | why | what to do | known from |',
      '|---|---|---|---|---|---|',
      ...rows,
    ].join('\n')
  }).join('\n')
}
