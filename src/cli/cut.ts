/** Columns of a narrow terminal. */
export const COLUMNS = 80

/** A text that fits into so many columns, shortened at its end where it does not. */
export function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`
}
