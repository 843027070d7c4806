import { describe, expect, test } from 'vitest'
import { type Case, remove, run, set, takeOut } from './editing.ts'

describe('deleting', () => {
  test.each<Case>([
    {
      name: 'leaves an empty object when the only member had a trailing comma',
      before: '{\n  "models": {\n    "x": {},\n  },\n}',
      edits: [remove('/models/x')],
      after: '{\n  "models": {},\n}',
    },
    {
      name: 'takes whole lines, and the comma of the member before',
      before: '{\n  "a": 1,\n  "b": {\n    "x": 1\n  }\n}',
      edits: [remove('/b')],
      after: '{\n  "a": 1\n}',
    },
    {
      name: 'keeps the comment above',
      before: '{\n  // a heading\n  "a": 1,\n\n  // about b\n  "b": 2,\n  "c": 3\n}',
      edits: [remove('/b')],
      after: '{\n  // a heading\n  "a": 1,\n\n  // about b\n  "c": 3\n}',
    },
    {
      name: 'keeps the comment of its neighbour',
      before: '{\n  "mine": {}, // keep\n  "old": {}\n}',
      edits: [remove('/old')],
      after: '{\n  "mine": {} // keep\n}',
    },
    {
      name: 'leaves the comment beside a deleted member on a line of its own',
      before: '{\n  "a": 1,\n  "b": 2, // beside\n  "c": 3\n}',
      edits: [remove('/b')],
      after: '{\n  "a": 1,\n  // beside\n  "c": 3\n}',
    },
    {
      name: 'keeps the comments inside a deleted block, at its indentation',
      before:
        '{\n  "old": {\n    // heading\n    "npm": "x", // why\n    /* off\n       "name": "y" */\n  },\n  "b": 2\n}',
      edits: [remove('/old')],
      after: '{\n  // heading\n  // why\n  /* off\n       "name": "y" */\n  "b": 2\n}',
    },
    {
      name: 'keeps what is left of an object with nothing but comments',
      before: '{\n  "a": { // group\n    "x": 1 // one\n  }\n}',
      edits: [remove('/a/x')],
      after: '{\n  "a": { // group\n    // one\n  }\n}',
    },
    {
      name: 'closes the gap in a line',
      before: '{ "a": 1, "b": 2, "c": 3 }',
      edits: [remove('/b')],
      after: '{ "a": 1, "c": 3 }',
    },
    {
      name: 'takes the first of a line',
      before: '{"a": 1, "b": 2}',
      edits: [remove('/a')],
      after: '{"b": 2}',
    },
    {
      name: 'takes the last of a line',
      before: '{ "a": 1, "b": 2 }',
      edits: [remove('/b')],
      after: '{ "a": 1 }',
    },
    {
      name: 'takes a leading comma with its member',
      before: '{ "a": 1\n, "b": 2\n, "c": 3\n}',
      edits: [remove('/b')],
      after: '{ "a": 1\n, "c": 3\n}',
    },
    {
      name: 'takes the first equal element of a list, and its own lines only',
      before: '{\n  "l": [\n    "a", // first\n    "b",\n    "a"\n  ]\n}',
      edits: [takeOut('/l', 'a'), takeOut('/l', 'absent')],
      after: '{\n  "l": [\n    // first\n    "b",\n    "a"\n  ]\n}',
    },
    {
      name: 'does nothing about what is not there',
      before: '{ "a": 1 }',
      edits: [remove('/b'), remove('/a/b/c'), takeOut('/a', 'x'), takeOut('/b/c', 'x')],
      after: '{ "a": 1 }',
    },
    {
      name: 'loses to a set below the same path, which then happens in place',
      before: '{\n  "a": {\n    // note\n    "x": 1,\n    "y": 2\n  },\n  "b": 3\n}',
      edits: [remove('/a'), set('/a/y', 9)],
      after: '{\n  "a": {\n    // note\n    "y": 9\n  },\n  "b": 3\n}',
    },
  ])('$name', ({ before, edits, after }) => {
    expect(run(before, edits).text).toBe(after)
  })
})
