import type { JsonValue } from '../json.ts'

/** A value to be written. A map is an object whose members keep their order, whatever their names. */
export type Printable = JsonValue | ReadonlyMap<string, Printable> | Spelt

/** A value that has its text already. */
export type Spelt = () => string

export interface PrintStyle {
  readonly eol: string
  /** One step of indentation. */
  readonly unit: string
  /** Everything stays on the line. */
  readonly oneLine: boolean
  /** Between a name and its value: `: `, `:` or ` : `. */
  readonly colon: string
  /** Blanks behind a comma inside a line. */
  readonly comma: string
  /** Blanks inside the braces of a one-line object. */
  readonly pad: string
}

/** Where a value begins. */
export interface PrintPlace {
  /** Indentation of its line. */
  readonly indent: string
  readonly column: number
}

/** Lists of plain values go on one line up to here. */
const WIDTH = 80

/**
 * Print a value: objects expanded, one member a line, as `JSON.stringify` does; lists of plain values
 * on one line where they fit.
 */
export function print(value: Printable, style: PrintStyle, place: PrintPlace): string {
  if (typeof value === 'function') return value()
  if (typeof value !== 'object' || value === null) return printScalar(value)
  if (Array.isArray(value)) return printArray(value, style, place)
  const entries = value instanceof Map ? [...value] : Object.entries(value)
  if (entries.length === 0) return '{}'
  const indent = place.indent + style.unit
  const members = entries.map(([key, item]) => {
    const name = JSON.stringify(key) + style.colon
    return name + print(item, style, { indent, column: indent.length + name.length })
  })
  return style.oneLine
    ? `{${style.pad}${members.join(`,${style.comma}`)}${style.pad}}`
    : expand('{', members, '}', style, place)
}

/** Print a member of an object, or an element when there is no key. */
export function printItem(
  key: string | undefined,
  value: Printable,
  style: PrintStyle,
  indent: string,
): string {
  const name = key === undefined ? '' : JSON.stringify(key) + style.colon
  return name + print(value, style, { indent, column: indent.length + name.length })
}

function printScalar(value: string | number | boolean | null): string {
  // JSON.stringify writes -0 as 0, which would then differ from what was asked for.
  return Object.is(value, -0) ? '-0' : JSON.stringify(value)
}

function printArray(values: readonly JsonValue[], style: PrintStyle, place: PrintPlace): string {
  if (values.length === 0) return '[]'
  const indent = place.indent + style.unit
  const elements = values.map((value) => print(value, style, { indent, column: indent.length }))
  const line = `[${elements.join(`,${style.comma}`)}]`
  const plain = values.every((value) => typeof value !== 'object' || value === null)
  const fits = plain && place.column + line.length < WIDTH
  return style.oneLine || fits ? line : expand('[', elements, ']', style, place)
}

function expand(
  open: string,
  items: readonly string[],
  close: string,
  style: PrintStyle,
  place: PrintPlace,
): string {
  const lead = style.eol + place.indent + style.unit
  return `${open}${lead}${items.join(`,${lead}`)}${style.eol}${place.indent}${close}`
}
