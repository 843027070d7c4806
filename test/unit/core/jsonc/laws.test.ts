import { createScanner } from 'jsonc-parser'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  isJsonObject,
  type JsonValue,
  type Path,
  type Pointer,
  toPointer,
} from '../../../../src/core/json.ts'
import { type Edit, editJson, type EditResult } from '../../../../src/core/jsonc/edit.ts'
import {
  type JsonDocument,
  type JsonNode,
  nodeAt,
  parseJsonDocument,
  type Syntax,
  valueOf,
} from '../../../../src/core/jsonc/parse.ts'
import { proveEdit } from '../../../../src/core/jsonc/prove.ts'
import type { Choices } from '../../../support/odd-text.ts'
import { choices, documents, PATIENCE, RUNS, type Sample } from './documents.ts'
import { addingEdits, anyEdits, applyToValue } from './edits.ts'

/** Check a law over {@link RUNS} documents. Every edit made on the way is proved as well. */
function always(holds: (sample: Sample, choose: Choices) => void): void {
  fc.assert(fc.property(documents, choices, holds), { numRuns: RUNS })
}

function parse(text: string, syntax: Syntax): JsonDocument {
  const parsed = parseJsonDocument(text, syntax)
  if (!parsed.ok) throw new Error(`${parsed.problems[0]?.message}: ${JSON.stringify(text)}`)
  return parsed.document
}

function edit(
  document: JsonDocument,
  edits: readonly Edit[],
  syntax: Syntax,
  inner: ReadonlyMap<Pointer, string> = new Map(),
): EditResult {
  const options = { syntax, inner }
  const result = editJson(document, edits, options)
  if ('problem' in result) throw new Error(result.problem.message)
  expect(proveEdit(document, result.text, edits, options)).toBeUndefined()
  return result
}

describe('the editor', { timeout: PATIENCE }, () => {
  test('writes nothing when every value is already there', () => {
    always(({ document, syntax }, choose) => {
      const edits = anyEdits(choose, document).map(({ path }) => emptyEdit(choose, document, path))
      expect(edit(document, [], syntax).text).toBe(document.text)
      expect(edit(document, edits, syntax).text).toBe(document.text)
    })
  })

  test('only inserts when edits only add', () => {
    always(({ document, syntax }, choose) => {
      const { text } = edit(document, addingEdits(choose, document), syntax)
      expect(isSubsequence(document.text, text)).toBe(true)
      expect(isSubsequence(tokens(document.text), tokens(text))).toBe(true)
    })
  })

  test('gives the first bytes back when what was added is taken out again', () => {
    always(({ document, syntax }, choose) => {
      const opened = new Map<Pointer, string>()
      const undo: Edit[][] = []
      let { text } = document
      for (let step = 1 + choose.below(3); step > 0; step -= 1) {
        const now = parse(text, syntax)
        const edits = addingEdits(choose, now)
        undo.push(...edits.map((added) => inverse(now, added)))
        const result = edit(now, edits, syntax)
        for (const [pointer, inner] of result.opened) {
          if (!opened.has(pointer)) opened.set(pointer, inner)
        }
        text = result.text
      }
      if (choose.sometimes(2)) undo.reverse()
      for (const edits of choose.sometimes(2) ? undo : [undo.flat()]) {
        text = edit(parse(text, syntax), edits, syntax, opened).text
      }
      expect(text).toBe(document.text)
    })
  })

  test('keeps every comment, and on a line of its own when it had one', () => {
    always(({ document, syntax }, choose) => {
      const { text } = edit(document, anyEdits(choose, document), syntax)
      expect(comments(text)).toEqual(comments(document.text))
      expect(onOwnLine(text)).toEqual(expect.arrayContaining(onOwnLine(document.text)))
    })
  })

  test('takes nothing but members, commas and blanks when edits only delete', () => {
    always(({ document, syntax }, choose) => {
      const edits = anyEdits(choose, document).map(({ path }): Edit => ({ op: 'delete', path }))
      const { text } = edit(document, edits, syntax)
      expect(isSubsequence(text.replaceAll(/\s/g, ''), document.text)).toBe(true)
      expect(onOwnLine(text)).toEqual(expect.arrayContaining(onOwnLine(document.text)))
    })
  })

  test('keeps the line ending of the file', () => {
    always(({ document, syntax }, choose) => {
      const { text } = edit(document, anyEdits(choose, document), syntax)
      const endings = lineEndings(document.text)
      const expected = endings.size === 1 ? [...endings] : ['\n', '\r\n', '\r']
      expect(expected).toEqual(expect.arrayContaining([...lineEndings(text)]))
    })
  })

  test('keeps trailing commas where they were, and makes none', () => {
    always(({ document, syntax }, choose) => {
      const { text } = edit(document, anyEdits(choose, document), syntax)
      const before = trailingCommas(document.root)
      const after = trailingCommas(parse(text, syntax).root)
      const expected = [...after.keys()].map((place) => [place, before.get(place) ?? false])
      expect([...after]).toEqual(expected)
    })
  })

  test('replaces a plain value and not one byte more', () => {
    always(({ document, syntax }, choose) => {
      for (const { path } of anyEdits(choose, document)) {
        const node = nodeAt(document, path)
        if (node?.kind !== 'scalar') continue
        const { text } = edit(document, [{ op: 'set', path, value: 'put in' }], syntax)
        const { text: old } = document
        expect(text).toBe(`${old.slice(0, node.start)}"put in"${old.slice(node.end)}`)
      }
    })
  })

  test('does all edits at once as it does one after the other', () => {
    always(({ document, syntax }, choose) => {
      const edits = anyEdits(choose, document)
      let expected = valueOf(document.root)
      let { text } = document
      for (const single of edits) {
        expected = applyToValue(expected, single)
        text = edit(parse(text, syntax), [single], syntax).text
      }
      const atOnce = edit(document, edits, syntax).text
      expect(valueOf(parse(text, syntax).root)).toEqual(expected)
      expect(valueOf(parse(atOnce, syntax).root)).toEqual(expected)
    })
  })

  test('finds nothing left to do when the same edits come again', () => {
    always(({ document, syntax }, choose) => {
      const edits = addingEdits(choose, document)
      const { text } = edit(document, edits, syntax)
      expect(edit(parse(text, syntax), edits, syntax).text).toBe(text)
    })
  })

  test('writes what JSON.stringify writes where a program wrote the file', () => {
    always(({ document }, choose) => {
      const unit = choose.pick(['  ', '    ', '\t'])
      const value = withoutLists(valueOf(document.root))
      const path = ['provider', 'new', 'options']
      const { text } = edit(
        parse(JSON.stringify({ first: value }, null, unit), 'strict'),
        [{ op: 'set', path, value }],
        'strict',
      )
      expect(text).toBe(
        JSON.stringify({ first: value, provider: { new: { options: value } } }, null, unit),
      )
    })
  })
})

/** An edit that asks for what is there. */
function emptyEdit(choose: Choices, document: JsonDocument, path: Path): Edit {
  const node = nodeAt(document, path)
  if (node === undefined) return { op: 'delete', path }
  const value = valueOf(node)
  if (Array.isArray(value) && choose.sometimes(2)) {
    const [first] = value
    return first === undefined
      ? { op: 'remove-element', path, value: 1 }
      : { op: 'add-element', path, value: first }
  }
  const twofold = document.text.slice(node.start, node.end).includes('"dup"')
  return twofold ? { op: 'delete', path: [...path, 'absent'] } : { op: 'set', path, value }
}

/** Lists are written on one line where they fit, which is not what JSON.stringify does. */
function withoutLists(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return []
  if (!isJsonObject(value)) return Object.is(value, -0) ? 0 : value
  const entries = Object.entries(value).map(([key, item]) => [key, withoutLists(item)] as const)
  return Object.fromEntries(entries)
}

function lineEndings(text: string): ReadonlySet<string> {
  return new Set(text.match(/\r\n?|\n/g))
}

const LINE_COMMENT = 12
const BLOCK_COMMENT = 13
const EOF = 17

interface Token {
  readonly kind: number
  readonly start: number
  readonly text: string
}

function scan(text: string): readonly Token[] {
  const scanner = createScanner(text, false)
  const found: Token[] = []
  for (let kind: number = scanner.scan(); kind !== EOF; kind = scanner.scan()) {
    const start = scanner.getTokenOffset()
    found.push({ kind, start, text: text.slice(start, scanner.getPosition()) })
  }
  return found.filter((token) => token.text.trim() !== '')
}

function tokens(text: string): readonly string[] {
  return scan(text).map((token) => token.text)
}

function scanComments(text: string): readonly Token[] {
  return scan(text).filter(({ kind }) => kind === LINE_COMMENT || kind === BLOCK_COMMENT)
}

function comments(text: string): readonly string[] {
  return scanComments(text).map((token) => token.text)
}

/** Which comments, by number, have nothing before them on their line. */
function onOwnLine(text: string): number[] {
  return scanComments(text).flatMap(({ start }, index) =>
    /(?:^|[\r\n])[ \t]*$/.test(text.slice(Math.max(0, start - 40), start)) ? [index] : [],
  )
}

function isSubsequence(part: ArrayLike<string>, whole: ArrayLike<string>): boolean {
  let found = 0
  for (let at = 0; at < whole.length && found < part.length; at += 1) {
    if (whole[at] === part[found]) found += 1
  }
  return found === part.length
}

/** The edits that take out what an adding edit put into a document, containers made for it included. */
function inverse(document: JsonDocument, added: Edit): Edit[] {
  const { path } = added
  if (added.op === 'add-element' && nodeAt(document, path) !== undefined) {
    return [{ op: 'remove-element', path, value: added.value }]
  }
  const made = path.map((_, index) => path.slice(0, index + 1))
  return made
    .filter((prefix) => nodeAt(document, prefix) === undefined)
    .toReversed()
    .map((prefix): Edit => ({ op: 'delete', path: prefix }))
}

/** Whether the last item has a comma, for every container that has items and that a path leads to. */
function trailingCommas(node: JsonNode, path: Path = []): Map<string, boolean> {
  const found = new Map<string, boolean>()
  if (node.kind === 'scalar') return found
  const last = (node.kind === 'object' ? node.members : node.elements).at(-1)
  if (last !== undefined) found.set(`${toPointer(path)} ${node.kind}`, last.comma !== undefined)
  for (const member of node.kind === 'object' ? node.members : []) {
    for (const [key, has] of trailingCommas(member.value, [...path, member.key]))
      found.set(key, has)
  }
  return found
}
