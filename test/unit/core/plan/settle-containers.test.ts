import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toPointer } from '../../../../src/core/json.ts'
import { parseJsonDocument } from '../../../../src/core/jsonc/parse.ts'
import { startFile } from '../../../../src/core/plan/draft.ts'
import type { FileDraft } from '../../../../src/core/plan/draft.ts'
import { CONFIG_SCHEMA, settleContainers } from '../../../../src/core/plan/settle-containers.ts'
import { emptyFile } from '../../../../src/core/state/recorded.ts'

const DELETE = { kind: 'delete' } as const

interface Given {
  readonly text: string | undefined
  /** Containers that opgen owns. */
  readonly owned?: readonly string[]
  readonly created?: boolean
  /** Values to take out; a pointer that ends with `{}` is an object that only had to be there. */
  readonly deletes?: readonly string[]
  /** Values that are wanted, there already or about to be written. */
  readonly wanted?: readonly string[]
}

function draftOf({
  text,
  owned = [],
  created = false,
  deletes = [],
  wanted = [],
}: Given): FileDraft {
  const parsed = text === undefined ? undefined : parseJsonDocument(text, 'jsonc')
  if (parsed?.ok === false) throw new Error('the test file does not parse')
  const container = { unit: 'gw', origin: 'written' } as const
  const old = {
    ...emptyFile,
    manifest: '/providers.yaml',
    created,
    containers: Object.fromEntries(owned.map((pointer) => [pointer, container])),
  }
  const draft = startFile(
    { target: 'config', path: '/opencode.jsonc', syntax: 'jsonc', document: parsed?.document },
    old,
  )
  for (const pointer of deletes) {
    const isObject = pointer.endsWith('{}')
    draft.deletes.set(isObject ? pointer.slice(0, -2) : pointer, isObject ? 'container' : 'value')
  }
  for (const pointer of wanted) {
    const value = { json: 1 }
    draft.values.set(pointer, { unit: 'gw', origin: 'written', value, before: null })
  }
  return draft
}

function deletionsOf(given: Given): readonly string[] {
  return settleContainers(draftOf(given), DELETE).deletions.map(toPointer)
}

/** Pointers of everything in a tree, each with whether it is an object. */
function placesIn(
  value: unknown,
  path: readonly string[] = [],
): readonly (readonly [string, boolean])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [[toPointer(path), false]]
  }
  const below = Object.entries(value).flatMap(([key, child]) => placesIn(child, [...path, key]))
  return path.length === 0 ? below : [[toPointer(path), true], ...below]
}

function within(pointer: string, above: string): boolean {
  return pointer !== above && pointer.startsWith(`${above}/`)
}

const BLOCK = '{ "theme": "dark", "provider": { "gw": { "name": "Gw", "models": { "m": {} } } } }'
const OWNED = ['/provider', '/provider/gw', '/provider/gw/models']

describe('the deletions of a file', () => {
  test("take a container with its last member, as far up as it is opgen's", () => {
    const deletes = ['/provider/gw/name', '/provider/gw/models/m{}']
    expect(deletionsOf({ text: BLOCK, owned: OWNED, deletes })).toEqual(['/provider'])
  })

  test("leave the user's own empty containers", () => {
    const deletes = ['/provider/gw/name', '/provider/gw/models/m{}']
    const owned = ['/provider/gw', '/provider/gw/models']
    expect(deletionsOf({ text: BLOCK, owned, deletes })).toEqual(['/provider/gw'])
    expect(deletionsOf({ text: BLOCK, owned: [], deletes })).toEqual([
      '/provider/gw/name',
      '/provider/gw/models/m',
    ])
  })

  test.each([
    ['field', BLOCK.replace('"name"', '"mine": 1, "name"')],
    ['model', BLOCK.replace('"m": {}', '"m": {}, "mine": {}')],
    ['empty object', BLOCK.replace('"name"', '"mine": {}, "name"')],
  ])('leave a container that holds a %s of somebody else', (_, text) => {
    const deletes = ['/provider/gw/name', '/provider/gw/models/m{}']
    const deletions = deletionsOf({ text, owned: OWNED, deletes })
    expect(deletions).toContain('/provider/gw/name')
    expect(deletions).not.toContain('/provider')
    expect(deletions).not.toContain('/provider/gw')
  })

  test('leave an object that only had to be there when somebody wrote into it', () => {
    const text = BLOCK.replace('"m": {}', '"m": { "mine": 1 }')
    const deletes = ['/provider/gw/models/m{}']
    expect(deletionsOf({ text, owned: OWNED, deletes })).toEqual([])
  })

  test('take a whole value with all that is in it', () => {
    expect(deletionsOf({ text: BLOCK, owned: [], deletes: ['/provider/gw'] })).toEqual([
      '/provider/gw',
    ])
  })

  test('leave a container that is needed for what is wanted', () => {
    const deletes = ['/provider/gw/name', '/provider/gw/models/m{}']
    const wanted = ['/provider/gw/options/baseURL']
    expect(deletionsOf({ text: BLOCK, owned: OWNED, deletes, wanted })).toEqual([
      '/provider/gw/name',
      '/provider/gw/models',
    ])
  })

  test('are none of what is not there', () => {
    const deletes = ['/provider/other/name', '/model', '/theme/x']
    expect(deletionsOf({ text: BLOCK, owned: OWNED, deletes })).toEqual([])
    expect(deletionsOf({ text: undefined, owned: OWNED, deletes })).toEqual([])
  })

  test('take an empty container that opgen made, also when there is nothing to delete in it', () => {
    const text = '{ "theme": "dark", "provider": {} }'
    expect(deletionsOf({ text, owned: ['/provider'] })).toEqual(['/provider'])
    expect(deletionsOf({ text, owned: [] })).toEqual([])
  })
})

describe('a file', () => {
  const own = `{ "$schema": "${CONFIG_SCHEMA}", "provider": { "gw": { "name": "Gw" } } }`
  const given = {
    text: own,
    created: true,
    owned: ['/provider', '/provider/gw'],
    deletes: ['/provider/gw/name'],
  }

  test.each<readonly [string, Partial<Given>, boolean]>([
    ['that opgen made is empty without its values and its $schema', {}, true],
    ['that the user made is never empty', { created: false }, false],
    ['with a comment is not empty', { text: `${own} // mine` }, false],
    ['with a field of the user is not', { text: own.replace('{', '{ "theme": "a",') }, false],
    ['with another $schema is not', { text: own.replace('.json', '.other.json') }, false],
    ['with something wanted is not', { wanted: ['/provider/gw/npm'] }, false],
    ['that is not there is not', { text: undefined }, false],
  ])('%s', (_, more, emptied) => {
    expect(settleContainers(draftOf({ ...given, ...more }), DELETE).emptied).toBe(emptied)
  })
})

describe('for any file', () => {
  const leaf = fc.constantFrom(1, 'x', null, [1])
  const tree = fc.letrec<{ node: unknown; object: Record<string, unknown> }>((tie) => ({
    node: fc.oneof({ maxDepth: 3 }, leaf, tie('object')),
    object: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd/e'), tie('node'), { maxKeys: 3 }),
  })).object

  test('no deletion lies within another, and none takes a foreign value along', () => {
    fc.assert(
      fc.property(tree, fc.infiniteStream(fc.boolean()), (value, coins) => {
        const places = placesIn(value)
        const leaves = places.filter(([, isObject]) => !isObject).map(([pointer]) => pointer)
        const deletes = leaves.filter(() => coins.next().value)
        const owned = places
          .filter(([, isObject]) => isObject && coins.next().value)
          .map(([pointer]) => pointer)
        const text = JSON.stringify(value)
        const { deletions, surviving } = settleContainers(draftOf({ text, owned, deletes }), DELETE)
        const taken = deletions.map(toPointer)
        expect(taken.filter((pointer) => taken.some((other) => within(pointer, other)))).toEqual([])
        const lost = leaves.filter((pointer) =>
          taken.some((above) => pointer === above || within(pointer, above)),
        )
        expect(lost.toSorted()).toEqual(deletes.toSorted())
        for (const pointer of taken) expect(surviving.has(pointer)).toBe(false)
      }),
    )
  })
})
