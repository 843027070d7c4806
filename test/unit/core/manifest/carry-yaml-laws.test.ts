import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { foreignEdit, manifest } from '../../../support/arbitrary-worlds.ts'
import type { Json, JsonObject } from '../../../support/arbitrary-worlds.ts'
import { over, plan, yamlOf } from '../../../support/carried.ts'
import { pasted } from '../../../support/paste-yaml.ts'
import { CONFIG, MANIFEST, opgen, worldWith } from '../../../support/run-opgen.ts'
import { trusting } from '../../../support/trusting.ts'

/* Any value of a config may be replaced by any other, whatever it means. */

const anyValue: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom('By hand', 'x/y', 'https://hand.example/v1', '{{x}}', 'true', '', '@ai-sdk/x'),
  fc.constantFrom<Json>(7, true, null, [], ['a'], {}, { deep: 1 }, { a: { b: [1] } }),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
)
const anyDrift = fc
  .tuple(fc.nat(), fc.nat(), anyValue)
  .map(([which, height, value]) => (config: JsonObject): JsonObject => {
    const paths = leavesOf(config, []).filter(([top]) => top !== '$schema')
    const leaf = paths[which % Math.max(1, paths.length)]
    if (leaf === undefined) return config
    const lowest = leaf[0] === 'provider' ? 3 : 1
    const path = leaf.slice(0, Math.max(lowest, leaf.length - (height % 3)))
    return replaced(config, path, value)
  })

function leavesOf(value: Json, path: readonly string[]): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path]
  const members = Object.entries(value)
  if (members.length === 0) return [path]
  return members.flatMap(([name, member]) => leavesOf(member, [...path, name]))
}

function replaced(
  config: JsonObject,
  [name = '', ...deeper]: readonly string[],
  value: Json,
): JsonObject {
  if (deeper.length === 0) return { ...config, [name]: value }
  return { ...config, [name]: replaced(over(config[name], {}), deeper, value) }
}

function isNewList(id: string, asked: readonly string[]): boolean {
  return id === '/enabled_providers' && !asked.includes(id)
}

/** Whether a question names a place, or something around it. */
function isAbout(told: string, pointer: string): boolean {
  return told
    .split(' ')
    .some((word) => word.startsWith('/') && `${pointer}/`.startsWith(`${word}/`))
}

test('with the YAML of any drift in the manifest, the next plan asks about nothing in it', async () => {
  let settled = 0
  const keys = Object.fromEntries(
    ['ONE', 'TWO', 'THREE', 'FOUR'].map((id) => [`OPGEN_KEY_${id}`, 'test-key-some']),
  )
  await fc.assert(
    fc.asyncProperty(
      manifest,
      fc.option(manifest, { nil: undefined }),
      fc.array(
        fc.oneof(
          anyDrift,
          foreignEdit.map((edit) => (c: JsonObject) => edit(c).value),
        ),
        {
          minLength: 1,
          maxLength: 5,
        },
      ),
      async (text, later, drifts) => {
        const world = worldWith(text, { env: { ...keys, SOME_KEY: 'test-key-some' } })
        expect(await opgen(world, `apply${await trusting(world)}`)).toMatchObject({ code: 0 })
        const config: JsonObject = JSON.parse(world.read(CONFIG) ?? '{}')
        world.write(CONFIG, JSON.stringify(drifts.reduce((now, drift) => drift(now), config)))
        world.write(MANIFEST, later ?? text)
        const asked = (await plan(world)).plan.decisions.map(({ id }) => id)
        const yaml = await yamlOf(world)
        if (yaml.text === undefined) return
        world.write(MANIFEST, pasted(later ?? text, yaml.text))
        const { plan: after } = await plan(world)
        // What somebody made a key go to is asked about by itself, wherever it stands.
        // A provider that comes back may need a list that nobody needed before.
        const open = after.decisions
          .filter(({ id, kind }) => kind !== 'origin' && !isNewList(id, asked))
          .flatMap(({ details }) => details.map(({ text: told }) => told))
        const left = [...yaml.secret, ...yaml.unsayable]
        expect(open.filter((told) => !left.some((pointer) => isAbout(told, pointer)))).toEqual([])
        if (open.length === 0) settled += 1
      },
    ),
    { numRuns: 40 * Number(process.env['OPGEN_FUZZ'] ?? 1) },
  )
  expect(settled).toBeGreaterThan(0)
})
