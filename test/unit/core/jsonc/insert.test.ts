import { describe, expect, test } from 'vitest'
import { add, type Case, run, set } from './editing.ts'

describe('inserting', () => {
  test.each<Case>([
    {
      name: 'expands into an empty file as JSON.stringify would',
      before: '{}\n',
      edits: [set('/provider/acme/options/baseURL', 'http://a'), set('/provider/acme/models', {})],
      after: `{
  "provider": {
    "acme": {
      "options": {
        "baseURL": "http://a"
      },
      "models": {}
    }
  }
}
`,
    },
    {
      name: 'puts the comma behind the last value, before its comment',
      before: '{\n  "theme": "dark" // as at night\n}\n',
      edits: [set('/model', 'a/b')],
      after: '{\n  "theme": "dark", // as at night\n  "model": "a/b"\n}\n',
    },
    {
      name: 'goes below the comments at the end, so that end markers stay where they are',
      before: '{\n  // BEGIN GENERATED\n  "a": {}\n  // END GENERATED\n}',
      edits: [set('/b', 1)],
      after: '{\n  // BEGIN GENERATED\n  "a": {},\n  // END GENERATED\n  "b": 1\n}',
    },
    {
      name: 'keeps a trailing comma trailing',
      before: '{\n  "a": 1,\n}',
      edits: [set('/b', 2), set('/c', 3)],
      after: '{\n  "a": 1,\n  "b": 2,\n  "c": 3,\n}',
    },
    {
      name: 'takes the indentation of its neighbours: four spaces',
      before: '{\n    "a": {\n        "x": 1\n    }\n}',
      edits: [set('/a/y', { z: 1 })],
      after:
        '{\n    "a": {\n        "x": 1,\n        "y": {\n            "z": 1\n        }\n    }\n}',
    },
    {
      name: 'takes the indentation of its neighbours: tabs inside a file of spaces',
      before: '{\n  "a": {\n\t\t"x": 1\n  },\n  "b": {}\n}',
      edits: [set('/a/y', 2), set('/b/z', 3)],
      after: '{\n  "a": {\n\t\t"x": 1,\n\t\t"y": 2\n  },\n  "b": {\n    "z": 3\n  }\n}',
    },
    {
      name: 'leaves its neighbours as they are, however odd',
      before: '{\n  "a":   1,\n      "b" : [1,2 , 3],\n\n\n  "c": {"x":1}\n}',
      edits: [set('/d', true)],
      after: '{\n  "a":   1,\n      "b" : [1,2 , 3],\n\n\n  "c": {"x":1},\n  "d": true\n}',
    },
    {
      name: 'stays on the line in a one-line object',
      before: '{\n  "m": { "name": "x" }\n}',
      edits: [set('/m/limit', { context: 1, output: 2 })],
      after: '{\n  "m": { "name": "x", "limit": { "context": 1, "output": 2 } }\n}',
    },
    {
      name: 'is as tight as the line around it',
      before: '{"a":{"x":1}}',
      edits: [set('/a/y', { z: [1, 2] })],
      after: '{"a":{"x":1,"y":{"z":[1,2]}}}',
    },
    {
      name: 'breaks the line after a first member beside the brace',
      before: '{  "$schema": "s",\n  "a": 1\n}',
      edits: [set('/b', 2)],
      after: '{  "$schema": "s",\n  "a": 1,\n  "b": 2\n}',
    },
    {
      name: 'leads with the comma where commas lead',
      before: '{ "a": 1\n, "plugin": []\n}',
      edits: [set('/b', 2)],
      after: '{ "a": 1\n, "plugin": []\n, "b": 2\n}',
    },
    {
      name: 'opens an empty object below its comment',
      before: '{\n  "provider": {\n    // mine come later\n  }\n}',
      edits: [set('/provider/a', 1)],
      after: '{\n  "provider": {\n    // mine come later\n    "a": 1\n  }\n}',
    },
    {
      name: 'keeps a CRLF file CRLF',
      before: '{\r\n  "a": {}\r\n}\r\n',
      edits: [set('/a/b', { c: 1 })],
      after: '{\r\n  "a": {\r\n    "b": {\r\n      "c": 1\r\n    }\r\n  }\r\n}\r\n',
    },
    {
      name: 'keeps BOM, text after the root and a missing final newline',
      before: '\uFEFF{\n  "a": 1\n}\n// vim: ts=2 sw=2',
      edits: [set('/b', 2)],
      after: '\uFEFF{\n  "a": 1,\n  "b": 2\n}\n// vim: ts=2 sw=2',
    },
    {
      name: 'writes plain lists on one line where they fit, and long ones line by line',
      before: '{\n  "a": []\n}',
      edits: [add('/a', 'x'), set('/b', ['x'.repeat(40), 'y'.repeat(40)])],
      after: `{\n  "a": ["x"],\n  "b": [\n    "${'x'.repeat(40)}",\n    "${'y'.repeat(40)}"\n  ]\n}`,
    },
    {
      name: 'adds to a list on its line, and makes one that is not there',
      before: '{\n  "enabled_providers": ["a", "b"]\n}',
      edits: [add('/enabled_providers', 'c'), add('/enabled_providers', 'a'), add('/x', 'y')],
      after: '{\n  "enabled_providers": ["a", "b", "c"],\n  "x": ["y"]\n}',
    },
    {
      name: 'replaces a plain value on its way by an object, in its place',
      before: '{\n  "a": null, // nothing\n  "b": 1\n}',
      edits: [set('/a/x', 1)],
      after: '{\n  "a": {\n    "x": 1\n  }, // nothing\n  "b": 1\n}',
    },
    {
      name: 'keeps the order of names that look like numbers',
      before: '{}',
      edits: [set('/x/b', 1), set('/x/7', 2)],
      after: '{\n  "x": {\n    "b": 1,\n    "7": 2\n  }\n}',
    },
    {
      name: 'takes __proto__ for a name like any other',
      before: '{ "__proto__": { "a": 1 } }',
      edits: [set('/__proto__/b', 2), set('/c/__proto__', 3)],
      after: '{ "__proto__": { "a": 1, "b": 2 }, "c": { "__proto__": 3 } }',
    },
  ])('$name', ({ before, edits, after }) => {
    expect(run(before, edits).text).toBe(after)
  })
})
