/** A time of ISO 8601 in milliseconds since 1970 UTC; undefined where it is none. */
export function instantOf(time: string): number | undefined {
  const instant = Date.parse(time)
  return Number.isNaN(instant) ? undefined : instant
}
