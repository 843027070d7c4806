import * as fc from 'fast-check'
import Handlebars from 'handlebars'
import { describe, expect, test } from 'vitest'
import { braceOffsets } from '../../../src/core/manifest/expression.ts'
import type { ParsedText, Part } from '../../../src/core/manifest/expression.ts'
import { parseExpressions } from '../../../src/system/handlebars-expressions.ts'
import { compileTemplate } from '../../../src/system/handlebars-templates.ts'

/** Text that can stand anywhere: no brace of its own joins those of an expression, nothing escapes them. */
const plain = fc
  .oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(' ', '\n', '\r\n', '{env:A}', '{file:~/a}', '<&"\'', '}} a', '$', '\\ '),
  )
  .filter((text) => !/^\}|\{\{|[{\\]$|\0/.test(text))

const word = fc.stringMatching(/^[a-z][\w-]{0,9}$/).filter(isFreeName)
const bracketed = fc.stringMatching(/^[^[\]\\\0]{1,10}$/).filter(isFreeName)
const name = fc.oneof(
  word.map((text) => ({ text, name: text })),
  bracketed.map((text) => ({ text: `[${text}]`, name: text })),
)
const braces = fc.constantFrom(
  ['{{', '}}'] as const,
  ['{{ ', '\t}}'] as const,
  ['{{{', '}}}'] as const,
  ['{{&', '}}'] as const,
)

function isFreeName(text: string): boolean {
  const reserved = ['this', 'true', 'false', 'null', 'undefined', 'as', 'else']
  return ![...reserved, '__proto__', 'constructor', 'prototype'].includes(text)
}

interface Piece {
  readonly text: string
  readonly part: Part
}

const value = fc
  .tuple(fc.constantFrom('vars', 'machine'), fc.array(name, { minLength: 1, maxLength: 4 }), braces)
  .map(([head, names, [open, close]]): Piece => {
    const text = [head, ...names.map((each) => each.text)].join('.')
    const path = [head, ...names.map((each) => each.name)]
    return { text: `${open}${text}${close}`, part: { kind: 'value', path, index: 0 } }
  })

const env = fc
  .tuple(fc.stringMatching(/^[A-Za-z_]\w{0,9}$/), fc.option(plain, { nil: undefined }), braces)
  .filter(([, fallback]) => fallback === undefined || !/[\\"]/.test(fallback))
  .map(([variable, fallback, [open, close]]): Piece => {
    const end = fallback === undefined ? '' : ` "${fallback}"`
    return {
      text: `${open}env "${variable}"${end}${close}`,
      part: { kind: 'env', name: variable, fallback, index: 0 },
    }
  })

const piece = fc.oneof(
  value,
  env,
  plain.map((text): Piece => ({ text, part: { kind: 'text', text } })),
)

/** What likely breaks a parser of expressions. */
const fragment = fc.constantFrom(
  ...'{ {{ {{{ {{{{ } }} }}} ~ ! !-- -- # ^ / > * &'.split(' '),
  ...'\\ \\\\ " \' [ ] ( ) = | @ . .. - vars machine env this else if 0 true a "A" é 😀'.split(' '),
  ...'{{vars.a}} {{~vars.a~}} {{!a}} {{!--a--}} {{env"A"}} \\{{'.split(' '),
  ' ',
  '\n',
  '\r\n',
  '\0',
  'as |a|',
  '{{env "A" \'b\'}}',
)
const hostile = fc.array(fragment, { maxLength: 15 }).map((fragments) => fragments.join(''))

/** Texts side by side are one part, and the n-th expression has the index n, but for braces within. */
function expected(pieces: readonly Piece[]): readonly Part[] {
  const parts: Part[] = []
  let index = 0
  for (const { text, part } of pieces) {
    const last = parts.at(-1)
    if (part.kind !== 'text') parts.push({ ...part, index })
    else if (last?.kind === 'text') parts.splice(-1, 1, { ...part, text: last.text + part.text })
    else if (part.text !== '') parts.push(part)
    index += braceOffsets(text).length
  }
  return parts
}

/** `OPGEN_FUZZ=10` tries ten times as many. */
const TIMES = Number(process.env['OPGEN_FUZZ'] ?? 1)

describe('parseExpressions', () => {
  test('leaves a text without braces alone', () => {
    const texts = fc.string({ unit: 'binary' }).filter((text) => !text.includes('{{'))
    fc.assert(
      fc.property(texts, (text) => {
        expect(parseExpressions(text)).toEqual({ ok: true, parts: [{ kind: 'text', text }] })
      }),
    )
  })

  test('gives back the texts and expressions that a text is made of', () => {
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 8 }), (pieces) => {
        const text = pieces.map((each) => each.text).join('')
        fc.pre(text.includes('{{'))
        expect(parseExpressions(text)).toEqual({ ok: true, parts: expected(pieces) })
      }),
      { numRuns: 300 * TIMES },
    )
  })

  test('answers any text, and points at braces that are there', () => {
    fc.assert(
      fc.property(fc.oneof(hostile, fc.string({ unit: 'binary' })), (text) => {
        const parsed = parseExpressions(text)
        const count = braceOffsets(text).length
        for (const index of indexes(parsed)) {
          expect(index).toBeGreaterThanOrEqual(0)
          expect(index).toBeLessThan(count)
        }
        expect(parsed.ok || parsed.hint.length > 0).toBe(true)
      }),
      { numRuns: 600 * TIMES },
    )
  })

  test('reads what it allows as Handlebars does', () => {
    const spy = Handlebars.create()
    spy.registerHelper('env', (...args: readonly unknown[]) => `<env ${args.slice(0, -1).join()}>`)
    const options = { noEscape: true, ignoreStandalone: true }
    const context = { vars: { a: '<vars,a>' } }
    fc.assert(
      fc.property(hostile, (text) => {
        const parsed = parseExpressions(text)
        fc.pre(parsed.ok && text.includes('{{'))
        const known = parsed.ok && parsed.parts.every(isKnown) ? parsed.parts : undefined
        fc.pre(known !== undefined)
        expect(known?.map(shown).join('')).toBe(spy.compile(text, options)(context))
      }),
      { numRuns: 200 * TIMES },
    )
  })

  test('numbers expressions by their braces, with escapes, comments and braces in quotes', () => {
    const text = '{{! a }} \\{{b}} {{vars.x}} {{env "A" "{{"}} {{{vars.y}}} {{z}}'
    const at = (index: number) => text.slice(braceOffsets(text)[index])
    expect(parseExpressions(text)).toMatchObject({ ok: false, index: 6 })
    expect(at(6)).toBe('{{z}}')
    const allowed = parseExpressions(text.slice(0, -5))
    expect(indexes(allowed).map((index) => at(index).slice(0, 7))).toEqual([
      '{{vars.',
      '{{env "',
      '{{{vars',
    ])
  })

  test('tells an expression from escaped braces right before it', () => {
    expect(parseExpressions('\\{{{{vars.x}}')).toEqual({
      ok: true,
      parts: [
        { kind: 'text', text: '{{' },
        { kind: 'value', path: ['vars', 'x'], index: 1 },
      ],
    })
  })

  test.each([
    ['braces', '{{'.repeat(1_000_000), undefined],
    ['expressions', '{{vars.x}}'.repeat(200_000), undefined],
    ['nested blocks', '{{#a}}'.repeat(300_000), undefined],
    ['comments', '{{!----}}'.repeat(200_000), undefined],
    ['nested parentheses', `{{env ${'(a '.repeat(700_000)}`, 0],
    ['a long path', `{{vars${'.a'.repeat(1_000_000)}}}`, 0],
    ['a long list of arguments', `{{env ${'"a" '.repeat(500_000)}}}`, 0],
    ['a long text in quotes', `{{env "${'\\"'.repeat(1_000_000)}"}}`, 0],
  ])('refuses two megabytes of %s', (_, text, index) => {
    expect(parseExpressions(text)).toMatchObject({ ok: false, index })
  })

  test('reads two megabytes of text around many comments', () => {
    const text = `${'{{!---->}}{{!----}}'.repeat(90)}${'x'.repeat(2_000_000)}{{vars.x}}`
    const parsed = parseExpressions(text)
    expect(parsed.ok && parsed.parts.length).toBe(2)
  })

  test('leaves the parser that presets are compiled with as it was', () => {
    const broken = '{{#if a}}\n{{/each}}'
    const before = compileTemplate(broken)({ id: 'a', with: {}, vars: {}, machine: {} })
    parseExpressions('{{#if')
    expect(compileTemplate(broken)({ id: 'a', with: {}, vars: {}, machine: {} })).toEqual(before)
    expect(before).toMatchObject({ ok: false, line: 1 })
  })
})

function indexes(parsed: ParsedText): readonly number[] {
  if (!parsed.ok) return parsed.index === undefined ? [] : [parsed.index]
  return parsed.parts.flatMap((part) => (part.kind === 'text' ? [] : [part.index]))
}

function isKnown(part: Part): boolean {
  return part.kind !== 'value' || part.path.join() === 'vars,a'
}

function shown(part: Part): string {
  if (part.kind === 'text') return part.text
  if (part.kind === 'value') return `<${part.path.join()}>`
  return `<env ${[part.name, ...(part.fallback === undefined ? [] : [part.fallback])].join()}>`
}
