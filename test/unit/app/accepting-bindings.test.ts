import { describe, expect, test } from 'vitest'
import { ACME, applied, KEYS, manifest } from '../../support/bound-world.ts'
import { MANIFEST, opgen, opgenJson, STATE, worldWith } from '../../support/run-opgen.ts'

describe('the way out', () => {
  const moved = manifest(ACME.replace('acme.example', 'new.example'))

  test('`--trust-origin` names one provider, and is remembered', async () => {
    const world = await applied()
    world.write(MANIFEST, moved)
    expect((await opgen(world, 'apply --trust-origin acme')).code).toBe(0)
    expect((await opgen(world, 'apply')).out).toBe('Nothing to change.\n')
  })

  test('`key trust` accepts it beforehand, also without a key', async () => {
    const world = await applied()
    world.write(MANIFEST, moved)
    world.refuseKeychain('locked')
    const trusted = await opgen(world, 'key trust acme')
    expect(trusted).toMatchObject({ code: 0 })
    expect(trusted.out).toContain('to @ai-sdk/openai-compatible https://new.example')
    world.refuseKeychain(undefined)
    expect((await opgen(world, 'apply')).code).toBe(0)
    expect(await opgenJson(world, 'key trust acme')).toMatchObject({ id: 'acme', trusted: [] })
  })

  test('`key trust` of an id that is none tells the nearest', async () => {
    const { code, err } = await opgen(await applied(), 'key trust acne')
    expect(code).toBe(65)
    expect(err).toContain('did you mean "acme"?')
  })

  test('`key set` lets the key go where the manifest says, and tells', async () => {
    const world = await applied()
    const more = 'new: { baseURL: "https://new.example/v1", models: [m] }'
    world.write(MANIFEST, manifest(ACME, more))
    const { err } = await opgen(world, 'key set new', { stdin: 'test-key-new' })
    expect(err).toContain('it may go to @ai-sdk/openai-compatible https://new.example')
    expect((await opgen(world, 'apply')).code).toBe(0)
    world.write(MANIFEST, moved)
    const set = await opgen(world, 'key set acme', { stdin: 'test-key-acme-2' })
    expect(set.err).toContain('so far it went to @ai-sdk/openai-compatible https://acme.example')
    expect((await opgen(world, 'apply')).code).toBe(0)
  })

  test('`key set` stores nothing when it could not be recorded where it may go', async () => {
    const world = await applied()
    world.write(STATE, 'damaged')
    const { code, err } = await opgen(world, 'key set acme', { stdin: 'test-key-acme-2' })
    expect(code).toBe(1)
    expect(err).toContain("opgen's own record")
    expect(world.keychain.get('opgen/acme')).toBe('test-key-acme')
  })

  test('`key set` before the first apply binds to what the manifest says then', async () => {
    const world = worldWith(manifest(ACME), {})
    await opgen(world, 'key set acme', { stdin: 'test-key-acme' })
    world.write(MANIFEST, moved)
    expect((await opgen(world, 'apply')).code).toBe(3)
  })

  test('a key that is entered when it is missed goes where the manifest says', async () => {
    const world = await applied()
    const more = 'new: { baseURL: "https://new.example/v1", models: [m] }'
    world.write(MANIFEST, manifest(ACME, more))
    const { code } = await opgen(world, 'apply', { answers: ['e', 'test-key-new'] })
    expect(code).toBe(0)
    expect((await opgen(world, 'apply')).out).toBe('Nothing to change.\n')
  })

  test('a key that is entered goes nowhere new where its source was bound, without a question', async () => {
    const world = await applied()
    world.write(MANIFEST, moved)
    world.keychain.delete('opgen/acme')
    const { code, err } = await opgen(world, 'apply', { answers: ['e', 'test-key-acme', 'q'] })
    expect(code).toBe(3)
    expect(err).toContain('  it would go to @ai-sdk/openai-compatible https://new.example\n')
    expect(err).toContain('acme origin')
  })

  test('a key that is entered counts as the one that it is', async () => {
    const secret = ACME.replace('models', 'key: { env: SOME_SECRET }, models')
    const world = worldWith(manifest(secret), KEYS)
    expect((await opgen(world, 'apply')).code).toBe(0)
    world.keychain.clear()
    world.write(MANIFEST, moved)
    const { code, err } = await opgen(world, 'apply', { answers: ['e', 'test-key-secret', 'q'] })
    expect(code).toBe(3)
    expect(err).toContain('(the same key as env:SOME_SECRET)\n')
  })

  test('`trust` at the question is remembered', async () => {
    const world = await applied()
    world.write(MANIFEST, moved)
    expect((await opgen(world, 'apply', { answers: ['t'] })).code).toBe(0)
    expect((await opgen(world, 'apply')).out).toBe('Nothing to change.\n')
  })
})
