import { isJsonObject, type JsonValue } from '../../src/core/json.ts'
import type { Syntax } from '../../src/core/jsonc/parse.ts'

/* Texts as people and programs leave them behind: valid, and otherwise as odd as can be. */

/** Decisions of a generator, as plain numbers: fast-check shrinks them, and 0 is always the simplest. */
export interface Choices {
  /** A number below `limit`. */
  below(limit: number): number
  /** True once in `odds` times. */
  sometimes(odds: number): boolean
  pick<T>(options: readonly T[]): T
}

export function choicesFrom(numbers: Uint8Array): Choices {
  let at = 0
  const below = (limit: number): number => {
    at += 1
    return (numbers[at - 1] ?? 0) % limit
  }
  return {
    below,
    sometimes: (odds) => below(odds) === odds - 1,
    pick: (options) => {
      const option = options[below(options.length)]
      if (option === undefined) throw new RangeError('nothing to pick from')
      return option
    },
  }
}

export interface Style {
  readonly syntax: Syntax
  readonly eols: readonly string[]
  readonly units: readonly string[]
  /** How often a comment stands where one can: once in so many places. */
  readonly comments: number
}

/** How a file is written, whatever is in it. */
export function anyStyle(choose: Choices, syntax: Syntax): Style {
  return {
    syntax,
    eols: choose.pick([['\n'], ['\r\n'], ['\n', '\r\n'], ['\r'], ['\n', '\r\n', '\r']]),
    units: choose.pick([['  '], ['\t'], ['    '], [''], ['  ', '\t']]),
    comments: choose.pick([1000, 8, 3]),
  }
}

/** A whole file around a root. */
export function frame(choose: Choices, style: Style, root: string): string {
  const bom = choose.sometimes(6) ? '\uFEFF' : ''
  const before = choose.sometimes(4) ? blanks(choose, style, '') : ''
  const after = choose.sometimes(3) ? blanks(choose, style, '') : choose.pick(['\n', ''])
  return bom + before + root + after
}

/** A value, spelt in one of the ways in which it can be. */
export function oddText(choose: Choices, style: Style, value: JsonValue, indent = ''): string {
  if (typeof value === 'string') return oddString(choose, value)
  if (typeof value === 'number') return oddNumber(choose, value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const inner = indent + choose.pick(style.units)
  if (!isJsonObject(value)) {
    const elements = value.map((element) => oddText(choose, style, element, inner))
    return containerText(choose, style, { open: '[', items: elements, close: ']', indent, inner })
  }
  const items = Object.entries(value).map(([key, item]) => {
    const gap = choose.pick([' ', ' ', ''])
    return `${oddString(choose, key)}:${gap}${oddText(choose, style, item, inner)}`
  })
  return containerText(choose, style, { open: '{', items, close: '}', indent, inner })
}

function oddString(choose: Choices, text: string): string {
  const usual = JSON.stringify(text)
  if (!choose.sometimes(5)) return usual
  const first = text.charCodeAt(0).toString(16).padStart(4, '0')
  if (text === '' || choose.sometimes(2)) return usual.replaceAll('/', '\\/')
  return `"\\u${first}${JSON.stringify(text.slice(1)).slice(1)}`
}

function oddNumber(choose: Choices, number: number): string {
  const usual = JSON.stringify(number)
  if (!Number.isInteger(number) || !choose.sometimes(3)) return usual
  return number % 1000 === 0 && choose.sometimes(2) ? `${number / 1000}e3` : `${usual}.0`
}

export interface Container {
  readonly open: string
  readonly items: readonly string[]
  readonly close: string
  readonly indent: string
  readonly inner: string
}

export function containerText(choose: Choices, style: Style, container: Container): string {
  const { open, items, close, indent, inner } = container
  const trailing = items.length > 0 && style.syntax === 'jsonc' && choose.sometimes(3)
  const line = (to: string): string => choose.pick(style.eols) + to
  const way = choose.pick(['lines', 'one line', 'leading commas', 'odd'])
  const gap = (usual: string): string =>
    (choose.sometimes(style.comments) ? blanks(choose, style, inner) : '') +
    (way === 'odd' ? blanks(choose, { ...style, comments: 4 }, inner) : usual)
  const pad = choose.pick([' ', ''])
  let text = open
  for (const [index, item] of items.entries()) {
    const last = index === items.length - 1
    const lead = way === 'lines' ? line(inner) : pad
    text += gap(way === 'leading commas' && index > 0 ? ' ' : lead) + item
    if (last && !trailing) break
    text += gap(way === 'leading commas' ? line(indent) : '') + ','
    if (style.syntax === 'jsonc' && choose.sometimes(12)) text += ' // beside' + line('')
  }
  const end = items.length === 0 ? choose.pick(['', ' ', line(indent)]) : pad
  return text + gap(way === 'lines' && items.length > 0 ? line(indent) : end) + close
}

/** Blanks, and comments where they are allowed. A line comment always has its line break. */
export function blanks(choose: Choices, style: Style, indent: string): string {
  const eol = choose.pick(style.eols)
  const blank = choose.pick(['', ' ', eol + indent, eol, eol + eol + indent, '\t', '   '])
  if (style.syntax === 'strict' || choose.sometimes(2)) return blank
  const comment = choose.pick([
    `// note${eol}`,
    '/* note */',
    `// "old": { "x": 1 },${eol}`,
    `/* two${eol}   lines */`,
    `//${eol}`,
    `// blanks at the end  ${eol}${indent}`,
    `// one${eol}${indent}// two${eol}${indent}`,
    '/**/',
    `/* } */ // ]${eol}`,
    `// a /* b${eol}`,
  ])
  return blank + comment + choose.pick(['', ' ', indent])
}
