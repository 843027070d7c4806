import { expect, test } from 'vitest'
import { opgen, opgenJson, worldWith } from '../../support/run-opgen.ts'

const HEAD = `version: 1
vars: { host: a.example }
providers:
  a: { baseURL: "https://{{vars.host}}", models: [m] }
machines:
`

/** A manifest with so many machines of these fields. */
function withMachines(count: number, fields: string): string {
  const machines = Array.from({ length: count }, (_, index) => `  m${index}: { ${fields} }\n`)
  return HEAD + machines.join('')
}

test.each([
  [1, 'm0'],
  [5, 'm0, m1, m2, m3, m4'],
  [7, 'm0, m1, m2, m3, m4 and 2 more'],
])('a check of %i machines names at most five', async (count, names) => {
  const world = worldWith(withMachines(count, ''))
  const { out } = await opgen(world, 'check')
  expect(out).toBe(`providers.yaml is valid, as seen by ${names}.\n`)
  expect(Object(await opgenJson(world, 'check')).machines).toHaveLength(count)
})

test('a problem that only some machines have names at most five of them', async () => {
  const wrong = withMachines(7, 'when: { os: linux }, vars: { host: [] }')
  const { err } = await opgen(worldWith(`${wrong}  right: { when: { os: darwin } }\n`), 'check')
  expect(err).toContain('(on "m0", "m1", "m2", "m3", "m4" and 2 more) [bad-expression]')
})
