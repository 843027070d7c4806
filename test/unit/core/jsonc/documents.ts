import * as fc from 'fast-check'
import {
  type JsonDocument,
  parseJsonDocument,
  type Syntax,
} from '../../../../src/core/jsonc/parse.ts'

/** Decisions of a generator, as plain numbers: fast-check shrinks them, and 0 is always the simplest. */
export interface Choices {
  /** A number below `limit`. */
  below(limit: number): number
  /** True once in `odds` times. */
  sometimes(odds: number): boolean
  pick<T>(options: readonly T[]): T
}

/** Decisions about edits. Whoever runs out of numbers decides for the simplest. */
export const choices: fc.Arbitrary<Choices> = fc
  .uint8Array({ maxLength: 100, size: 'max' })
  .map((numbers) => ({
    ...choicesFrom(numbers),
    [fc.toStringMethod]: () => `choices(${numbers.join()})`,
  }))

/** Documents as people and programs leave them behind: valid, and otherwise as odd as can be. */
export const documents: fc.Arbitrary<Sample> = fc
  .uint8Array({ maxLength: 400, size: 'max' })
  .map((numbers) => {
    const sample = anyDocument(choicesFrom(numbers))
    return { ...sample, [fc.toStringMethod]: () => JSON.stringify(sample.document.text) }
  })

function choicesFrom(numbers: Uint8Array): Choices {
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

/** `OPGEN_FUZZ=10` makes every law look at ten times as many documents. */
const TIMES = Number(process.env['OPGEN_FUZZ'] ?? 1)

/** Documents that one law looks at. */
export const RUNS = 1000 * TIMES

/** Milliseconds that a law may take. */
export const PATIENCE = 60_000 * TIMES

interface Style {
  readonly syntax: Syntax
  readonly eols: readonly string[]
  readonly units: readonly string[]
  /** How often a comment stands where one can: once in so many places. */
  readonly comments: number
}

export interface Sample {
  readonly syntax: Syntax
  readonly document: JsonDocument
}

function anyDocument(choose: Choices): Sample {
  const syntax = choose.pick<Syntax>(['jsonc', 'jsonc', 'jsonc', 'strict'])
  const style: Style = {
    syntax,
    eols: choose.pick([['\n'], ['\r\n'], ['\n', '\r\n'], ['\r'], ['\n', '\r\n', '\r']]),
    units: choose.pick([['  '], ['\t'], ['    '], [''], ['  ', '\t']]),
    comments: choose.pick([1000, 8, 3]),
  }
  const bom = choose.sometimes(6) ? '\uFEFF' : ''
  const before = choose.sometimes(4) ? blanks(choose, style, '') : ''
  const root = objectText(choose, style, '', choose.pick([3, 4, 1, 2]))
  const after = choose.sometimes(3) ? blanks(choose, style, '') : choose.pick(['\n', ''])
  const text = bom + before + root + after
  const parsed = parseJsonDocument(text, syntax)
  if (!parsed.ok)
    throw new Error(`the generator wrote what does not parse: ${JSON.stringify(text)}`)
  return { syntax, document: parsed.document }
}

export const KEYS = ['a', 'b', 'c', 'd', 'provider', 'a/b', '~', '', '__proto__', '7', 'x y', 'é']

/** `a` again, in letters only a parser knows. */
const ODD_KEYS = new Map([
  ['a', '"\\u0061"'],
  ['a/b', '"a\\/b"'],
])

const SCALARS = [
  '1',
  '"x"',
  '1.0',
  'true',
  '"\\u0041"',
  '1e3',
  'null',
  '-0',
  '"// no comment"',
  '"/* no comment */"',
  '"} ] ,"',
  '"a\\/b\\n"',
  '0.10',
  '""',
]

function valueText(choose: Choices, style: Style, indent: string, depth: number): string {
  if (depth <= 0 || choose.sometimes(2)) return choose.pick(SCALARS)
  return choose.sometimes(3)
    ? arrayText(choose, style, indent, depth - 1)
    : objectText(choose, style, indent, depth - 1)
}

function objectText(choose: Choices, style: Style, indent: string, depth: number): string {
  const keys = KEYS.slice(choose.below(3)).filter(() => choose.sometimes(3))
  // No edit ever leads to this one, so it may well stand there twice.
  if (choose.sometimes(8)) keys.push('dup', 'dup')
  const inner = indent + choose.pick(style.units)
  const items = keys.map((key) => {
    const name = (choose.sometimes(4) ? ODD_KEYS.get(key) : undefined) ?? JSON.stringify(key)
    const gaps = choose.sometimes(10)
      ? [blanks(choose, style, inner), blanks(choose, style, inner)]
      : ['', choose.pick([' ', ' ', ''])]
    return `${name}${gaps[0]}:${gaps[1]}${valueText(choose, style, inner, depth)}`
  })
  return containerText(choose, style, { open: '{', items, close: '}', indent, inner })
}

function arrayText(choose: Choices, style: Style, indent: string, depth: number): string {
  const inner = indent + choose.pick(style.units)
  const items = Array.from({ length: choose.below(4) }, () =>
    valueText(choose, style, inner, depth),
  )
  return containerText(choose, style, { open: '[', items, close: ']', indent, inner })
}

interface Container {
  readonly open: string
  readonly items: readonly string[]
  readonly close: string
  readonly indent: string
  readonly inner: string
}

function containerText(choose: Choices, style: Style, container: Container): string {
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
function blanks(choose: Choices, style: Style, indent: string): string {
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
