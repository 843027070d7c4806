import { describe, expect, test } from 'vitest'
import { run } from '../../../src/cli/run.ts'
import type { Keychain, System } from '../../../src/system/system.ts'
import { leaks } from '../../support/leaks.ts'
import { memoryTerminal } from '../../support/memory-terminal.ts'
import { opgen, worldWith } from '../../support/run-opgen.ts'
import type { MemoryWorld } from '../../support/memory-system.ts'

const KEY = 'test-key-of-the-gateway'
const HEAD = 'version: 1\nproviders:\n'
const GW = `${HEAD}  gw: { baseURL: "https://gw.example/v1", models: [m], key: [keychain, { env: GW }] }\n`

/** A world in which the files say what they were to be made of when somebody writes. */
function talkative(world: MemoryWorld): System {
  const files = {
    ...world.system.files,
    exchange: async (_: string, { to }: { readonly to: string | undefined }) =>
      Promise.reject(new Error(`a bug with ${to} and ${JSON.stringify(to)}`)),
  }
  return { ...world.system, files }
}

describe('what a run prints', () => {
  test.each([
    ['from the keychain', { keychain: { 'opgen/gw': KEY } }],
    ['from a variable', { env: { GW: KEY } }],
    ['from the variable that beats the manifest', { env: { OPGEN_KEY_GW: KEY } }],
    ['that is refused', { env: { OPGEN_KEY_GW: `Bearer ${KEY}` } }],
  ])('has no key %s in it, not even in the stack of a bug', async (_, options) => {
    const world = worldWith(GW, options)
    for (const line of [['apply'], ['apply', '--json'], ['plan']]) {
      const terminal = memoryTerminal()
      await run(line, talkative(world), terminal)
      expect(leaks(terminal.text(), KEY)).toBe(false)
    }
  })

  test('has no key of a variable that is named for it, before any source is asked', async () => {
    const bad = `${GW}  ${KEY}: { modles: [] }\n`
    const { code, out, err } = await opgen(worldWith(bad, { env: { OPGEN_KEY_GW: KEY } }), 'plan')
    expect(code).toBe(65)
    expect(leaks(out + err, KEY)).toBe(false)
  })

  test('says where the bug was all the same', async () => {
    const world = worldWith(GW, { keychain: { 'opgen/gw': KEY } })
    const unlucky = {
      ...talkative(world),
      files: world.system.files,
      now: () => {
        throw new Error(`a bug with ${KEY}`)
      },
    }
    const terminal = memoryTerminal()
    expect(await run(['apply'], unlucky, terminal)).toBe(70)
    expect(terminal.stderr()).toContain('opgen: bug: Error: a bug with ***\n    at ')
  })

  test('has nothing of what is piped in, also when it is no key', async () => {
    const keychain: Keychain = {
      batch: async (requests) => {
        const secrets = requests.flatMap((each) => (each.op === 'store' ? [each.secret] : []))
        if (secrets.length > 0) throw new Error(secrets.map((each) => each.reveal()).join())
        return requests.map(() => ({ status: 'done' }))
      },
    }
    const { system } = worldWith(GW)
    const terminal = memoryTerminal({ stdin: `${KEY}\n` })
    expect(await run(['key', 'set', 'gw'], { ...system, keychain }, terminal)).toBe(70)
    expect(terminal.stderr()).toContain('opgen: bug: Error: ***\n')
  })

  const generated = 'sk-proj-Zk3vQ9xLw7Tb2RyF8cNd5HjM4pGsXa6E'
  test.each([
    `key set gw ${generated}`,
    `key set ${generated}`,
    `key show ${generated} --reveal`,
    `key remove ${generated} more`,
    `apply --only ${generated}`,
    `apply --force ${generated} --json`,
    `plan --trust-origin ${generated}`,
    `plan --${generated}`,
    `plan --manifest ${generated}`,
    `rollback ${generated}`,
    `plan --machine ${generated}`,
    `plan --config=${generated}.tmpl`,
    generated,
  ])('has no key that was typed where none belongs: %s', async (line) => {
    const { code, out, err } = await opgen(worldWith(GW), line)
    expect(code).not.toBe(0)
    expect(out + err).not.toBe('')
    expect(leaks(out + err, generated)).toBe(false)
  })

  test('has what a program needs to find its files, whatever they are called', async () => {
    const folder = '/nix/store/zk3vq9xlw7tb2ryf8cnd5hjm4pgsxa6e-dotfiles'
    const world = worldWith(GW, { files: { [`${folder}/providers.yaml`]: `${HEAD}  {}\n` } })
    const { out } = await opgen(world, `plan --json --manifest ${folder}/providers.yaml`)
    expect(JSON.parse(out)).toMatchObject({ manifest: `${folder}/providers.yaml` })
  })
})

describe('a result that is meant to hold a key', () => {
  test('holds it on standard output, and its warnings do not', async () => {
    const manifest = `${HEAD}  gw: { baseURL: "http://${KEY}/v1", models: [m] }\n`
    const world = worldWith(manifest, { keychain: { 'opgen/gw': KEY } })
    const { out, err } = await opgen(world, 'render --reveal')
    expect(out).toContain(`"key": "${KEY}"`)
    expect(err).toContain('http://***')
  })
})
