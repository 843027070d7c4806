/** Columns of a narrow terminal. */
export const COLUMNS = 80

/** A text that fits into so many columns, shortened at its end where it does not. */
export function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`
}

/** The first parts, as many as there is room for. */
export function fitting(parts: readonly string[], room: number): string {
  const [first = '', ...others] = parts
  let text = first
  for (const part of others) {
    if (text.length + part.length + 2 > room) break
    text += `, ${part}`
  }
  return text
}
