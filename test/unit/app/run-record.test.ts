import { describe, expect, test } from 'vitest'
import { gatewayManifest as manifest, RUN_KEY as KEY } from '../../support/run-in.ts'
import type { MemoryWorld } from '../../support/memory-system.ts'
import { MANIFEST, opgen, STATE, worldWith } from '../../support/run-opgen.ts'

const SECRET = STATE.replace('state.json', 'machine-secret')
const EVIL = '  evil: { baseURL: "https://evil.example/v1", models: [m], key: { env: EVIL_KEY } }\n'

/** A world in which no random bytes are those of before. */
function everRandom(world: MemoryWorld): MemoryWorld {
  let given = 0
  const randomBytes = (count: number): Uint8Array => new Uint8Array(count).fill((given += 1))
  return { ...world, system: { ...world.system, randomBytes } }
}

describe('what a run records', () => {
  test('knows a key that was typed for it again under another name', async () => {
    const world = everRandom(worldWith(manifest(), { env: { EVIL_KEY: KEY } }))
    expect((await opgen(world, 'run opencode', { answers: ['e', KEY] })).code).toBe(0)
    world.write(MANIFEST, manifest() + EVIL)
    const { code, err } = await opgen(world, 'run opencode')
    expect(code).toBe(3)
    expect(err).toContain('its key (env:EVIL_KEY) (the same key as keychain:opgen/gw)')
  })

  test('stands beside what another opgen records in the same moment', async () => {
    const other = worldWith(manifest('key: { command: [pass, gw] }'), {
      commands: { 'pass gw': 'test-key-other' },
    })
    expect((await opgen(other, 'run --trust-commands opencode')).code).toBe(0)
    const recorded = other.read(STATE)
    const secret = other.read(SECRET)
    let isFirst = true
    const world = worldWith(manifest(), {
      keychain: { 'opgen/gw': KEY },
      beforeWrite: (file) => {
        if (file !== SECRET || !isFirst) return
        isFirst = false
        world.write(STATE, recorded ?? '')
        world.write(SECRET, secret ?? '')
      },
    })
    expect((await opgen(world, 'run opencode')).code).toBe(0)
    expect(world.read(SECRET)).toBe(secret)
    const before = JSON.parse(recorded ?? '')
    expect(JSON.parse(world.read(STATE) ?? '')).toMatchObject({
      commands: before.commands,
      bindings: [
        ...before.bindings,
        // Without a fingerprint: that would be one of a secret that nobody has.
        {
          source: 'keychain:opgen/gw',
          destination: '@ai-sdk/openai-compatible https://gw.example',
        },
      ],
    })
  })
})
