// What was measured, as plain text of 80 columns and as a page of Markdown.
import { meets } from './statistics.mjs'

/** @typedef {import('./statistics.mjs').Goal} Goal */
/** @typedef {import('./measure.mjs').Compared} Compared */
/** @typedef {import('./measure.mjs').Figures} Figures */
/** @typedef {Pick<import('./rows.mjs').Group, 'name' | 'title' | 'figure'>} GroupHead */
/** @typedef {Pick<import('./rows.mjs').Row, 'name' | 'title' | 'goal' | 'memory'>} RowHead */

/** @typedef {{ readonly compared: Compared } | { readonly leftOut: string }} Outcome */

/**
 * @typedef {object} Line
 * @property {string} title
 * @property {string} value
 * @property {string} spread the middle half of the values
 * @property {string} goal
 * @property {string} verdict
 * @property {string} wall
 * @property {string} cpu
 * @property {string} peak
 * @property {string} rounds
 */

/**
 * What a row comes to: a line for its ratio, and one for its memory where that has a goal.
 *
 * @param {GroupHead} group
 * @param {RowHead} row
 * @param {Compared} compared
 * @returns {readonly Line[]}
 */
export function linesOf({ figure }, { title, goal, memory }, compared) {
  const { first, second, rounds } = compared
  const spread = compared[figure]
  const lines = [
    {
      title,
      value: spread.middle.toFixed(2),
      spread: `${spread.low.toFixed(2)}–${spread.high.toFixed(2)}`,
      goal: goal === undefined ? '' : goalText(goal),
      verdict: verdict(spread.middle, goal),
      wall: both(first.wall, second.wall),
      cpu: both(first.cpu, second.cpu),
      peak: both(first.peak, second.peak),
      rounds: `${rounds}`,
    },
  ]
  if (memory === undefined || first.peak === undefined) return lines
  const below = { below: memory }
  return [
    ...lines,
    {
      ...NOTHING,
      title: `${title}, peak MB`,
      value: first.peak.toFixed(0),
      goal: goalText(below),
      verdict: verdict(first.peak, below),
    },
  ]
}

const NOTHING = { spread: '', wall: '', cpu: '', peak: '', rounds: '' }

/** @param {Goal} goal */
function goalText(goal) {
  if ('atMost' in goal) return `≤ ${goal.atMost}`
  return 'below' in goal ? `< ${goal.below}` : `≥ ${goal.atLeast}`
}

/**
 * @param {number} value
 * @param {Goal | undefined} goal
 */
function verdict(value, goal) {
  if (goal === undefined) return ''
  return meets(value, goal) ? 'met' : 'not met'
}

/**
 * @param {number | undefined} one
 * @param {number | undefined} other
 */
function both(one, other) {
  return [one, other].map((value) => value?.toFixed(0) ?? '?').join('/')
}

/** The columns of the text behind the title, with how wide they are. */
const COLUMNS = /** @type {const} */ ([
  ['value', 'ratio', 6],
  ['goal', 'goal', 6],
  ['verdict', '', 7],
  ['wall', 'wall ms', 11],
  ['cpu', 'CPU ms', 11],
  ['peak', 'peak MB', 8],
])

/** With it a line has 80 columns. */
const TITLE_WIDTH = 25

/**
 * @param {GroupHead} group
 * @returns {string} its title, and the heads of the columns
 */
export function groupText({ title }) {
  const heads = COLUMNS.map(([, head, width]) => head.padStart(width)).join(' ')
  return `\n${title}\n${' '.repeat(TITLE_WIDTH)} ${heads}`
}

/**
 * @param {GroupHead} group
 * @param {RowHead} row
 * @param {Outcome} outcome
 * @returns {string}
 */
export function rowText(group, row, outcome) {
  if ('leftOut' in outcome) return `${row.title.padEnd(TITLE_WIDTH)}  left out: ${outcome.leftOut}`
  return linesOf(group, row, outcome.compared)
    .map((line) => {
      const cells = COLUMNS.map(([name, , width]) => line[name].padStart(width)).join(' ')
      return `${line.title.padEnd(TITLE_WIDTH)} ${cells}`.trimEnd()
    })
    .join('\n')
}

/**
 * @typedef {object} Setting
 * @property {string} date
 * @property {readonly (readonly [string, string])[]} facts of the machine and the programs, in two columns
 */

/** @typedef {readonly { readonly group: GroupHead, readonly row: RowHead, readonly outcome: Outcome }[]} Outcomes */

/**
 * @param {Setting} setting
 * @returns {string}
 */
export function settingText({ date, facts }) {
  const width = Math.max(...facts.map(([name]) => name.length)) + 2
  const lines = facts.flatMap(([name, value]) =>
    wrapped(value, 80 - width).map((line, index) => (index === 0 ? name : '').padEnd(width) + line),
  )
  return [`measured  ${date}`, ...lines].join('\n')
}

/**
 * @param {string} text
 * @param {number} [width] columns; a longer word stands alone
 */
export function wrapped(text, width = 80) {
  /** @type {string[]} */
  const lines = []
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1) ?? ''} ${word}`
    if (lines.length > 0 && longer.length <= width) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines
}

/**
 * How many of the goals are met, and which are not.
 *
 * @param {Outcomes} outcomes
 * @returns {string}
 */
export function summary(outcomes) {
  const lines = outcomes.flatMap(({ group, row, outcome }) =>
    'leftOut' in outcome
      ? []
      : linesOf(group, row, outcome.compared).map((line) => ({ ...line, group, row })),
  )
  const judged = lines.filter(({ verdict: judgement }) => judgement !== '')
  const missed = judged.filter(({ verdict: judgement }) => judgement !== 'met')
  const leftOut = outcomes.filter(({ outcome }) => 'leftOut' in outcome)
  const names = missed.map(({ group, row }) => `${group.name}/${row.name}`)
  return [
    judged.length === 0
      ? 'no goal is set for these rows'
      : `${judged.length - missed.length} of ${judged.length} goals met`,
    ...(missed.length === 0 ? [] : [`not met: ${[...new Set(names)].join(', ')}`]),
    ...(leftOut.length === 0 ? [] : [`${leftOut.length} left out`]),
  ].join('; ')
}

/**
 * bench/RESULTS.md.
 *
 * @param {Setting} setting
 * @param {Outcomes} outcomes
 * @returns {string}
 */
export function resultsPage(setting, outcomes) {
  const groups = [...new Set(outcomes.map(({ group }) => group))]
  return [
    '# Results of `npm run bench`',
    'Written by the benchmark. Ratios taken in one run can be compared with those of another; milliseconds cannot.',
    HOW,
    [
      `| measured | ${setting.date} |`,
      '|---|---|',
      ...setting.facts.map(([name, value]) => `| ${name} | ${value} |`),
    ].join('\n'),
    `**${summary(outcomes)}.**`,
    ...groups.flatMap((group) => groupPage(group, outcomes)),
  ]
    .join('\n\n')
    .concat('\n')
}

const HOW = `How: whole processes, timed from outside, both in turn after a warm-up; the median of the ratios of all
rounds, and in what their middle half lies. Wall and CPU time (user and system, of all processes waited for)
and the peak of the largest process stand as opgen/other. \`NODE_EXTRA_CA_CERTS\` is unset on both sides.
What is compared writes the same blocks and logins as opgen, which the benchmark checks first; each is as
somebody who knows the tool would write it, in \`bench/peers/\`.`

/**
 * @param {GroupHead} group
 * @param {Outcomes} outcomes
 */
function groupPage(group, outcomes) {
  const rows = outcomes
    .filter((each) => each.group === group)
    .flatMap(({ row, outcome }) => {
      if ('leftOut' in outcome)
        return [`| ${row.title} | left out: ${outcome.leftOut} | | | | | | | |`]
      return linesOf(group, row, outcome.compared).map(
        ({ title, value, spread, goal, verdict: judgement, wall, cpu, peak, rounds }) =>
          `| ${[title, value, spread, goal, judgement, wall, cpu, peak, rounds].join(' | ')} |`,
      )
    })
  const head = [
    '| | ratio | middle half | goal | | wall ms | CPU ms | peak MB | rounds |',
    '|---|---:|---:|---:|---|---:|---:|---:|---:|',
  ]
  return [`## ${group.title}`, [...head, ...rows].join('\n')]
}
