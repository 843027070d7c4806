import { describe, expect, test } from 'vitest'
import { run } from '../../../src/cli/run.ts'
import { listingTo } from '../../support/answering-server.ts'
import type { MemoryWorld } from '../../support/memory-system.ts'
import { memoryTerminal } from '../../support/memory-terminal.ts'
import { gateway, NEW, rotate, rotatedKeys } from '../../support/rotation.ts'
import { worldWith } from '../../support/run-opgen.ts'
import type { Outcome } from '../../support/run-opgen.ts'

/** Rotate where nobody may be asked for a key, nor any server. */
async function untouched(world: MemoryWorld): Promise<Outcome> {
  const terminal = {
    ...memoryTerminal(),
    readStdin: async () => expect.unreachable('the key is asked for too early'),
  }
  const code = await run(['key', 'rotate', 'gw'], world.system, terminal)
  expect(world.sent).toEqual([])
  return { code, out: terminal.stdout(), err: terminal.stderr() }
}

describe('nobody is asked for a key', () => {
  test.each([
    [', key: { env: GW }', 'comes from $GW here', 'set it to the new key, then run `opgen apply`'],
    [', key: [{ env: GW }, keychain]', 'comes from $GW here', 'set it to the new key'],
    [', key: none', 'opgen keeps no key for it', 'write `key: keychain`'],
    [', key: external', 'opgen keeps no key for it', 'write `key: keychain`'],
  ])('that the manifest takes from elsewhere: {%s }', async (fields, reason, hint) => {
    const world = worldWith(gateway(fields), { env: { GW: 'test-key-env' } })
    const { code, err } = await untouched(world)
    expect(code).toBe(1)
    expect(err).toContain(reason)
    expect(err).toContain(hint)
  })

  test('that a variable overrides', async () => {
    const world = worldWith(gateway(), { env: { OPGEN_KEY_GW: 'test-key-over' } })
    const { err } = await untouched(world)
    expect(err).toContain('comes from $OPGEN_KEY_GW here')
    expect(err).toContain('unset it, then run `opgen key rotate gw` again')
  })

  test('when a variable that comes first is not set, it is', async () => {
    const manifest = gateway(', key: [{ env: GW }, keychain]')
    const world = worldWith(manifest, { answer: listingTo(NEW) })
    expect((await rotate(world)).code).toBe(0)
    expect(rotatedKeys(world)).toEqual([NEW, NEW])
  })

  test.each([
    [', npm: some-sdk', 'how some-sdk sends one is not known'],
    [', options: { headers: { X-Team: "{env:TEAM}" } }', 'OpenCode fills in a part of its address'],
  ])('that cannot be checked: {%s }', async (fields, reason) => {
    const { code, err } = await untouched(worldWith(gateway(fields)))
    expect(code).toBe(1)
    expect(err).toContain(reason)
    expect(err).toContain('store it unverified: `opgen key set gw`')
  })

  test('when the keychain is locked', async () => {
    const world = worldWith(gateway(), { keychainRefuses: 'locked' })
    const { code, err } = await untouched(world)
    expect(code).toBe(1)
    expect(err).toContain('the keychain is locked for "gw"')
  })

  test('for a manifest with problems', async () => {
    expect((await untouched(worldWith(`${gateway()}modle: x\n`))).code).toBe(65)
  })

  test('for a provider that there is not, or not here', async () => {
    const unknown = await untouched(worldWith(gateway().replace('gw:', 'gwy:')))
    expect(unknown).toMatchObject({ code: 65, err: expect.stringContaining('mean "gwy"?') })
    const off = await untouched(worldWith(gateway(', enabled: false')))
    expect(off).toMatchObject({ code: 1, err: expect.stringContaining('is not on this machine') })
  })
})
