import { describe, expect, test } from 'vitest'
import type { Compared } from '../../../bench/measure.mjs'
import {
  groupText,
  linesOf,
  resultsPage,
  rowText,
  settingText,
  summary,
  wrapped,
} from '../../../bench/report.mjs'
import { GROUPS } from '../../../bench/rows.mjs'

const NODE = { name: 'node', title: 'opgen : `node -e 0`', figure: 'ratio' } as const
const PEERS = { name: 'no-op', title: 'times faster than …', figure: 'inverse' } as const

/** The first takes three times as long as the second. */
function compared(): Compared {
  const [wall, other] = [90, 30]
  return {
    ratio: { middle: 3, low: 2.9, high: 3.1 },
    inverse: { middle: 1 / 3, low: 0.32, high: 0.35 },
    rounds: 30,
    first: { wall, cpu: wall + 10, peak: 440.4 },
    second: { wall: other, cpu: other, peak: 38 },
  }
}

/** More than has been seen yet. */
const SLOW: Compared = {
  ...compared(),
  ratio: { middle: 112.62, low: 100, high: 120 },
  inverse: { middle: 0.03, low: 0.02, high: 0.04 },
  first: { wall: 99_999, cpu: 99_999, peak: 1999 },
  second: { wall: 99_999, cpu: 99_999, peak: 999 },
}

const version = { name: 'version', title: '--version', goal: { atMost: 3 } }

describe('a row', () => {
  test('says ratio, goal, whether it is met, times and memory of both', () => {
    expect(rowText(NODE, version, { compared: compared() })).toBe(
      '--version                   3.00    ≤ 3     met       90/30      100/30   440/38',
    )
  })

  test('says how many times faster opgen is where that is the figure', () => {
    const [line] = linesOf(PEERS, { ...version, goal: { atLeast: 1.5 } }, compared())
    expect(line).toMatchObject({ value: '0.33', goal: '≥ 1.5', verdict: 'not met' })
  })

  test('has a second line for memory where that has a goal', () => {
    const row = { ...version, goal: { atMost: 2 }, memory: 450 }
    const lines = linesOf(NODE, row, compared())
    expect(lines.map(({ title, value, goal, verdict }) => [title, value, goal, verdict])).toEqual([
      ['--version', '3.00', '≤ 2', 'not met'],
      ['--version, peak MB', '440', '< 450', 'met'],
    ])
  })

  test('judges nothing where there is no goal, and leaves open what could not be measured', () => {
    const { first, ...rest } = compared()
    const without = { ...rest, first: { ...first, cpu: undefined, peak: undefined } }
    const [line] = linesOf(NODE, { name: 'doctor', title: 'doctor' }, without)
    expect(line).toMatchObject({ goal: '', verdict: '', cpu: '?/30', peak: '?/38' })
  })

  test('that is left out says why', () => {
    expect(rowText(PEERS, version, { leftOut: 'needs jq' })).toMatch(
      /^--version +left out: needs jq$/,
    )
  })
})

test.each(GROUPS.map((group) => [group.name, group] as const))(
  'every line of the group "%s" has at most 80 columns, even where all is slow',
  (_, group) => {
    const missing = 'needs python3-jinja2, python3-yaml'
    const lines = [
      groupText(group),
      ...group.rows.map((row) => rowText(group, row, { compared: SLOW })),
      ...group.rows.map((row) => rowText(group, row, { leftOut: missing })),
    ].flatMap((text) => text.split('\n'))
    expect(lines.filter((line) => line.length > 80)).toEqual([])
  },
)

test('the names of rows are unique', () => {
  const names = GROUPS.flatMap(({ name, rows }) => rows.map((row) => `${name}/${row.name}`))
  expect(new Set(names).size).toBe(names.length)
})

describe('the whole', () => {
  const setting = {
    date: '2026-11-23',
    facts: [
      ['machine', '2 × a processor'],
      ['others', 'a tool with a version; '.repeat(8).trim()],
    ] as const,
  }
  const outcomes = [
    { group: NODE, row: version, outcome: { compared: compared() } },
    {
      group: NODE,
      row: { ...version, name: 'help', goal: { atMost: 1.1 } },
      outcome: { compared: compared() },
    },
    { group: PEERS, row: { name: 'jq', title: 'jq' }, outcome: { leftOut: 'needs jq' } },
  ]

  test('counts the goals and names those that are not met', () => {
    expect(summary(outcomes)).toBe('1 of 2 goals met; not met: node/help; 1 left out')
    expect(summary(outcomes.slice(2))).toBe('no goal is set for these rows; 1 left out')
  })

  test('names machine and versions in 80 columns', () => {
    const lines = settingText(setting).split('\n')
    expect(lines[0]).toBe('measured  2026-11-23')
    expect(lines.filter((line) => line.length > 80)).toEqual([])
    expect(lines.length).toBeGreaterThan(3)
  })

  test('is a page with a table for each group, every row as wide as its head', () => {
    const page = resultsPage(setting, outcomes)
    expect(page.match(/^## .*$/gm)).toEqual([`## ${NODE.title}`, `## ${PEERS.title}`])
    expect(page).toContain(
      '| --version | 3.00 | 2.90–3.10 | ≤ 3 | met | 90/30 | 100/30 | 440/38 | 30 |',
    )
    const rows = page.slice(page.indexOf('##')).match(/^\|.*\|$/gm) ?? []
    expect(new Set(rows.map((row) => row.split('|').length))).toEqual(new Set([11]))
    expect(page.endsWith('|\n')).toBe(true)
  })
})

test('a long text is wrapped at blanks, and no word is cut', () => {
  const word = 'x'.repeat(12)
  expect(wrapped(`a b ${word} c d`, 5)).toEqual(['a b', word, 'c d'])
})
