import type { JsonValue } from '../json.ts'

/** A number of tokens as people say it: `200k`, `1M`, else all of it. */
export function showTokens(count: number): string {
  if (count > 0 && count % 1_000_000 === 0) return `${count / 1_000_000}M`
  if (count > 0 && count % 1000 === 0) return `${count / 1000}k`
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ',')
}

/** A price for a million tokens: `$0.60`, and as exact as it is. */
export function showPrice(price: number): string {
  const text = String(price)
  return `$${/^\d+(?:\.\d)?$/.test(text) ? price.toFixed(2) : text}`
}

/** A locked value as a person reads it. @param field of the lock, such as `limit.context` */
export function showLocked(field: string, value: JsonValue | undefined): string {
  if (value === undefined) return 'none'
  if (typeof value === 'number') {
    if (field.startsWith('limit.')) return showTokens(value)
    return field.startsWith('cost.') ? showPrice(value) : String(value)
  }
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'string') return value
  return Array.isArray(value) ? value.join(', ') : JSON.stringify(value)
}
