import { describe, expect, test } from 'vitest'
import { isMeant, readOptions } from '../../../bench/options.mjs'

describe('the options of the benchmark', () => {
  test('are all rows in thirty rounds where none is given', () => {
    expect(readOptions([])).toEqual({
      rounds: 30,
      patience: 10_000,
      only: [],
      whole: true,
      install: false,
      list: false,
    })
  })

  test('take several rows behind --only', () => {
    const { only, whole } = readOptions(['--only', 'node/help', 'growth', '--only', 'opencode'])
    expect([...only].toSorted()).toEqual(['growth', 'node/help', 'opencode'])
    expect(whole).toBe(false)
  })

  test('do not let a quick run stand for a whole one', () => {
    const { rounds, whole } = readOptions(['--quick'])
    expect(rounds).toBe(5)
    expect(whole).toBe(false)
  })

  test.each([
    [['--rounds', 'x'], '"x" is no number of rounds'],
    [['--rounds', '0'], '"0" is no number of rounds'],
    [['40'], '"40" is not understood; rows are named behind --only'],
    [['--fast'], "Unknown option '--fast'"],
  ])('%j are refused', (words, why) => {
    expect(() => readOptions(words)).toThrow(why)
  })
})

test('a name means a row or a whole group, and no other that begins like it', () => {
  expect(isMeant('no-op/python', 'no-op/python')).toBe(true)
  expect(isMeant('no-op/python', 'no-op')).toBe(true)
  expect(isMeant('no-op-keychain/python', 'no-op')).toBe(false)
  expect(isMeant('no-op/python-pure', 'no-op/python')).toBe(false)
})
