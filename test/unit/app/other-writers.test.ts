import { describe, expect, test } from 'vitest'
import { run } from '../../../src/cli/run.ts'
import { acmeManifest, acmeWorld, HAND_WRITTEN_AUTH } from '../../support/acme-world.ts'
import type { MemoryWorld } from '../../support/memory-system.ts'
import { memoryTerminal } from '../../support/memory-terminal.ts'
import { AUTH, CONFIG, STATE } from '../../support/run-opgen.ts'
import type { Exchange, Exchanged, System } from '../../../src/system/system.ts'

/* What another program writes while opgen does; `test/faults` has it with real files. */

const ONE = acmeManifest('models: [a]')
const FOREIGN_AUTH = HAND_WRITTEN_AUTH.replace('"acme"', '"other"')
const LOGIN = { type: 'oauth', refresh: 'test-key-r2', access: 'test-key-a2', expires: 6 }

type DoExchange = (file: string, exchange: Exchange) => Promise<Exchanged>

/** A world in which something happens at the first exchange of a file. */
function disturbed(
  world: MemoryWorld,
  file: string,
  disturb: (go: () => Promise<Exchanged>) => Promise<Exchanged>,
): System {
  let isFirst = true
  const { files } = world.system
  const exchange: DoExchange = async (at, how) => {
    if (at !== file || !isFirst) return await files.exchange(at, how)
    isFirst = false
    return await disturb(() => files.exchange(at, how))
  }
  return { ...world.system, files: { ...files, exchange } }
}

async function apply(system: System): Promise<{ readonly code: number; readonly err: string }> {
  const terminal = memoryTerminal()
  const code = await run(['apply'], system, terminal)
  return { code, err: terminal.stderr() }
}

function withLogin(text: string): string {
  return JSON.stringify({ ...JSON.parse(text), other: LOGIN }, null, 2)
}

describe('what another program writes', () => {
  test('right before the rename is kept, with opgen’s entry beside it', async () => {
    const world = acmeWorld(ONE, { files: { [AUTH]: FOREIGN_AUTH } })
    const system = disturbed(world, AUTH, async (go) => {
      world.write(AUTH, withLogin(FOREIGN_AUTH))
      return await go()
    })
    expect(await apply(system)).toMatchObject({ code: 0 })
    const auth = JSON.parse(world.read(AUTH) ?? '')
    expect(auth).toMatchObject({ other: LOGIN, acme: { key: 'test-key-acme' } })
    expect(await apply(world.system)).toMatchObject({ code: 0 })
  })

  test('into the file that was just replaced is carried over with its bytes', async () => {
    const world = acmeWorld(ONE, { files: { [AUTH]: FOREIGN_AUTH } })
    const theirs = withLogin(FOREIGN_AUTH)
    const system = disturbed(world, AUTH, async (go) => {
      const done = await go()
      return done.done ? { done: true, former: { read: () => theirs, release: () => {} } } : done
    })
    expect(await apply(system)).toMatchObject({ code: 0 })
    const text = world.read(AUTH) ?? ''
    expect(JSON.parse(text)).toMatchObject({ other: LOGIN, acme: { key: 'test-key-acme' } })
    expect(text.startsWith(theirs.slice(0, theirs.lastIndexOf('\n')))).toBe(true)
  })

  test('into both the file that was replaced and the new one is all kept', async () => {
    const world = acmeWorld(ONE, { files: { [AUTH]: FOREIGN_AUTH } })
    const system = disturbed(world, AUTH, async (go) => {
      const done = await go()
      const now = JSON.parse(world.read(AUTH) ?? '')
      world.write(AUTH, JSON.stringify({ ...now, third: { type: 'api', key: 'test-key-3' } }))
      const former = { read: () => withLogin(FOREIGN_AUTH), release: () => {} }
      return done.done ? { done: true, former } : done
    })
    expect(await apply(system)).toMatchObject({ code: 0 })
    expect(JSON.parse(world.read(AUTH) ?? '')).toMatchObject({
      other: LOGIN,
      third: { key: 'test-key-3' },
      acme: { key: 'test-key-acme' },
    })
  })

  test('twice, first into the file that was replaced, counts as it was written last', async () => {
    const world = acmeWorld(ONE, { files: { [AUTH]: FOREIGN_AUTH } })
    const last = { ...LOGIN, refresh: 'test-key-r3' }
    const system = disturbed(world, AUTH, async (go) => {
      const done = await go()
      world.write(AUTH, JSON.stringify({ ...JSON.parse(world.read(AUTH) ?? ''), other: last }))
      const former = { read: () => withLogin(FOREIGN_AUTH), release: () => {} }
      return done.done ? { done: true, former } : done
    })
    expect(await apply(system)).toMatchObject({ code: 0 })
    expect(JSON.parse(world.read(AUTH) ?? '')).toMatchObject({
      other: last,
      acme: { key: 'test-key-acme' },
    })
  })

  test('into a file that opgen took away makes it anew, with that alone', async () => {
    const world = acmeWorld(ONE)
    expect(await apply(world.system)).toMatchObject({ code: 0 })
    const own = world.read(AUTH) ?? ''
    world.write(`/home/ana/dotfiles/providers.yaml`, 'version: 1\nproviders: {}\n')
    const system = disturbed(world, AUTH, async (go) => {
      const done = await go()
      const former = { read: () => withLogin(own), release: () => {} }
      return done.done ? { done: true, former } : done
    })
    expect(await apply(system)).toMatchObject({ code: 0 })
    expect(JSON.parse(world.read(AUTH) ?? '')).toEqual({ other: LOGIN })
  })

  test('at the very place that is to be written is planned afresh, and asked about', async () => {
    const world = acmeWorld(ONE, { files: { [AUTH]: FOREIGN_AUTH } })
    const before = world.read(CONFIG)
    const system = disturbed(world, AUTH, async (go) => {
      world.write(AUTH, JSON.stringify({ acme: LOGIN }))
      return await go()
    })
    const { code, err } = await apply(system)
    expect(code).toBe(3)
    expect(err).toContain('acme conflict')
    expect([world.read(AUTH), world.read(CONFIG)]).toEqual([
      JSON.stringify({ acme: LOGIN }),
      before,
    ])
  })

  test.each(['', '{ "other": { "type": "oa', '{}}'])(
    'and is not finished with (%j) is waited for',
    async (torn) => {
      const world = acmeWorld(ONE, { files: { [AUTH]: FOREIGN_AUTH } })
      const writes = [torn, torn, withLogin(FOREIGN_AUTH)]
      const system = disturbed(world, AUTH, async (go) => {
        world.write(AUTH, torn)
        return await go()
      })
      const pause = async (): Promise<void> => {
        const next = writes.shift()
        if (next !== undefined) world.write(AUTH, next)
      }
      expect(await apply({ ...system, pause })).toMatchObject({ code: 0 })
      expect(JSON.parse(world.read(AUTH) ?? '')).toMatchObject({
        other: LOGIN,
        acme: { key: 'test-key-acme' },
      })
    },
  )

  test('and never finishes ends in a failure, with everything else as before', async () => {
    const world = acmeWorld(ONE, { files: { [AUTH]: FOREIGN_AUTH } })
    const system = disturbed(world, AUTH, async (go) => {
      world.write(AUTH, '{ "other"')
      return await go()
    })
    expect((await apply(system)).code).toBe(65)
    expect([world.read(AUTH), world.read(CONFIG), world.read(STATE)]).toEqual([
      '{ "other"',
      undefined,
      undefined,
    ])
  })
})

describe('another opgen', () => {
  test('that wrote until the lock was there is planned around', async () => {
    const world = acmeWorld(ONE)
    const other = acmeWorld(ONE)
    expect(await apply(other.system)).toMatchObject({ code: 0 })
    const take = async (): Promise<{ release: () => Promise<void> }> => {
      for (const file of [AUTH, CONFIG, STATE]) world.write(file, other.read(file) ?? '', 0o600)
      return { release: async () => {} }
    }
    const terminal = memoryTerminal()
    expect(await run(['apply'], { ...world.system, locks: { take } }, terminal)).toBe(0)
    expect(terminal.stdout()).toBe('Nothing to change.\n')
  })

  test('that is only half done raises no question', async () => {
    const world = acmeWorld(ONE)
    const other = acmeWorld(ONE)
    expect(await apply(other.system)).toMatchObject({ code: 0 })
    // Its login is there already, and what it says of itself is not read yet.
    world.write(AUTH, (other.read(AUTH) ?? '').replace('test-key-acme', 'test-key-of-other'))
    const take = async (): Promise<{ release: () => Promise<void> }> => {
      for (const file of [AUTH, CONFIG, STATE]) world.write(file, other.read(file) ?? '', 0o600)
      return { release: async () => {} }
    }
    expect(await apply({ ...world.system, locks: { take } })).toMatchObject({ code: 0, err: '' })
  })

  test('that does not let go in time is a failure that says so', async () => {
    const world = acmeWorld(ONE)
    const locks = { take: async () => undefined }
    const { code, err } = await apply({ ...world.system, locks })
    expect(code).toBe(1)
    expect(err).toContain('opgen: note: another opgen is at work')
    expect(err).toContain('opgen: error: another opgen is at work on the same files')
    expect(world.read(CONFIG)).toBeUndefined()
  })

  test('is not waited for where nothing is to be written', async () => {
    const world = acmeWorld(ONE)
    expect(await apply(world.system)).toMatchObject({ code: 0 })
    const locks = { take: async () => undefined }
    expect(await apply({ ...world.system, locks })).toMatchObject({ code: 0, err: '' })
  })
})
