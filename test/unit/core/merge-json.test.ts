import { isDeepStrictEqual } from 'node:util'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isJsonObject } from '../../../src/core/json.ts'
import type { JsonObject, JsonValue, Path } from '../../../src/core/json.ts'
import { mergeOver } from '../../../src/core/merge-json.ts'

/** Few names, so that two objects meet in them, and those that are dangerous in JavaScript. */
const name = fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor')
const scalar = fc.constantFrom<JsonValue>(null, true, 0, 'x', '{env:X}', [], [1], [{ a: 1 }])
const { object } = fc.letrec<{ readonly object: JsonObject; readonly value: JsonValue }>((tie) => ({
  value: fc.oneof({ maxDepth: 4, depthSize: 'small' }, scalar, tie('object')),
  object: fc
    .array(fc.tuple(name, tie('value')), { maxLength: 4 })
    .map((members): JsonObject => Object.fromEntries(members)),
}))

/** Every value that is no object, or an empty one, with its path. */
function leaves(value: JsonValue, path: Path = []): readonly (readonly [Path, JsonValue])[] {
  if (!isJsonObject(value)) return [[path, value]]
  const members = Object.entries(value)
  if (members.length === 0) return [[path, value]]
  return members.flatMap(([member, below]) => leaves(below, [...path, member]))
}

function at(value: JsonValue | undefined, path: Path): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>(
    (node, member) =>
      isJsonObject(node) && Object.hasOwn(node, member) ? node[member] : undefined,
    value,
  )
}

/** Whether a value stands at a path; for an empty object any object does. */
function stands(tree: JsonObject, path: Path, value: JsonValue): boolean {
  const found = at(tree, path)
  return isJsonObject(value) ? isJsonObject(found) : isDeepStrictEqual(found, value)
}

/** Whether something else than an object stands above a path, or anything at all at it. */
function isCovered(value: JsonObject, path: Path): boolean {
  return path.some((_, depth) => {
    const node = at(value, path.slice(0, depth + 1))
    return node !== undefined && (depth === path.length - 1 || !isJsonObject(node))
  })
}

describe('a merge', () => {
  test('has all of what is above, and of what is below all that is not covered, and no more', () => {
    fc.assert(
      fc.property(object, object, (below, above) => {
        const merged = mergeOver(below, above)
        expect(leaves(above).filter(([path, value]) => !stands(merged, path, value))).toEqual([])
        const left = leaves(below).filter(([path]) => !isCovered(above, path))
        expect(left.filter(([path, value]) => !stands(merged, path, value))).toEqual([])
        const made = leaves(merged).filter(([path, value]) => {
          return !stands(below, path, value) && !stands(above, path, value)
        })
        expect(made).toEqual([])
      }),
    )
  })

  test('with nothing, and done twice, changes nothing', () => {
    fc.assert(
      fc.property(object, object, (below, above) => {
        const merged = mergeOver(below, above)
        expect(mergeOver(below, {})).toEqual(below)
        expect(mergeOver(merged, above)).toEqual(merged)
      }),
    )
  })
})
