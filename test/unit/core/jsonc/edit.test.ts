import { describe, expect, test } from 'vitest'
import { type Edit, editJson } from '../../../../src/core/jsonc/edit.ts'
import { parseJsonDocument } from '../../../../src/core/jsonc/parse.ts'
import { add, type Case, remove, run, set } from './editing.ts'

describe('replacing', () => {
  test.each<Case>([
    {
      name: 'touches the bytes of the value alone',
      before: '{ "a" :  /* x */ "old" , // y\n"b": 1.0 }',
      edits: [set('/a', 'new')],
      after: '{ "a" :  /* x */ "new" , // y\n"b": 1.0 }',
    },
    {
      name: 'leaves an equal value in its spelling',
      before: '{ "a": 1.0, "b": "\\u0041", "c": { "y": 2, /* . */ "x": 1e0 } }',
      edits: [set('/a', 1), set('/b', 'A'), set('/c', { x: 1, y: 2 })],
      after: '{ "a": 1.0, "b": "\\u0041", "c": { "y": 2, /* . */ "x": 1e0 } }',
    },
    {
      name: 'changes of an object only what differs',
      before: '{\n  "a": {\n    "x": 1, // one\n    "y": 2,\n    "z": 3.0\n  }\n}',
      edits: [set('/a', { x: 5, z: 3, n: [] })],
      after: '{\n  "a": {\n    "x": 5, // one\n    "z": 3.0,\n    "n": []\n  }\n}',
    },
    {
      name: 'keeps the elements of a list that are still wanted',
      before: '{\n  "l": [\n    "a", // one\n    "b",\n    "c" // three\n  ]\n}',
      edits: [set('/l', ['a', 'c', 'd'])],
      after: '{\n  "l": [\n    "a", // one\n    "c", // three\n    "d"\n  ]\n}',
    },
    {
      name: 'keeps the elements that a list is given back one by one',
      before: '{\n  "l": [\n    "a", // one\n    "b", "c"\n  ]\n}',
      edits: [set('/l', []), add('/l', 'a'), add('/l', 'c')],
      after: '{\n  "l": [\n    "a", // one\n    "c"\n  ]\n}',
    },
    {
      name: 'keeps the elements of a list whose object is written anew around it',
      before: '{ "o": { "l": ["\\u0061",  "b"] } }',
      edits: [set('/o', {}), add('/o/l', 'a'), add('/o/l', 'b')],
      after: '{ "o": { "l": ["\\u0061",  "b"] } }',
    },
    {
      name: 'keeps the comments of an object that becomes a plain value',
      before: '{\n  "a": { /* x */ "b": 1 // y\n  },\n  "c": 2\n}',
      edits: [set('/a', 5)],
      after: '{\n  "a": /* x */ // y\n  5,\n  "c": 2\n}',
    },
  ])('$name', ({ before, edits, after }) => {
    expect(run(before, edits).text).toBe(after)
  })
})

describe('taking out what was put in', () => {
  test.each([
    '{}',
    '{ }',
    '{\n}',
    '{\n  // note\n}',
    '{\n  "provider": {}\n}',
    '{\n  "provider": { /* none */ }\n}',
    '{\n  "provider": {\n\n  },\n}',
  ])('gives %j back', (before) => {
    const put = run(before, [set('/provider/a/npm', 'x'), set('/provider/b', {})])
    const edits = [remove('/provider/a'), remove('/provider/b')]
    const created = before.includes('provider') ? [] : [remove('/provider')]
    expect(run(put.text, [...edits, ...created], put.opened).text).toBe(before)
  })

  test('reports what stood between the brackets it opened, and nothing about others', () => {
    const { opened } = run('{ "a": { }, "b": { "x": 1 }, "l": [] }', [
      set('/a/x', 1),
      set('/b/y', 2),
      set('/c/z', 3),
      add('/l', 'e'),
    ])
    expect([...opened]).toEqual([
      ['/a', ' '],
      ['/l', ''],
    ])
  })

  test('keeps a comment that was added meanwhile, instead of the recorded text', () => {
    const inner = new Map([['/a', '\n\n']])
    const { text } = run('{ "a": {\n  // new\n  "x": 1\n} }', [remove('/a/x')], inner)
    expect(text).toBe('{ "a": {\n  // new\n} }')
  })

  test('does not bring a comment back that was deleted meanwhile', () => {
    const inner = new Map([['/a', ' /* gone */ ']])
    expect(run('{ "a": { "x": 1 } }', [remove('/a/x')], inner).text).toBe('{ "a": {} }')
  })

  test('puts nothing back that is more than blanks and comments', () => {
    const inner = new Map([['/a', '"evil": 1']])
    expect(run('{ "a": { "x": 1 } }', [remove('/a/x')], inner).text).toBe('{ "a": {} }')
  })
})

function problemOf(text: string, edits: readonly Edit[]): unknown {
  const parsed = parseJsonDocument(text, 'jsonc')
  const result = parsed.ok ? editJson(parsed.document, edits, { syntax: 'jsonc' }) : undefined
  return result && 'problem' in result ? result.problem : undefined
}

describe('a duplicate key', () => {
  test('is refused on the way of an edit, at the second one', () => {
    const text = '{ "a": { "x": 1 }, "a": { "x": 2 } }'
    expect(problemOf(text, [set('/a/x', 3)])).toMatchObject({ code: 'duplicate-key', offset: 19 })
    expect(problemOf(text, [remove('/a')])).toMatchObject({ code: 'duplicate-key', offset: 19 })
  })

  test('is refused among many members', () => {
    const many = Array.from({ length: 20 }, (_, index) => `"k${index}": 1`).join(', ')
    expect(problemOf(`{ ${many}, "k3": 2 }`, [set('/k3', 3)])).toMatchObject({
      code: 'duplicate-key',
    })
  })

  test('is left alone elsewhere', () => {
    expect(run('{ "a": 1, "a": 2, "b": 3 }', [set('/b', 4)]).text).toBe(
      '{ "a": 1, "a": 2, "b": 4 }',
    )
  })
})

test('strict JSON never gets a trailing comma', () => {
  const { text } = run('{"a": 1}', [set('/b', 2), remove('/a')], new Map(), 'strict')
  expect(text).toBe('{"b": 2}')
})

test('the root cannot become anything but an object', () => {
  const parsed = parseJsonDocument('{}', 'strict')
  const document = parsed.ok ? parsed.document : undefined
  expect(() => document && editJson(document, [remove('')], { syntax: 'strict' })).toThrow(
    TypeError,
  )
})
