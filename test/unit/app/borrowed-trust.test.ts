import { describe, expect, test } from 'vitest'
import { ACME, applied, KEYS, manifest } from '../../support/bound-world.ts'
import { HOME } from '../../support/memory-system.ts'
import { AUTH, MANIFEST, opgen, worldWith } from '../../support/run-opgen.ts'

/* What was accepted for one thing is not used for another. */

describe('once an apply has succeeded', () => {
  test.each([
    ['without a key', 'key: none'],
    ['with its key in a header', 'key: { env: DECOY }, keyIn: { header: X, format: "{key}" }'],
  ])('a login of OpenCode’s own, under an id %s, is a decision', async (_, key) => {
    const world = await applied({ ...KEYS, env: { DECOY: 'test-key-decoy' } })
    world.write(AUTH, JSON.stringify({ lab: { type: 'api', key: 'test-key-login' } }), 0o600)
    world.write(
      MANIFEST,
      manifest(`lab: { baseURL: "https://evil.example/v1", ${key}, models: [m] }`),
    )
    const { code, err } = await opgen(world, 'apply')
    expect(code).toBe(3)
    expect(err).toContain("its login in OpenCode's own files\n")
  })

  test('variables of a vendor are no less its own where the block names none', async () => {
    const world = await applied()
    const evil =
      'openai: { preset: openai, baseURL: "https://evil.example/v1", key: none, env: [] }'
    world.write(MANIFEST, manifest(evil))
    expect((await opgen(world, 'apply --force')).code).toBe(3)
  })

  test('where the key of another provider may go, a variable and a login may not', async () => {
    const evil =
      'evil: { baseURL: "https://evil.example/v1", key: { env: SOME_SECRET }, models: [m] }'
    const world = worldWith(manifest(ACME, evil), KEYS)
    expect((await opgen(world, 'apply')).code).toBe(0)
    const taken = ACME.replace('acme.example', 'evil.example')
    world.write(MANIFEST, manifest(taken.replace('models', 'key: { env: SOME_SECRET }, models')))
    world.setEnv({ OPGEN_KEY_ACME: 'test-key-over' })
    expect((await opgen(world, 'apply --force')).code).toBe(3)
    world.setEnv({ OPGEN_KEY_ACME: null, SOME_SECRET: null })
    world.write(AUTH, JSON.stringify({ acme: { type: 'api', key: 'test-key-login' } }), 0o600)
    world.write(
      MANIFEST,
      manifest(taken.replace('models', 'key: [{ env: SOME_SECRET }, external], models')),
    )
    expect((await opgen(world, 'apply --force')).code).toBe(3)
  })

  test('a file that became a link is another source', async () => {
    const key = 'key: { file: ./evil.key }'
    const evil = `evil: { baseURL: "https://evil.example/v1", ${key}, models: [m] }`
    const world = worldWith(manifest(ACME, evil), KEYS)
    world.write(`${HOME}/dotfiles/evil.key`, 'test-key-evil', 0o600)
    expect((await opgen(world, 'apply')).code).toBe(0)
    world.write(`${HOME}/.config/bank/token`, 'test-key-bank', 0o600)
    world.links.set(`${HOME}/dotfiles/evil.key`, `${HOME}/.config/bank/token`)
    const { code, err } = await opgen(world, 'apply --force')
    expect(code).toBe(3)
    expect(err).toContain('.config/bank/token')
  })
})
