// From times to one figure that can be compared with that of another run.

/**
 * What lies at a share of the way through the values in order; between two of them, in proportion.
 *
 * @param {readonly number[]} values at least one
 * @param {number} share 0 to 1
 */
export function quantile(values, share) {
  const sorted = values.toSorted((one, other) => one - other)
  const place = (sorted.length - 1) * share
  const below = sorted[Math.floor(place)] ?? Number.NaN
  const above = sorted[Math.ceil(place)] ?? Number.NaN
  return below + (above - below) * (place - Math.floor(place))
}

/** @param {readonly number[]} values at least one */
export function median(values) {
  return quantile(values, 0.5)
}

/**
 * @typedef {object} Spread
 * @property {number} middle the median
 * @property {number} low a quarter of the values is below
 * @property {number} high a quarter of the values is above
 */

/**
 * Each value over the one of the same round, so that what slows the machine for a while slows both.
 *
 * @param {readonly number[]} over
 * @param {readonly number[]} under as many
 * @returns {Spread}
 */
export function ratios(over, under) {
  const all = over.map((value, round) => value / (under[round] ?? Number.NaN))
  return { middle: median(all), low: quantile(all, 0.25), high: quantile(all, 0.75) }
}

/**
 * @typedef {{ readonly atMost: number } | { readonly atLeast: number } | { readonly below: number }} Goal
 */

/**
 * @param {number} value
 * @param {Goal} goal
 */
export function meets(value, goal) {
  if ('atMost' in goal) return value <= goal.atMost
  return 'below' in goal ? value < goal.below : value >= goal.atLeast
}
