import { describe, expect, test } from 'vitest'
import { isJsonObject } from '../../src/core/json.ts'
import type { JsonValue } from '../../src/core/json.ts'
import { CONFIG, MANIFEST, opgen, worldWith } from '../support/run-opgen.ts'

/** Names that every object of JavaScript answers to. */
const NAMES = Object.getOwnPropertyNames(Object.prototype)
  .filter((name) => name !== '__proto__')
  .concat('prototype')

/** Places for a map of free names, as YAML around it, with the path at which it comes out. */
const PLACES: readonly (readonly [place: string, open: string, path: readonly string[]])[] = [
  ['options', 'options: {', ['options']],
  ['headers', 'options: { headers: {', ['options', 'headers']],
  ['extra', 'extra: { more: {', ['more']],
  ['options of a model', 'models: { m: { options: {', ['models', 'm', 'options']],
  ['headers of a model', 'models: { m: { headers: {', ['models', 'm', 'headers']],
  ['variants of a model', 'models: { m: { variants: { v: {', ['models', 'm', 'variants', 'v']],
  ['extra of a model', 'models: { m: { extra: { more: {', ['models', 'm', 'more']],
]

function manifest(open: string, content: string): string {
  const close = ' }'.repeat(open.split('{').length - 1)
  const models = open.startsWith('models') ? '' : 'models: [m], '
  return `version: 1\nproviders:\n  p: { preset: ollama, ${models}${open} ${content}${close} }\n`
}

function ownAt(text: string | undefined, path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = JSON.parse(text ?? 'null')
  for (const name of path) {
    value = isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
  }
  return value
}

describe.each(PLACES)('the names of JavaScript in %s', (_, open, path) => {
  const content = NAMES.map((name) => `${name}: "x ${name}"`).join(', ')
  const written = ['provider', 'p', ...path]

  test('are names like others: written, kept, taken away', async () => {
    const world = worldWith(manifest(open, content))
    expect(await opgen(world, 'apply')).toMatchObject({ code: 0 })
    for (const name of NAMES) {
      expect(ownAt(world.read(CONFIG), [...written, name])).toBe(`x ${name}`)
    }
    expect((await opgen(world, 'apply')).out).toContain('Nothing to change.')
    world.write(MANIFEST, manifest(open, 'other: x'))
    expect(await opgen(world, 'apply')).toMatchObject({ code: 0 })
    expect(ownAt(world.read(CONFIG), [...written, 'other'])).toBe('x')
    for (const name of NAMES) {
      expect(ownAt(world.read(CONFIG), [...written, name])).toBeUndefined()
    }
  })

  test('change nothing that objects have', async () => {
    const before = Object.getOwnPropertyNames(Object.prototype)
    await opgen(worldWith(manifest(open, 'constructor: { prototype: { y: "1" } }')), 'apply')
    await opgen(worldWith(manifest(open, '"__proto__": { y: "1" }')), 'apply')
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before)
    expect(Object.hasOwn(Object, 'y')).toBe(false)
  })

  test('stop at __proto__, which is refused where it stands', async () => {
    const refused = await opgen(worldWith(manifest(open, '__proto__: { y: "1" }')), 'plan --json')
    expect(refused.code).toBe(65)
    expect(JSON.parse(refused.out)).toMatchObject({ error: { code: 'bad-name' } })
  })
})
