import type { Pages } from './sqlite-pages.ts'

/*
 * The rows of a SQLite table (https://www.sqlite.org/fileformat2.html, 1.5, 1.6 and 2). What is damaged throws.
 */

/** A value of a row; what is neither text nor an integer is null. */
export type Column = string | number | null

/** Columns by their place. A column that was added later is null in rows of before. */
export type Row = readonly Column[]

/** Only these columns of a row are looked at; the text of others is never made. */
export type Places = readonly number[]

const INTERIOR = 5
const LEAF = 13

/** Rows beyond which a table is none of those that are looked at. */
const MOST_ROWS = 10_000

/** Every row of the table whose tree begins at a page, as the values of the columns that are asked for. */
export function rowsOf(pages: Pages, root: number, places: Places): readonly Row[] {
  const rows: Row[] = []
  const waiting = [root]
  const seen = new Set<number>()
  for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
    if (seen.has(number)) throw new Error('a page leads back to itself')
    seen.add(number)
    const page = pages.read(number)
    // The first page begins with the header of the file.
    const start = number === 1 ? 100 : 0
    const kind = page.readUInt8(start)
    if (kind === INTERIOR) {
      // What was put there last is looked at first.
      const cells = cellsOf(page, start, 12).toReversed()
      waiting.push(page.readUInt32BE(start + 8), ...cells.map((cell) => page.readUInt32BE(cell)))
    } else if (kind === LEAF) {
      for (const cell of cellsOf(page, start, 8)) rows.push(rowAt(pages, page, { cell, places }))
      if (rows.length > MOST_ROWS) throw new Error('too many rows')
    } else throw new Error('no page of a table')
  }
  return rows
}

/** Offsets of the cells of a page. */
function cellsOf(page: Buffer, start: number, header: number): readonly number[] {
  return Array.from({ length: page.readUInt16BE(start + 3) }, (_, index) =>
    page.readUInt16BE(start + header + 2 * index),
  )
}

interface Wanted {
  /** Offset of the cell in its page. */
  readonly cell: number
  readonly places: Places
}

function rowAt(pages: Pages, page: Buffer, { cell, places }: Wanted): Row {
  const length = numberAt(page, cell)
  const rowId = numberAt(page, length.end)
  return columnsOf(payloadOf(pages, page, { at: rowId.end, length: length.value }), places)
}

/** Nothing that is asked for is behind more than this. */
const LONGEST_PAYLOAD = 1024 * 1024

/** The bytes of a record; what does not fit into its page goes on in a chain of others. */
function payloadOf(
  pages: Pages,
  page: Buffer,
  { at, length }: { readonly at: number; readonly length: number },
): Buffer {
  const usable = pages.usable ?? 0
  if (length > LONGEST_PAYLOAD) throw new Error('too long')
  const most = usable - 35
  if (length <= most) return whole(page.subarray(at, at + length), length)
  const least = Math.floor(((usable - 12) * 32) / 255) - 23
  const fitting = least + ((length - least) % (usable - 4))
  const here = fitting <= most ? fitting : least
  const parts = [page.subarray(at, at + here)]
  let next = page.readUInt32BE(at + here)
  for (let left = length - here; left > 0; left -= usable - 4) {
    const more = pages.read(next)
    next = more.readUInt32BE(0)
    parts.push(more.subarray(4, 4 + Math.min(left, usable - 4)))
  }
  return whole(Buffer.concat(parts), length)
}

function whole(bytes: Buffer, length: number): Buffer {
  if (bytes.length !== length) throw new Error('cut off')
  return bytes
}

function columnsOf(record: Buffer, places: Places): Row {
  const header = numberAt(record, 0)
  const columns: { readonly type: number; readonly at: number }[] = []
  const last = Math.max(...places)
  let at = header.value
  for (let next = header.end; next < header.value && columns.length <= last;) {
    const type = numberAt(record, next)
    columns.push({ type: type.value, at })
    at += lengthOf(type.value)
    next = type.end
  }
  return places.map((place) => {
    const column = columns[place]
    return column === undefined ? null : valueAt(record, column)
  })
}

/** Bytes of the integers of type 1 to 6. */
const INTEGERS = [0, 1, 2, 3, 4, 6, 8]

/** How many bytes a value of a type has (2.1). */
function lengthOf(type: number): number {
  if (type >= 12) return Math.floor((type - 12) / 2)
  return type === 7 ? 8 : (INTEGERS[type] ?? 0)
}

function valueAt(
  record: Buffer,
  { type, at }: { readonly type: number; readonly at: number },
): Column {
  const length = lengthOf(type)
  const bytes = whole(record.subarray(at, at + length), length)
  if (type >= 13 && type % 2 === 1) return bytes.toString('utf8')
  if (type === 8 || type === 9) return type - 8
  if (type === 6) return Number(bytes.readBigInt64BE())
  return type >= 1 && type <= 5 ? bytes.readIntBE(0, length) : null
}

/** A number of one to nine bytes (1.6). Large ones are not exact: nothing that is asked for has one. */
function numberAt(bytes: Buffer, start: number): { readonly value: number; readonly end: number } {
  let value = 0
  for (let index = 0; index < 8; index += 1) {
    const byte = bytes.readUInt8(start + index)
    value = value * 128 + (byte & 0x7f)
    if (byte < 0x80) return { value, end: start + index + 1 }
  }
  return { value: value * 256 + bytes.readUInt8(start + 8), end: start + 9 }
}

/** The names of the columns that a `CREATE TABLE` makes, in their order. */
export function columnNames(sql: string): readonly string[] {
  const names: string[] = []
  let depth = 0
  let isFirst = false
  for (const [token] of sql.matchAll(TOKEN)) {
    if (/^(?:--|\/\*)/.test(token)) continue
    if (isFirst) {
      if (CONSTRAINT.test(token)) return names
      names.push(unquoted(token))
    }
    isFirst = (token === '(' && depth === 0) || (token === ',' && depth === 1)
    if (token === '(') depth += 1
    if (token === ')') depth -= 1
  }
  return names
}

/** A comment, something in quotes, a bracket or comma, or what stands between. */
const TOKEN =
  /--[^\n]*|\/\*.*?(?:\*\/|$)|"(?:[^"]|"")*"|`(?:[^`]|``)*`|'(?:[^']|'')*'|\[[^\]]*\]|[(),]|[^\s(),"`'[\]]+/gs

/** What begins a condition of the whole table; they come after the columns. */
const CONSTRAINT = /^(?:constraint|primary|unique|check|foreign)$/i

function unquoted(name: string): string {
  const quote = name[0] ?? ''
  if (quote === '[') return name.slice(1, -1)
  return '"`\''.includes(quote) ? name.slice(1, -1).replaceAll(quote + quote, quote) : name
}
