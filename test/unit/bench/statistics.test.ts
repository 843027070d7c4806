import { describe, expect, test } from 'vitest'
import { median, meets, quantile, ratios } from '../../../bench/statistics.mjs'

describe('the median', () => {
  test.each([
    [[3], 3],
    [[9, 1, 5], 5],
    [[10, 2, 9, 1], 5.5],
  ])('of %j is %d', (values, middle) => {
    expect(median(values)).toBe(middle)
  })

  test('leaves the values in their order', () => {
    const values = [3, 1, 2]
    median(values)
    expect(values).toEqual([3, 1, 2])
  })
})

test('a quarter of the way is between two values in proportion', () => {
  expect(quantile([1, 2, 3, 4], 0.25)).toBe(1.75)
  expect(quantile([1, 2, 3, 4, 5], 0.75)).toBe(4)
})

describe('ratios', () => {
  test('are taken round by round, so that a slow moment counts on both sides', () => {
    expect(ratios([20, 200, 22], [10, 100, 11])).toEqual({ middle: 2, low: 2, high: 2 })
  })

  test('have the median in the middle, not the ratio of the medians', () => {
    expect(ratios([10, 20, 90], [10, 10, 30]).middle).toBe(2)
  })
})

test.each([
  [1.3, { atMost: 1.3 }, true],
  [1.31, { atMost: 1.3 }, false],
  [30, { atLeast: 30 }, true],
  [29.9, { atLeast: 30 }, false],
  [449.9, { below: 450 }, true],
  [450, { below: 450 }, false],
  [Number.NaN, { atMost: 1 }, false],
])('%d against the goal %j is met: %j', (value, goal, met) => {
  expect(meets(value, goal)).toBe(met)
})
