import { describe, expect, test } from 'vitest'
import { ctrlC } from '../../support/answering.ts'
import { good, laptop, otherLaptop, VAULT } from '../../support/laptops.ts'
import { opgen } from '../../support/run-opgen.ts'

describe('`key export` on a terminal', () => {
  test('offers a good passphrase, which Enter takes', async () => {
    const world = laptop()
    const { code, err } = await opgen(world, 'key export', { answers: [''] })
    expect(code).toBe(0)
    const offered = /written down: {2}(\S+)\n/.exec(err)?.[1] ?? ''
    expect(offered).toMatch(/^(?:[a-z]{5}-){4}[a-z]{5}$/)
    const next = await opgen(otherLaptop(world), 'key import', { answers: [offered] })
    expect(next.out).toBe('Imported from keys.age: one, two.\n')
  })

  test('asks twice for one of my own, and again for a weak one or two different ones', async () => {
    const world = laptop()
    const answers = ['short', good, 'another', good, good]
    const { code, err } = await opgen(world, 'key export', { answers })
    expect(code).toBe(0)
    expect(err).toContain('opgen: error: the passphrase has fewer than 12 characters\n')
    expect(err).toContain('opgen: note: these were not the same\n')
    expect(err).not.toContain(good)
  })

  test('asks once for the one that the vault has', async () => {
    const world = laptop()
    const first = await opgen(world, 'key export', { answers: [good, good] })
    const again = await opgen(world, 'key export', { answers: [good] })
    expect(again.out).toContain('Nothing was written.')
    const asked = 'Type the passphrase that keys.age has, or another from now on.\n'
    expect([first.err.includes(asked), again.err.includes(asked)]).toEqual([false, true])
  })

  test('writes nothing for who goes away', async () => {
    const world = laptop()
    for (const answers of [[], [good], [ctrlC]]) {
      expect(await opgen(world, 'key export', { answers })).toMatchObject({ code: 130, out: '' })
    }
    expect(world.read(VAULT)).toBeUndefined()
  })
})
