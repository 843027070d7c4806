import { describe, expect, test } from 'vitest'
import { findOpenCode } from '../../../src/app/find-opencode.ts'
import type { Trace } from '../../../src/core/plan/plan-delivery.ts'
import { answered, GW } from '../../support/answering.ts'
import { diskFull, HOME } from '../../support/memory-system.ts'
import type { MemoryWorld, WorldOptions } from '../../support/memory-system.ts'
import {
  AUTH,
  CONFIG,
  keyFiles,
  MANIFEST,
  opgen,
  opgenJson,
  STATE,
  worldWith,
} from '../../support/run-opgen.ts'
import { trusting } from '../../support/trusting.ts'

const env = { GW_KEY: 'test-key-gw' }
const V1 = '/usr/bin/opencode'
const V2 = `${HOME}/.opencode/bin/opencode`
const VERSIONS = `${HOME}/.local/state/opgen/opencode-versions.json`

function world(options: WorldOptions = {}): MemoryWorld {
  return worldWith(GW, { env, ...options })
}

async function tracesIn({ system }: MemoryWorld): Promise<readonly Trace[]> {
  return (await findOpenCode(system)).traces
}

/** When the config file was touched last. */
function touched({ files }: MemoryWorld): number {
  return files.get(CONFIG)?.mtimeMs ?? 0
}

describe('an OpenCode 2.x', () => {
  test('is found by its program, and told apart from 1.x', async () => {
    const installed = { [V1]: '1.18.33', [V2]: '2.0.22', '/opt/opencode2': null }
    expect(await tracesIn(world({ installed }))).toEqual([
      { kind: 'program', path: '~/.opencode/bin/opencode', version: '2.0.22' },
    ])
    expect(await tracesIn(world({ installed: { [V1]: '1.18.33' } }))).toEqual([])
  })

  test('is found by the registration of its service', async () => {
    const file = `${HOME}/.local/state/opencode/service-beta.json`
    const given = world({ files: { [file]: '{}' } })
    expect(await tracesIn(given)).toEqual([
      { kind: 'service', path: '~/.local/state/opencode/service-beta.json' },
    ])
    given.setEnv({ XDG_STATE_HOME: '/elsewhere' })
    expect(await tracesIn(given)).toEqual([])
  })

  test.each([
    [`${HOME}/.local/share/opencode/opencode.db`, undefined, true],
    [`${HOME}/.local/share/opencode/opencode-beta.db`, undefined, true],
    [`${HOME}/.local/share/opencode/opencode.db-wal`, undefined, false],
    [`${HOME}/.local/share/opencode/mine.db`, 'mine.db', true],
    ['/data/mine.db', '/data/mine.db', true],
    [`${HOME}/.local/share/opencode/opencode.db`, ':memory:', false],
    [`${HOME}/.local/share/opencode/opencode.db`, 'mine.db', false],
  ])('is found by its database %s where OPENCODE_DB is %s: %s', async (file, chosen, isFound) => {
    const given = world({ files: { [file]: 'SQLite' } })
    given.openCode.databasesOfV2.add(file)
    given.setEnv({ OPENCODE_DB: chosen ?? null })
    expect((await tracesIn(given)).map(({ kind }) => kind)).toEqual(isFound ? ['database'] : [])
  })
})

describe('the version of a program', () => {
  test('is asked at every look, and kept by the first apply', async () => {
    const given = world({ installed: { [V2]: '2.0.22' } })
    await opgen(given, 'plan')
    await opgen(given, 'status')
    expect(given.openCode.started).toEqual([V2, V2])
    expect(given.files.has(VERSIONS)).toBe(false)

    expect((await opgen(given, 'apply')).code).toBe(0)
    expect(given.files.get(VERSIONS)?.mode).toBe(0o600)
    for (const command of ['apply', 'plan', 'status']) await opgen(given, command)
    expect(given.openCode.started).toEqual([V2, V2, V2])
  })

  test('is asked again when the file is another one, or what was kept is damaged', async () => {
    const given = world({ installed: { [V2]: '2.0.22' } })
    await opgen(given, 'apply')
    given.openCode.installed.set(V2, '2.0.25')
    expect((await opgen(given, 'apply')).out).toBe('Nothing to change.\n')
    expect(given.openCode.started).toEqual([V2, V2])
    expect(given.read(VERSIONS)).toContain('2.0.25')

    given.write(VERSIONS, '{"version": 1, "programs": [7]}', 0o600)
    expect(await tracesIn(given)).toHaveLength(1)
    expect(given.openCode.started).toEqual([V2, V2, V2])
  })

  test('is not asked where its package has it', async () => {
    const given = world({ installed: { [V2]: '2.0.22' } })
    given.openCode.isPackaged = true
    await opgen(given, 'apply')
    expect(keyFiles(given)).toEqual({ gw: 'test-key-gw' })
    expect(given.openCode.started).toEqual([])
    // So that it is looked for there also where PATH does not lead to it.
    expect(given.read(VERSIONS)).toContain(V2)
  })

  test('that is not said is no 2.x, and is not asked for at every apply', async () => {
    const given = world({ installed: { [V2]: null } })
    for (let times = 0; times < 3; times += 1) await opgen(given, 'apply')
    expect(given.openCode.started).toEqual([V2])
    expect(keyFiles(given)).toEqual({})
  })

  test('that cannot be kept is no reason to fail', async () => {
    const beforeWrite = (file: string): void => {
      if (file === VERSIONS) diskFull(file)
    }
    const given = world({ installed: { [V2]: '2.0.22' }, beforeWrite })
    expect((await opgen(given, 'apply')).code).toBe(0)
    expect(given.files.has(VERSIONS)).toBe(false)
  })

  test('is of no use to a manifest without keys, and nobody asks', async () => {
    const given = world({ installed: { [V2]: '2.0.22' } })
    const none = 'version: 1\nproviders:\n  o: { preset: ollama, models: [m] }\n'
    for (const manifest of [none, GW.replace('providers', 'delivery: keyfile\nproviders')]) {
      given.write(MANIFEST, manifest)
      expect((await opgen(given, `apply${await trusting(given)}`)).code).toBe(0)
    }
    expect(given.openCode.started).toEqual([])
  })
})

describe('what `auto` came to', () => {
  test('is recorded, until the manifest says it itself or nothing is delivered', async () => {
    const given = world({ installed: { [V2]: '2.0.22' } })
    const recorded = (): unknown => JSON.parse(given.read(STATE) ?? '{}').autoDelivery
    await opgen(given, 'apply')
    expect(recorded()).toBe('keyfile')
    expect(await opgenJson(given, 'status')).toMatchObject({ delivery: 'keyfile' })
    given.write(MANIFEST, GW.replace('providers', 'delivery: keyfile\nproviders'))
    expect((await opgen(given, 'apply')).out).toBe('Nothing to change.\n')
    expect(recorded()).toBeUndefined()
    given.write(MANIFEST, GW)
    await opgen(given, 'apply')
    expect(recorded()).toBe('keyfile')
    given.write(MANIFEST, 'version: 1\nproviders: {}\n')
    await opgen(given, 'apply')
    expect(recorded()).toBeUndefined()
  })

  test('is asked on a terminal when it would change', async () => {
    const given = world()
    await opgen(given, 'apply')
    given.openCode.installed.set(V2, '2.0.22')
    const quit = await answered(given, 'q')
    expect(quit.code).toBe(3)
    expect(quit.err).toContain('/delivery delivery: what is installed here has changed\n')
    expect(quit.err).toContain('  [s]witch  [q]uit\n')
    expect(keyFiles(given)).toEqual({})

    expect((await answered(given, 's')).code).toBe(0)
    expect(keyFiles(given)).toEqual({ gw: 'test-key-gw' })
    expect(given.read(AUTH)).toBeUndefined()
    expect((await opgen(given, 'apply')).out).toBe('Nothing to change.\n')
  })

  test('is no question for rollback and destroy', async () => {
    const given = world()
    await opgen(given, 'apply')
    given.openCode.installed.set(V2, '2.0.22')
    await opgen(given, 'apply --switch-delivery')
    expect((await opgen(given, 'rollback')).code).toBe(0)
    expect(keyFiles(given)).toEqual({})
    expect(given.read(AUTH)).toContain('test-key-gw')
    expect((await opgen(given, 'destroy')).code).toBe(0)
    expect(given.openCode.started).toEqual([V2])
  })
})

describe('a config file that stays while a key file that it refers to changes', () => {
  const manifest = GW.replace('providers', 'delivery: keyfile\nproviders')

  test('is touched, and no other time', async () => {
    const given = worldWith(manifest, { env })
    await opgen(given, 'apply')
    const [before, text] = [touched(given), given.read(CONFIG)]
    await opgen(given, 'apply')
    expect(touched(given)).toBe(before)

    given.setEnv({ GW_KEY: 'test-key-gw-2' })
    await opgen(given, 'apply')
    expect(keyFiles(given)).toEqual({ gw: 'test-key-gw-2' })
    const after = touched(given)
    expect(after).toBeGreaterThan(before)
    expect(given.read(CONFIG)).toBe(text)
    await opgen(given, 'apply')
    expect(touched(given)).toBe(after)
  })

  test('is left alone where nothing in it refers to the key file', async () => {
    const other = `${HOME}/.config/opencode/config.json`
    const given = worldWith(manifest, { env, files: { [other]: '{"share": "manual"}' } })
    await opgen(given, 'apply')
    const before = given.files.get(other)?.mtimeMs
    given.setEnv({ GW_KEY: 'test-key-gw-2' })
    await opgen(given, 'apply')
    expect(given.files.get(other)?.mtimeMs).toBe(before)
  })

  test('is touched by the apply that finishes one that was interrupted', async () => {
    const given = worldWith(manifest, { env })
    await opgen(given, 'apply')
    const old = given.read(STATE) ?? ''
    given.setEnv({ GW_KEY: 'test-key-gw-2' })
    await opgen(given, 'apply')
    const now = JSON.parse(given.read(STATE) ?? '')
    given.write(STATE, JSON.stringify({ ...JSON.parse(old), intended: now.files }), 0o600)
    const before = touched(given)
    expect((await opgen(given, 'apply')).code).toBe(0)
    expect(touched(given)).toBeGreaterThan(before)
  })
})
