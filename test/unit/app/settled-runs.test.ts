import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findSettled, settledFolder } from '../../../src/app/settled-runs.ts'
import { runAndKeep } from '../../../src/cli/run-and-keep.ts'
import type { Machine, System } from '../../../src/system/system.ts'
import { HOME } from '../../support/memory-system.ts'
import type { MemoryWorld } from '../../support/memory-system.ts'
import { memoryTerminal } from '../../support/memory-terminal.ts'
import { AUTH, CONFIG, MANIFEST, STATE, worldWith } from '../../support/run-opgen.ts'

const KEY = { argv: ['apply'], build: 'one' }
const NOTHING = 'Nothing to change.\n'
const TEAM = `${HOME}/dotfiles/team.yaml`
const LOCK = `${HOME}/dotfiles/providers.lock.json`
const LOCAL = `${HOME}/.config/opgen/local.yaml`
const PRESET = `${HOME}/dotfiles/templates/mine.yaml.hbs`
const KEY_FILE = `${HOME}/keys/filed`

/** Where everything is in use that a run may depend on. */
const RICH = `version: 1
include: [team.yaml]
vars: { lab: https://lab.example }
providers:
  stored: { preset: mine, models: [a] }
  set: { baseURL: "{{vars.lab}}/v1", key: { env: SET_KEY }, models: [b] }
  filed: { baseURL: "https://{{env \\"HOST\\"}}/v1", key: { file: ~/keys/filed }, models: [c] }
machines:
  work:
    when: { hostname: laptop, user: ana, os: linux, arch: x64, env: { SITE: home } }
    providers: { stored: { name: Here } }
`

function richWorld(): MemoryWorld {
  const world = worldWith(RICH, {
    env: { SET_KEY: 'test-key-set', HOST: 'filed.example', SITE: 'home' },
    keychain: { 'opgen/stored': 'test-key-stored', 'opgen/team': 'test-key-team' },
    files: {
      [TEAM]: 'version: 1\nproviders:\n  team: { baseURL: https://team.example/v1, models: [t] }\n',
      [LOCK]: '{ "version": 1, "providers": {} }\n',
      [LOCAL]: 'profile: home\n',
      [PRESET]:
        'about: mine\nkey: required\ndefault: { name: Mine, baseURL: "https://mine.example/v1" }\n' +
        'provider:\n  npm: "@ai-sdk/openai-compatible"\n  options:\n    baseURL: {{json baseURL}}\n',
    },
  })
  world.write(KEY_FILE, 'test-key-filed\n', 0o600)
  return world
}

async function apply(
  world: MemoryWorld,
  system = world.system,
  key = KEY,
): Promise<{ readonly code: number; readonly text: string }> {
  const terminal = memoryTerminal()
  const code = await runAndKeep(key, system, terminal)
  return { code, text: terminal.text() }
}

/** A world in which an apply has found nothing to do. */
async function settled(world: MemoryWorld): Promise<MemoryWorld> {
  expect(await apply(world)).toMatchObject({ code: 0 })
  expect(await apply(world)).toEqual({ code: 0, text: NOTHING })
  return world
}

function textsOf({ files }: MemoryWorld): readonly unknown[] {
  return [...files].filter(([file]) => !file.includes('/opgen/settled/'))
}

describe('an apply that had nothing to do', () => {
  test('has nothing to do again, and writes nothing to learn that', async () => {
    const world = await settled(richWorld())
    const before = [...world.files]
    expect(await findSettled(world.system, KEY)).toBe(NOTHING)
    expect([...world.files]).toEqual(before)
  })

  test('is known already after the one that wrote something, which asks no keychain twice', async () => {
    const world = richWorld()
    expect(await apply(world)).toMatchObject({ code: 0 })
    expect(world.asked).toHaveLength(1)
    const before = [...world.files]
    expect(await findSettled(world.system, KEY)).toBe(NOTHING)
    expect(await apply(world)).toEqual({ code: 0, text: NOTHING })
    expect([...world.files.keys()]).toEqual(before.map(([file]) => file))
  })

  test('asks the keychain for all keys at once, and unlocks nothing', async () => {
    const world = await settled(richWorld())
    world.asked.length = 0
    await findSettled(world.system, KEY)
    expect(world.asked).toHaveLength(1)
    const accounts = world.asked.flat().map((request) => 'account' in request && request.account)
    expect(new Set(accounts)).toEqual(new Set(['stored', 'team']))
    world.refuseKeychain('locked')
    expect(await findSettled(world.system, KEY)).toBeUndefined()
  })

  test('is another one in another folder, with other words, and of another build', async () => {
    const world = await settled(richWorld())
    const machine: Machine = { ...world.system.machine, cwd: `${HOME}/elsewhere` }
    expect(await findSettled({ ...world.system, machine }, KEY)).toBeUndefined()
    expect(await findSettled(world.system, { ...KEY, argv: ['apply', '--quiet'] })).toBeUndefined()
    expect(await findSettled(world.system, { ...KEY, build: 'two' })).toBeUndefined()
  })

  test('keeps neither keys nor digests of them', async () => {
    const world = await settled(richWorld())
    const kept = [...world.files].filter(([file]) => file.includes('/opgen/settled/'))
    expect(kept).toHaveLength(1)
    const text = kept[0]?.[1].text ?? ''
    expect(text).not.toContain('test-key')
    expect(text.match(/[\w+/]{42}/g)).toHaveLength(2)
  })

  test('counts for nothing once its record was changed', async () => {
    const world = await settled(richWorld())
    const [file = ''] = [...world.files.keys()].filter((name) => name.includes('/opgen/settled/'))
    const text = world.read(file) ?? ''
    for (const other of [
      '',
      '{}',
      text.replace('Nothing', 'Anything'),
      text.replace('["', '[["'),
    ]) {
      world.write(file, other)
      expect(await findSettled(world.system, KEY)).toBeUndefined()
    }
  })

  test.each([1, 3, 40])('leaves room: of %i ways to apply sixteen are kept', async (count) => {
    const world = await settled(richWorld())
    for (let number = 0; number < count; number += 1) {
      await apply(world, world.system, { ...KEY, build: `build-${number}` })
    }
    const kept = await world.system.files.list(settledFolder(world.system.machine))
    expect(kept.length).toBe(Math.min(count + 1, 16))
    const last = { ...KEY, build: `build-${count - 1}` }
    expect(await findSettled(world.system, last)).toBe(NOTHING)
  })
})

/** Everything that a run depends on, and how it may change. */
const CHANGES: Readonly<Record<string, (world: MemoryWorld) => System | void>> = {
  'the manifest': (world) => world.write(MANIFEST, `${RICH}\n`),
  'a manifest in another place that comes first': (world) => {
    world.setEnv({ OPGEN_MANIFEST: TEAM })
  },
  'what it includes': (world) => world.write(TEAM, `${world.read(TEAM)}\n`),
  'a preset of the user': (world) => world.write(PRESET, `${world.read(PRESET)}\n`),
  'a preset that now stands in for a built-in one': (world) => {
    world.write(`${HOME}/dotfiles/templates/openai-compatible.yaml.hbs`, 'about: other\n')
  },
  'a preset that came with opgen': (world) => {
    world.write('/opgen/templates/openai-compatible.yaml.hbs', 'about: other\n')
  },
  'the lock file': (world) => world.write(LOCK, '{ "version": 1,  "providers": {} }\n'),
  'local.yaml': (world) => world.write(LOCAL, 'profile: away\n'),
  'the host name': (world) => ({ ...world.system, machine: withFact(world, { hostname: 'x' }) }),
  'the user': (world) => ({ ...world.system, machine: withFact(world, { user: 'bo' }) }),
  'the system': (world) => ({ ...world.system, machine: withFact(world, { os: 'darwin' }) }),
  'the processor': (world) => ({ ...world.system, machine: withFact(world, { arch: 'arm64' }) }),
  'a variable in an expression': (world) => world.setEnv({ HOST: 'other.example' }),
  'a variable in a condition': (world) => world.setEnv({ SITE: 'office' }),
  'a variable that is gone': (world) => world.setEnv({ SITE: null }),
  'the profile of the session': (world) => world.setEnv({ OPGEN_PROFILE: 'away' }),
  "OpenCode's folder": (world) => world.setEnv({ OPENCODE_CONFIG_DIR: `${HOME}/there` }),
  "OpenCode's further file": (world) => world.setEnv({ OPENCODE_CONFIG: `${HOME}/there.json` }),
  'the configuration': (world) => world.write(CONFIG, `${world.read(CONFIG)}\n`),
  'a configuration beside it': (world) => {
    world.write(CONFIG.replace('.jsonc', '.json'), '{}')
  },
  'auth.json': (world) => world.write(AUTH, `${world.read(AUTH)}\n`, 0o600),
  'who may read auth.json': (world) => world.write(AUTH, world.read(AUTH) ?? '', 0o644),
  'the record of opgen': (world) => world.write(STATE, `${world.read(STATE)} `, 0o600),
  'the secret of the machine': (world) => {
    world.write(STATE.replace('state.json', 'machine-secret'), `${'0'.repeat(64)}\n`, 0o600)
  },
  'a key in the keychain': (world) => void world.keychain.set('opgen/stored', 'test-key-another'),
  'a key that is gone': (world) => void world.keychain.delete('opgen/stored'),
  'a key in a variable': (world) => world.setEnv({ SET_KEY: 'test-key-another' }),
  'a key in a variable that comes first': (world) => {
    world.setEnv({ OPGEN_KEY_STORED: 'test-key-another' })
  },
  'a key in a file': (world) => world.write(KEY_FILE, 'test-key-another\n', 0o600),
  'an OpenCode that was installed': (world) => {
    world.openCode.installed.set('/usr/bin/opencode', '2.0.0')
  },
}

function withFact({ system }: MemoryWorld, fact: Partial<Machine>): Machine {
  return { ...system.machine, ...fact }
}

describe('an apply is run, and finds by itself whether there is anything to do,', () => {
  test.each(Object.entries(CHANGES))('when this changes: %s', async (_, change) => {
    const world = await settled(richWorld())
    const system = change(world) ?? world.system
    expect(await findSettled(system, KEY)).toBeUndefined()
  })
})

describe('whatever changes,', () => {
  test('an apply that is not run would have printed the same, and written nothing', async () => {
    const names = Object.keys(CHANGES)
    const somewhere = fc.constantFrom('a file', 'its mode', 'no file', 'a new file', 'a variable')
    const property = fc.asyncProperty(
      fc.array(fc.oneof(fc.constantFrom(...names), somewhere), { minLength: 1, maxLength: 3 }),
      fc.nat(),
      async (changes, seed) => {
        const world = await settled(richWorld())
        let { system } = world
        for (const [index, name] of changes.entries()) {
          system = CHANGES[name]?.(world) ?? anywhere(world, name, seed + index) ?? system
        }
        const found = await findSettled(system, KEY)
        if (found === undefined) return
        const before = textsOf(world)
        expect(await apply(world, system)).toEqual({ code: 0, text: found })
        expect(textsOf(world)).toEqual(before)
      },
    )
    await fc.assert(property, { numRuns: 150, endOnFailure: true })
  })
})

/** Change something that nobody thought of. */
function anywhere(world: MemoryWorld, what: string, seed: number): void {
  const files = [...world.files.keys()].filter((file) => !file.includes('/opgen/settled/'))
  const file = files[seed % files.length] ?? MANIFEST
  const text = world.read(file) ?? ''
  if (what === 'a file') world.write(file, text.slice(0, -1), 0o600)
  if (what === 'its mode') world.write(file, text, 0o666)
  if (what === 'no file') world.files.delete(file)
  if (what === 'a new file') world.write(`${file}.${['json', 'yaml', 'bak'][seed % 3]}`, text)
  if (what === 'a variable') world.setEnv({ [`XDG_${seed % 2 ? 'STATE' : 'DATA'}_HOME`]: '/else' })
}
