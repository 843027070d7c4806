import * as fc from 'fast-check'

export const BASE62 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
export const BASE64URL = `${BASE62}-_`
export const BASE36 = 'abcdefghijklmnopqrstuvwxyz0123456789'
export const HEX = '0123456789abcdef'

/** The same keys in every run: how many are found must not depend on luck. */
export function generate(alphabet: string, length: number, count = 2000): readonly string[] {
  const character = fc.constantFrom(...Array.from(alphabet))
  const key = fc.array(character, { minLength: length, maxLength: length })
  // Biased ones repeat a few characters, as no generator does.
  const keys = fc.sample(fc.noBias(key), { seed: length, numRuns: count })
  return keys.map((characters) => characters.join(''))
}
