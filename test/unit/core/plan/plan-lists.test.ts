import { describe, expect, test } from 'vitest'
import type { MemoryWorld } from '../../../support/memory-system.ts'
import { CONFIG, MANIFEST, opgen, worldWith } from '../../../support/run-opgen.ts'

const NOTHING = { version: 1, providers: {} }
const ONE = {
  version: 1,
  providers: { one: { baseURL: 'https://one.example/v1', models: ['m'], key: 'none' } },
}

function worldOf(config?: object): MemoryWorld {
  return worldWith('', config === undefined ? {} : { files: { [CONFIG]: JSON.stringify(config) } })
}

/** Apply a manifest: what was said, and what the config is then. */
async function apply(
  world: MemoryWorld,
  manifest: object,
  flags = '',
): Promise<{ readonly out: string; readonly config: unknown }> {
  world.write(MANIFEST, JSON.stringify(manifest))
  const { code, out, err } = await opgen(world, `apply${flags}`)
  expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' })
  const text = world.read(CONFIG)
  return { out, config: text === undefined ? undefined : JSON.parse(text) }
}

function edit(world: MemoryWorld, config: object): void {
  world.write(CONFIG, JSON.stringify(config))
}

describe("a list of opgen's", () => {
  test('that somebody took away while it was empty is written again, and that is said', async () => {
    const world = worldOf({ theme: 'dark' })
    await apply(world, { ...NOTHING, disabled_providers: [] })
    edit(world, { theme: 'dark' })
    const { out, config } = await apply(world, { ...NOTHING, disabled_providers: [] })
    expect(out).toMatch(/~ \/disabled_providers .*\n +changed by somebody else/)
    expect(config).toEqual({ theme: 'dark', disabled_providers: [] })
  })

  test('that somebody emptied goes when the manifest has none', async () => {
    const world = worldOf({ theme: 'dark' })
    await apply(world, { ...ONE, enabled_providers: ['one'] })
    edit(world, { theme: 'dark', enabled_providers: [] })
    expect((await apply(world, NOTHING)).config).toEqual({ theme: 'dark' })
  })

  test('stays with what somebody else put in: another id, one twice, what is no id', async () => {
    for (const list of [
      ['x', 'y'],
      ['x', 'x'],
      ['x', 5],
    ]) {
      const world = worldOf({ theme: 'dark' })
      await apply(world, { ...NOTHING, disabled_providers: ['x'] })
      edit(world, { theme: 'dark', disabled_providers: list })
      expect((await apply(world, NOTHING)).config).toEqual({
        theme: 'dark',
        disabled_providers: list.slice(1),
      })
    }
  })

  test('that somebody replaced by something else is not there to be taken away', async () => {
    for (const theirs of [{}, 'x', null]) {
      const world = worldOf()
      await apply(world, { ...NOTHING, enabled_providers: ['x'] })
      edit(world, { enabled_providers: theirs })
      const { out, config } = await apply(world, NOTHING)
      expect(out).toContain('Nothing to change.')
      expect(config).toEqual({ enabled_providers: theirs })
    }
  })

  test('that this run leaves alone lists the provider that it is about, until it goes', async () => {
    const world = worldOf({ theme: 'dark' })
    await apply(world, { ...NOTHING, enabled_providers: ['x'] })
    expect((await apply(world, ONE, ' --only one')).config).toMatchObject({
      enabled_providers: ['x', 'one'],
    })
    const again = await apply(world, ONE, ' --only one')
    expect(again.out).toContain('Nothing to change.')
    expect((await apply(world, ONE)).config).not.toHaveProperty('enabled_providers')
  })
})

test('an element in a list that is kept does not make a block of others a matter of opgen', async () => {
  const world = worldOf({ enabled_providers: ['x'], provider: { one: { mine: 1 } } })
  await apply(world, ONE)
  const kept = { ...NOTHING, enabled_providers: 'keep' }
  await apply(world, kept, ' --keep one')
  expect((await apply(world, kept)).out).toContain('Nothing to change.')
})

test('where nothing is to be listed, it does not matter that no list stands there', async () => {
  const world = worldOf({ enabled_providers: 'x' })
  expect((await apply(world, NOTHING)).out).toContain('Nothing to change.')
})

test('a list that is forced into the place of something else stays, with what is in it', async () => {
  const world = worldOf({ enabled_providers: 'x' })
  const listed = { enabled_providers: ['one'] }
  expect((await apply(world, ONE, ' --force')).config).toMatchObject(listed)
  const { out, config } = await apply(world, ONE)
  expect(out).toContain('Nothing to change.')
  expect(config).toMatchObject(listed)
})
