import path from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { BUILT_IN_PRESETS } from '../../../../src/core/preset/preset.ts'
import { makeJsonSchema } from '../../../../src/core/json-schema/make-json-schema.ts'
import { isJsonObject } from '../../../../src/core/json.ts'
import type { JsonObject, JsonValue } from '../../../../src/core/json.ts'
import { root } from '../../docs/markdown.ts'

const schema = makeJsonSchema()

/** `npm run schema` writes the file. */
test('the schema that is published is the one that the program checks with', async () => {
  const text = `${JSON.stringify(schema, null, 2)}\n`
  await expect(text).toMatchFileSnapshot(path.join(root, 'schema', 'providers.schema.json'))
})

/** Every object of the schema, by its JSON pointer. */
function parts(value: JsonValue, pointer = ''): readonly (readonly [string, JsonObject])[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => parts(item, `${pointer}/${index}`))
  }
  if (!isJsonObject(value)) return []
  const inside = Object.entries(value).flatMap(([name, item]) => parts(item, `${pointer}/${name}`))
  return [[pointer, value], ...inside]
}

describe('the schema', () => {
  const all = parts(schema)

  test('says of every field what it means', () => {
    const fields = all.flatMap(([pointer, { properties }]) =>
      isJsonObject(properties)
        ? Object.entries(properties).map(([name, field]) => ({ at: `${pointer}/${name}`, field }))
        : [],
    )
    expect(fields.length).toBeGreaterThan(90)
    for (const { at, field } of fields) {
      expect({ at, field }).toEqual({
        at,
        field: expect.objectContaining({ description: expect.stringMatching(/^\S.{8,}[^.]$/) }),
      })
    }
  })

  test('names no part that is not there, and has no part that nothing names', () => {
    const { definitions } = schema
    const used = new Set(all.flatMap(([, { $ref }]) => (typeof $ref === 'string' ? [$ref] : [])))
    const there = isJsonObject(definitions) ? Object.keys(definitions) : []
    expect([...used].toSorted()).toEqual(there.map((name) => `#/definitions/${name}`).toSorted())
  })

  test('writes no part of more than a few words twice', () => {
    const { definitions } = schema
    const bodies = (isJsonObject(definitions) ? Object.values(definitions) : []).map((body) =>
      JSON.stringify(body),
    )
    expect(new Set(bodies).size).toBe(bodies.length)
  })

  test('completes the presets there are', () => {
    const preset = all.find(([pointer]) => pointer === '/definitions/provider/properties/preset')
    expect(preset?.[1]).toMatchObject({
      default: 'openai-compatible',
      anyOf: [{ enum: expect.arrayContaining([...BUILT_IN_PRESETS]) }, {}],
    })
  })

  test('shows of every field an example that it allows', () => {
    const { definitions = {} } = schema
    const ajv = new Ajv({ strict: false })
    for (const [pointer, { properties }] of all) {
      if (!isJsonObject(properties)) continue
      for (const [name, field] of Object.entries(properties)) {
        const at = `${pointer}/${name}`
        const { examples, doNotSuggest }: JsonObject = isJsonObject(field) ? field : {}
        if (doNotSuggest === true) continue
        const [example] = Array.isArray(examples) ? examples : []
        expect({ at, example }).toEqual({ at, example: expect.anything() })
        const isAllowed = ajv.validate({ ...schemaOf(field), definitions }, example)
        expect({ at, isAllowed }).toEqual({ at, isAllowed: true })
      }
    }
  })
})

function schemaOf(field: JsonValue): JsonObject {
  return isJsonObject(field) ? field : {}
}
