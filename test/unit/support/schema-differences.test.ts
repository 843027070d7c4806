import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { JsonObject, JsonValue } from '../../../src/core/json.ts'
import { SNAPSHOT, snapshotOf } from '../../support/opencode-schema.ts'
import { schemaDifferences } from '../../support/schema-differences.ts'

function config(properties: JsonObject, more: JsonObject = {}): JsonObject {
  const Config: JsonObject = { type: 'object', properties, ...more }
  return { $ref: '#/$defs/Config', $defs: { Config, Model: { type: 'string' } } }
}

const text = { type: 'string' }
const number = { type: 'number' }
const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => {
  return { type: 'object', properties, ...more }
}

test.for<readonly [string, JsonObject, JsonObject, readonly string[]]>([
  ['a new field', config({}), config({ foo: text }), ['/foo: new']],
  ['a field that is gone', config({ foo: text }), config({}), ['/foo: gone']],
  [
    'a field of any provider',
    config({ provider: { type: 'object', additionalProperties: object({}) } }),
    config({ provider: { type: 'object', additionalProperties: object({ 'a/b': text }) } }),
    ['/provider/*/a~1b: new'],
  ],
  ['another type', config({ foo: text }), config({ foo: number }), ['/foo: type string → number']],
  [
    'a type behind a definition',
    config({ foo: { $ref: '#/$defs/Model' } }),
    config({ foo: number }),
    ['/foo: type string → number'],
  ],
  [
    'what has become required, and what is no more',
    config({ foo: object({ a: text, b: text }, { required: ['a'] }) }),
    config({ foo: object({ a: text, b: text }, { required: ['b'] }) }),
    ['/foo/a: not required any more', '/foo/b: required'],
  ],
  [
    'values that are new or gone',
    config({ foo: { ...text, enum: ['a', 'b'] } }),
    config({ foo: { ...text, enum: ['b', 'c'] } }),
    ['/foo: value a gone', '/foo: value c new'],
  ],
  [
    'any value where there were few',
    config({ foo: { ...text, enum: ['a'] } }),
    config({ foo: text }),
    ['/foo: enum ["a"] → nothing'],
  ],
  [
    'another range',
    config({ foo: { ...number, minimum: 0 } }),
    config({ foo: { ...number, exclusiveMinimum: 0 } }),
    ['/foo: minimum 0 → nothing', '/foo: exclusiveMinimum nothing → 0'],
  ],
  [
    'another pattern',
    config({ foo: { ...text, pattern: '^a' } }),
    config({ foo: { ...text, pattern: '^b' } }),
    ['/foo: pattern ^a → ^b'],
  ],
  [
    'an object that is open now',
    config({}, { additionalProperties: false }),
    config({}, { additionalProperties: {} }),
    ['/*: additionalProperties false → {}'],
  ],
  [
    'other elements of a list',
    config({ foo: { type: 'array', items: text } }),
    config({ foo: { type: 'array', items: number } }),
    ['/foo/#: type string → number'],
  ],
  [
    'a tuple that is longer',
    config({ foo: { type: 'array', prefixItems: [text] } }),
    config({ foo: { type: 'array', prefixItems: [text, text] } }),
    ['/foo: 1 elements → 2 elements'],
  ],
  [
    'another element of a tuple',
    config({ foo: { type: 'array', prefixItems: [text, text] } }),
    config({ foo: { type: 'array', prefixItems: [text, number] } }),
    ['/foo/1: type string → number'],
  ],
  [
    'a form that is new, and one that is gone',
    config({ foo: { anyOf: [text, object({ a: text }, { required: ['a'] })] } }),
    config({ foo: { anyOf: [{ type: 'boolean' }, text] } }),
    ['/foo: form gone: object with a', '/foo: form new: boolean'],
  ],
  [
    'a field of one form',
    config({ foo: { anyOf: [form('local', {}), form('remote', {})] } }),
    config({ foo: { anyOf: [form('remote', { url: text }), form('local', {})] } }),
    ['/foo/url: new'],
  ],
  [
    'a keyword that was not there before',
    config({ foo: text }),
    config({ foo: { ...text, format: 'uri' } }),
    ['/foo: format nothing → uri'],
  ],
  [
    'nothing, where only notes and the order are others',
    config({ a: text, b: { ...text, description: 'one' } }),
    config({ b: { ...text, description: 'two' }, a: text }),
    [],
  ],
])('%s is named', ([, before, after, differences]) => {
  expect(schemaDifferences(before, after)).toEqual(differences)
})

function form(type: string, properties: JsonObject): JsonObject {
  return object({ type: { ...text, enum: [type] }, ...properties }, { required: ['type'] })
}

test('a schema that refers to itself can be compared', () => {
  expect(schemaDifferences(tree(text), tree(number))).toEqual(['/leaf: type string → number'])
})

function tree(leaf: JsonValue): JsonObject {
  const Config = object({ inner: { $ref: '#/$defs/Config' }, leaf })
  return { $ref: '#/$defs/Config', $defs: { Config } }
}

test('a field that is taken out of the schema in the repository is missed', () => {
  const snapshot = readFileSync(SNAPSHOT, 'utf8')
  const kept: JsonObject = JSON.parse(snapshot)
  const other: JsonObject = JSON.parse(snapshot.replace('"chunkTimeout"', '"chunkTime"'))
  expect(schemaDifferences(kept, other)).toEqual([
    '/provider/*/options/chunkTimeout: gone',
    '/provider/*/options/chunkTime: new',
  ])
})

test('a keyword that the program would not heed is no part of a snapshot', () => {
  const Config = object({ foo: { ...text, format: 'uri' } })
  expect(() => snapshotOf({ components: { schemas: { Config } } })).toThrow(
    'the keyword "format" is not known',
  )
})

test('definitions that nothing refers to are left out of a snapshot', () => {
  const schemas = { Config: object({ a: { $ref: '#/components/schemas/A' } }), A: text, B: text }
  expect(snapshotOf({ components: { schemas } })).toMatchObject({
    $defs: { Config: { properties: { a: { $ref: '#/$defs/A' } } }, A: text },
  })
  expect(JSON.stringify(snapshotOf({ components: { schemas } }))).not.toContain('"B"')
})
