// The words behind `npm run bench --`.
import { parseArgs } from 'node:util'

export const USAGE = `npm run bench -- [--rounds N] [--quick] [--install] [--only ROW…]

--rounds N   at most so many rounds a row; 30 when absent
--quick      at most 5 rounds and a few seconds a row; nothing is written
--install    install what is missing: Debian packages as root, OpenCode by npm
--only ROW…  these rows or groups only; bench/RESULTS.md is left as it is
--list       print the names of the rows
`

/**
 * @typedef {object} Options
 * @property {number} rounds at most so many pairs of runs a row
 * @property {number} patience milliseconds after which a row is given no further round, but the least
 * @property {readonly string[]} only names of rows or groups; empty: all
 * @property {boolean} whole whether the results stand for all rows, at full length
 * @property {boolean} install
 * @property {boolean} list
 */

/**
 * @param {readonly string[]} words
 * @returns {Options}
 * @throws {Error} with words for the user
 */
export function readOptions(words) {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      install: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
    },
  })
  if (values.only.length === 0 && positionals.length > 0) {
    throw new Error(`"${positionals[0]}" is not understood; rows are named behind --only`)
  }
  const rounds = values.rounds ?? (values.quick ? '5' : '30')
  if (!/^[1-9]\d{0,3}$/.test(rounds)) throw new Error(`"${rounds}" is no number of rounds`)
  const only = [...values.only, ...positionals]
  return {
    rounds: Number(rounds),
    patience: values.quick ? 3000 : 10_000,
    only,
    whole: only.length === 0 && !values.quick,
    install: values.install,
    list: values.list,
  }
}

/**
 * @param {string} id of a row: its group, a slash, its name
 * @param {string} wanted a row, or a whole group
 */
export function isMeant(id, wanted) {
  return id === wanted || id.startsWith(`${wanted}/`)
}
