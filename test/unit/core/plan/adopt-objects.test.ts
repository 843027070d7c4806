import { expect, test } from 'vitest'
import { CONFIG, MANIFEST, opgen, STATE, worldWith } from '../../../support/run-opgen.ts'

const ONE = {
  version: 1,
  providers: { one: { baseURL: 'https://one.example/v1', models: ['m', 'n'], key: 'none' } },
}

function config(name: string): string {
  const m = { name, headers: { Authorization: 'Bearer test-key-by-hand' } }
  return JSON.stringify({ provider: { one: { models: { m } } } }, null, 2)
}

test('an object that is adopted is not recorded with what somebody put into it', async () => {
  const world = worldWith(JSON.stringify(ONE), { files: { [CONFIG]: config('By hand') } })
  expect((await opgen(world, 'apply')).code).toBe(0)
  expect((await opgen(world, 'apply')).code).toBe(0)
  expect(world.read(STATE)).not.toContain('test-key-by-hand')
})

test('what changes in an adopted object is no drift', async () => {
  const world = worldWith(JSON.stringify(ONE), { files: { [CONFIG]: config('By hand') } })
  expect((await opgen(world, 'apply')).code).toBe(0)
  world.write(CONFIG, (world.read(CONFIG) ?? '').replace('By hand', 'Otherwise'))
  world.write(MANIFEST, JSON.stringify(ONE).replace('"m",', ''))
  expect(await opgen(world, 'apply')).toMatchObject({ code: 0 })
  expect(world.read(CONFIG)).toContain('Otherwise')
})

test('an object in the place of which something else stands is not recorded any more', async () => {
  const world = worldWith(JSON.stringify(ONE))
  expect((await opgen(world, 'apply')).code).toBe(0)
  world.write(CONFIG, JSON.stringify({ provider: { one: { models: 'by hand' } } }))
  const named = { ...ONE.providers.one, models: { m: { name: 'M' } } }
  world.write(MANIFEST, JSON.stringify({ version: 1, providers: { one: named } }))
  expect((await opgen(world, 'apply --keep')).code).toBe(0)
  const recorded: unknown = JSON.parse(world.read(STATE) ?? '')
  expect(recorded).toHaveProperty(['files', CONFIG, 'containers'])
  expect(recorded).not.toHaveProperty(['files', CONFIG, 'containers', '/provider/one/models/m'])
})
