import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  isStrictJson,
  type JsonDocument,
  nodeAt,
  parseJsonDocument,
  positionAt,
  type Syntax,
  valueOf,
} from '../../../../src/core/jsonc/parse.ts'
import { documents, PATIENCE, RUNS } from './documents.ts'

function parse(text: string, syntax: Syntax = 'jsonc'): JsonDocument {
  const parsed = parseJsonDocument(text, syntax)
  if (!parsed.ok) throw new Error(parsed.problems[0]?.message)
  return parsed.document
}

function problem(text: string, syntax: Syntax = 'jsonc'): unknown {
  const parsed = parseJsonDocument(text, syntax)
  return parsed.ok ? undefined : parsed.problems[0]
}

describe('parseJsonDocument', { timeout: PATIENCE }, () => {
  test('says where everything stands, in a text with a BOM too', () => {
    const { root, comments } = parse('\uFEFF{ "a" : [1 , 2], // x\n "b": {} }')
    expect(root).toMatchObject({ kind: 'object', start: 1, end: 33 })
    expect(root.members[0]).toMatchObject({ key: 'a', keyStart: 3, keyEnd: 6, comma: 16 })
    expect(root.members[0]?.value).toMatchObject({
      kind: 'array',
      elements: [{ value: { kind: 'scalar', value: 1 }, comma: 12 }, { comma: undefined }],
    })
    expect(root.members[1]?.comma).toBeUndefined()
    expect(comments).toEqual([{ start: 18, end: 22 }])
  })

  test('finds the comma behind comments', () => {
    const { root } = parse('{"a": 1 /* x */ , // y\n}')
    expect(root.members[0]?.comma).toBe(16)
  })

  test.each([
    ['', 'no-value', 0],
    ['\uFEFF', 'no-value', 1],
    [' \n// nothing\n', 'no-value', 13],
    ['[1]', 'root-not-object', 0],
    [' "x"', 'root-not-object', 1],
    ['{} {}', 'syntax', 3],
    ['{ "a": 1 "b": 2 }', 'syntax', 9],
    ['{ , }', 'syntax', 2],
    ['{ "a": 1,, }', 'syntax', 9],
    ['{ "a": 01 }', 'syntax', 8],
    ['{ "a": "\\x" }', 'syntax', 7],
    ['{ "a": "b\n" }', 'syntax', 7],
    ['{ /* x }', 'syntax', 2],
    ["{ 'a': 1 }", 'syntax', 2],
    ['{ "a": 1', 'syntax', 8],
  ])('refuses %j: %s at %d', (text, code, offset) => {
    expect(problem(text)).toMatchObject({ code, offset })
  })

  test.each([
    ['{ "a": 1, }', 10, 'a trailing comma is not allowed in this file'],
    ['{ "a": [1, ] }', 11, 'a trailing comma is not allowed in this file'],
    ['{ // x\n}', 2, 'comments are not allowed in this file'],
  ])('refuses %j as strict JSON', (text, offset, message) => {
    expect(problem(text, 'strict')).toEqual({ code: 'syntax', offset, message })
    expect(problem(text)).toBeUndefined()
  })

  test('never quotes the file, which may hold keys', () => {
    expect(JSON.stringify(problem('{ "key": test-key-acme }'))).not.toContain('test-key-acme')
  })

  test.each(['[', '{"a":', '[[{"a":'])('refuses %j a hundred thousand levels deep', (open) => {
    expect(problem(`{"x":${open.repeat(100_000)}`)).toMatchObject({ code: 'too-deep' })
  })

  test('reads 500 levels', () => {
    expect(problem('{"a":'.repeat(499) + '{}' + '}'.repeat(499))).toBeUndefined()
    expect(problem('{"a":'.repeat(500) + '{}' + '}'.repeat(500))).toMatchObject({
      code: 'too-deep',
    })
  })

  test('takes as strict JSON exactly what JSON.parse takes', () => {
    const cut = fc.tuple(
      documents,
      fc.nat(),
      fc.nat({ max: 3 }),
      fc.constantFrom('', ',', '"', '0', '}', '\\', '-', '.'),
    )
    fc.assert(
      fc.property(cut, ([{ document }, place, length, insert]) => {
        const whole = document.text.replace(/^\uFEFF/, '')
        const at = place % (whole.length + 1)
        const text = whole.slice(0, at) + insert + whole.slice(at + length)
        const parsed = parseJsonDocument(text, 'strict')
        expect(parsed.ok ? valueOf(parsed.document.root) : 'refused').toEqual(parseStrictly(text))
      }),
      { numRuns: RUNS },
    )
  })
})

function parseStrictly(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : 'refused'
  } catch {
    return 'refused'
  }
}

describe('nodeAt', () => {
  test('finds members by name, the last of several, and nothing in lists', () => {
    const document = parse('{ "a": 1, "b": [1], "a": { "x/y": 2 } }')
    expect(nodeAt(document, ['a', 'x/y'])).toMatchObject({ value: 2 })
    expect(nodeAt(document, ['b', '0'])).toBeUndefined()
    expect(nodeAt(document, ['a', 'x/y', 'z'])).toBeUndefined()
    expect(nodeAt(document, [])).toBe(document.root)
  })

  test('knows no names but those in the file', () => {
    expect(nodeAt(parse('{}'), ['constructor'])).toBeUndefined()
  })
})

describe('valueOf', () => {
  test('makes __proto__ a member', () => {
    const value = valueOf(parse('{ "__proto__": { "a": 1 } }').root)
    expect(Object.entries(value ?? {})).toEqual([['__proto__', { a: 1 }]])
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  })
})

test.each([
  ['{ "a": [1] }', true],
  ['\uFEFF{}', true],
  ['{ "a": [1,] }', false],
  ['{ "a": 1, }', false],
  ['{} // x', false],
])('isStrictJson(%j) is %s', (text, expected) => {
  expect(isStrictJson(parse(text))).toBe(expected)
})

test.each([
  ['ab', 1, { line: 1, column: 2 }],
  ['a\nb\r\nc\rd', 7, { line: 4, column: 1 }],
  ['a\r\n', 3, { line: 2, column: 1 }],
  ['\uFEFFab', 2, { line: 1, column: 2 }],
  ['\uFEFFab', 0, { line: 1, column: 1 }],
])('positionAt(%j, %d)', (text, offset, expected) => {
  expect(positionAt(text, offset)).toEqual(expected)
})
