import type { JsonValue } from '../json.ts'
import { looksLikeKey } from './key-text.ts'

const LONGEST = 60

/**
 * The user's text in double quotes, shortened, with control characters escaped; a text that could be
 * a key is not shown at all.
 */
export function quote(text: string): string {
  if (looksLikeKey(text)) return '"***"'
  const points = Array.from(text)
  return JSON.stringify(points.length > LONGEST ? `${points.slice(0, LONGEST).join('')}…` : text)
}

/** Names that are told of one by one; of more the first, and how many there are. */
const MOST_NAMED = 5

/** Names that need no quotes, or have them: `a, b`, and of very many `a, b, c, d, e and 195 more`. */
export function listed(names: readonly string[]): string {
  const left = names.length - MOST_NAMED
  const shown = names.slice(0, MOST_NAMED).join(', ')
  return left > 0 ? `${shown} and ${left} more` : shown
}

/** A value as a message names it: `"fast"`, `7`, `null`, `a list`, `a map`. */
export function describeValue(value: JsonValue): string {
  if (value === null) return 'null'
  if (typeof value === 'string') return quote(value)
  if (typeof value !== 'object') return String(value)
  return Array.isArray(value) ? 'a list' : 'a map'
}
