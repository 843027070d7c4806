import { isJsonObject } from '../json.ts'
import { parseJson } from '../parse-json.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { mayBeFilledIn } from '../tokens.ts'
import { MODALITIES } from './model-facts.ts'
import type { Cost, Modalities, Modality, ModelFacts } from './model-facts.ts'

/** What a body holds, if that is an object; else one without members. */
export function parseObject(body: string): JsonObject {
  const value = parseJson(body)
  return isJsonObject(value) ? value : {}
}

/** The objects in a list, without whatever else is in it; undefined: this is no list. */
export function objectsOf(value: JsonValue | undefined): readonly JsonObject[] | undefined {
  return Array.isArray(value) ? value.filter((element) => isJsonObject(element)) : undefined
}

/** The texts in a list, without whatever else is in it; undefined: this is no list. */
export function textsOf(value: JsonValue | undefined): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((element) => typeof element === 'string') : undefined
}

export function flagOf(value: JsonValue | undefined): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined
}

/** A number of tokens. What is none, such as 0, -1 or 4.5, counts as not said. */
export function tokensOf(value: JsonValue | undefined): number | undefined {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) && number > 0
    ? number
    : undefined
}

/** The smallest of those that are said. */
export function smallest(counts: readonly (number | undefined)[]): number | undefined {
  return counts.reduce(
    (least, count) =>
      count === undefined || (least !== undefined && least <= count) ? least : count,
    undefined,
  )
}

/** The largest of those that are said. */
export function largest(counts: readonly (number | undefined)[]): number | undefined {
  return counts.reduce(
    (most, count) => (count === undefined || (most !== undefined && most >= count) ? most : count),
    undefined,
  )
}

/** Control, formatting and surrogate characters: nothing that a person would call a model. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

/** In UTF-16 units: nothing that is called so is longer. */
const LONGEST_NAME = 500

/** A text that can be shown on one line, and be written where OpenCode reads it; undefined: there is none. */
export function shownText(value: JsonValue | undefined): string | undefined {
  if (typeof value !== 'string' || value.trim() === '' || value.length > LONGEST_NAME)
    return undefined
  return UNSEEN.test(value) || mayBeFilledIn(value) ? undefined : value
}

/** Above this, a price was not told in the unit that it is taken for. */
const HIGHEST_PRICE = 10_000

/** US dollars for a million tokens; undefined for what is no price. */
export function priceOf(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= HIGHEST_PRICE ? value : undefined
}

/**
 * US dollars for one token, as a number or a text, to those for a million. Products of binary fractions are
 * not exact: twelve digits are, and no price has more.
 */
export function perMillion(value: JsonValue | undefined): number | undefined {
  const isDecimal = typeof value === 'string' && /^\d*\.?\d+(?:e[+-]?\d+)?$/i.test(value)
  const perToken = isDecimal ? Number(value) : value
  if (typeof perToken !== 'number') return undefined
  return priceOf(Number((perToken * 1_000_000).toPrecision(12)))
}

/** Undefined unless both prices that OpenCode requires are there. */
export function costOf(prices: {
  readonly [price in keyof Cost]-?: number | undefined
}): Cost | undefined {
  const { input, output, cache_read, cache_write } = prices
  if (input === undefined || output === undefined) return undefined
  return {
    input,
    output,
    ...(cache_read === undefined ? {} : { cache_read }),
    ...(cache_write === undefined ? {} : { cache_write }),
  }
}

/** The facts that have a value. */
export function said(facts: {
  readonly [name in keyof ModelFacts]: ModelFacts[name] | undefined
}): ModelFacts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined))
}

/** The modalities that OpenCode knows among some names, in its order; undefined: none was named. */
export function modalitiesIn(
  names: readonly string[] | undefined,
): readonly Modality[] | undefined {
  if (names === undefined || names.length === 0) return undefined
  // What gateways call a file is a PDF.
  const lower = new Set(names.map((name) => name.toLowerCase().replace(/^file$/, 'pdf')))
  return MODALITIES.filter((modality) => lower.has(modality))
}

/** Undefined unless both sides are known. */
export function bothWays(
  input: readonly Modality[] | undefined,
  output: readonly Modality[] | undefined,
): Modalities | undefined {
  return input === undefined || output === undefined ? undefined : { input, output }
}

/** Text, and what else is said to be understood. */
export function textAnd(
  others: Readonly<Partial<Record<Modality, boolean | undefined>>>,
): readonly Modality[] {
  return MODALITIES.filter((modality) => modality === 'text' || others[modality] === true)
}
