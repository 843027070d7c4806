import * as fc from 'fast-check'
import {
  type JsonDocument,
  parseJsonDocument,
  type Syntax,
} from '../../../../src/core/jsonc/parse.ts'
import { anyStyle, blanks, choicesFrom, containerText, frame } from '../../../support/odd-text.ts'
import type { Choices, Style } from '../../../support/odd-text.ts'

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

/** `OPGEN_FUZZ=10` makes every law look at ten times as many documents. */
const TIMES = Number(process.env['OPGEN_FUZZ'] ?? 1)

/** Documents that one law looks at. */
export const RUNS = 1000 * TIMES

/** Milliseconds that a law may take. */
export const PATIENCE = 60_000 * TIMES

export interface Sample {
  readonly syntax: Syntax
  readonly document: JsonDocument
}

function anyDocument(choose: Choices): Sample {
  const syntax = choose.pick<Syntax>(['jsonc', 'jsonc', 'jsonc', 'strict'])
  const style = anyStyle(choose, syntax)
  const root = objectText(choose, style, '', choose.pick([3, 4, 1, 2]))
  const text = frame(choose, style, root)
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
