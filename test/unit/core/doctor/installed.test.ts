import { describe, expect, test } from 'vitest'
import { findingsOn } from '../../../support/doctor-findings.ts'
import type { DoctorMachine } from '../../../support/doctor-findings.ts'
import { emptyState } from '../../../../src/core/state/recorded.ts'
import type { RecordedState } from '../../../../src/core/state/recorded.ts'
import { renderState } from '../../../../src/core/state/parse-state.ts'
import { AUTH, CONFIG, STATE } from '../../../support/run-opgen.ts'

const DATA = '/home/ana/.local/share/opencode'
const DB = `${DATA}/opencode.db`
const LOGIN = '{ "acme": { "type": "api", "key": "test-key-acme" } }'
const V2 = { '/usr/bin/opencode': '2.0.25' }
const BOTH = { '/usr/bin/opencode': '1.18.33', '/opt/two/opencode': '2.0.25' }

async function codesOn(machine: DoctorMachine, code: string): Promise<readonly string[]> {
  return (await findingsOn(machine, code)).map(({ severity }) => severity)
}

function recorded(state: Partial<RecordedState>): string {
  return renderState({ ...emptyState, generation: 1, ...state })
}

describe('opencode-missing', () => {
  test('is not said about files that are named', async () => {
    const machine = { installed: {}, files: { [CONFIG]: '{}' } }
    expect(await findingsOn(machine, 'opencode-missing')).toHaveLength(1)
    expect(await findingsOn(machine, 'opencode-missing', ['--config', CONFIG])).toEqual([])
  })
})

describe('opencode-versions', () => {
  test('is not said of one version in two places, nor of versions that are not known', async () => {
    const installed = { '/a/opencode': '1.18.33', '/b/opencode': '1.18.33', '/c/opencode': null }
    expect(await findingsOn({ installed }, 'opencode-versions')).toEqual([])
  })

  test('does not say which one starts where PATH leads to none of them', async () => {
    const [finding] = await findingsOn(
      { installed: BOTH, env: { PATH: '/bin:relative' } },
      'opencode-versions',
    )
    expect(finding?.message).toBe(
      'several OpenCodes are installed: 1.18.33 (/usr/bin/opencode), 2.0.25 (/opt/two/opencode)',
    )
  })

  test('says which one starts by the order of PATH, with slashes or on Windows', async () => {
    const [finding] = await findingsOn(
      { installed: BOTH, env: { PATH: '/bin:/opt/two/:/usr/bin' } },
      'opencode-versions',
    )
    expect(finding?.message).toMatch(/`opencode` starts \/opt\/two\/opencode$/)
    const [other] = await findingsOn(
      {
        os: 'win32',
        installed: { 'C:\\a\\opencode.exe': '1.18.33', 'C:\\b\\opencode.cmd': '2.0.25' },
        env: { PATH: 'C:\\b;C:\\a' },
      },
      'opencode-versions',
    )
    expect(other?.message).toContain('`opencode` starts')
    expect(other?.message).toMatch(/opencode\.cmd$/)
  })
})

describe('opencode-newer', () => {
  test.each([
    ['1.18.33', 0],
    ['1.18.33-beta.1', 0],
    ['1.18.4', 0],
    ['1.9.99', 0],
    ['0.9.0', 0],
    ['1.18.34', 1],
    ['1.18.100', 1],
    ['1.19.0', 1],
    ['2.0.0', 1],
    ['0.0.0-next-15319', 1],
  ])('of %s: %i', async (version, count) => {
    const machine = { installed: { '/usr/bin/opencode': version } }
    expect(await findingsOn(machine, 'opencode-newer')).toHaveLength(count)
  })
})

describe('opencode-unknown', () => {
  test('says what a program says that is of no known line', async () => {
    const machine = { installed: { '/usr/bin/opencode': '0.0.0-dev-1' } }
    const [finding] = await findingsOn(machine, 'opencode-unknown')
    expect(finding?.message).toBe(
      '/usr/bin/opencode says that it is version "0.0.0-dev-1", which is neither OpenCode 1 nor 2',
    )
  })
})

describe('auth-not-read', () => {
  const files = { [AUTH]: LOGIN }

  test('is not said where an OpenCode 1 is installed, or may be', async () => {
    for (const installed of [BOTH, {}, { '/usr/bin/opencode': null }]) {
      expect(await findingsOn({ installed, files }, 'auth-not-read')).toEqual([])
    }
  })

  test('is not said of what OpenCode 2 has from elsewhere, nor of other logins', async () => {
    const block = '{ "provider": { "acme": { "options": { "apiKey": "{file:k}" } } } }'
    const credentials = [{ id: 'acme', label: 'default', isActive: true }]
    const oauth = '{ "acme": { "type": "oauth", "refresh": "test-key-r" } }'
    for (const machine of [
      { files: { ...files, [CONFIG]: block } },
      { files, databases: { [DB]: { credentials } } },
      { files: { [AUTH]: oauth } },
    ]) {
      expect(await findingsOn({ installed: V2, ...machine }, 'auth-not-read')).toEqual([])
    }
  })

  test("is said once for many, and apart for those of opgen's", async () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
    const logins = Object.fromEntries(ids.map((id) => [id, { type: 'api', key: 'test-key-x' }]))
    const state = recorded({ delivery: { g: 'auth.json' } })
    const found = await findingsOn(
      { installed: V2, files: { [AUTH]: JSON.stringify(logins), [STATE]: state } },
      'auth-not-read',
    )
    expect(found.map(({ message, provider }) => [message, provider])).toEqual([
      ['OpenCode 2 does not read auth.json, which has the key of "g"', 'g'],
      [
        'OpenCode 2 does not read auth.json, which has the keys of "a", "b", "c", "d", "e" and 1 more',
        undefined,
      ],
    ])
  })
})

describe('stale-process', () => {
  const time = '2026-11-23T12:00:00.000Z'
  const at = Date.parse(time)
  const lastApply = { time, generation: 1, version: '0.1.0' }
  const files = { [STATE]: recorded({ lastApply }) }

  test('is said only of one that certainly started before', async () => {
    for (const [startedAt, count] of [
      [at - 60_000, 1],
      [at - 1000, 1],
      [at - 999, 0],
      [at, 0],
      [at + 60_000, 0],
    ] as const) {
      const machine = { files, processes: [{ pid: 7, startedAt }] }
      expect(await findingsOn(machine, 'stale-process')).toHaveLength(count)
    }
  })

  test('is not said where opgen wrote nothing, or only OpenCode 2 is installed', async () => {
    const processes = [{ pid: 7, startedAt: 0 }]
    expect(await findingsOn({ processes, files, installed: V2 }, 'stale-process')).toEqual([])
    expect(await findingsOn({ processes }, 'stale-process')).toEqual([])
    const adopted = recorded({ lastApply: { ...lastApply, generation: 0 }, generation: 0 })
    const machine = { processes, files: { [STATE]: adopted } }
    expect(await findingsOn(machine, 'stale-process')).toEqual([])
    const odd = recorded({ lastApply: { ...lastApply, time: 'yesterday' } })
    expect(await findingsOn({ processes, files: { [STATE]: odd } }, 'stale-process')).toEqual([])
  })
})

describe('stored-credential', () => {
  const credentials = [{ id: 'acme', label: 'default', isActive: true }]
  const databases = { [DB]: { tables: ['credential'], credentials } }
  const keyed = '{ "provider": { "acme": { "options": { "apiKey": "{file:k}" } } } }'

  test('is not said of one that is not used, or has no key beside it', async () => {
    const idle = [{ id: 'acme', label: 'default', isActive: false }]
    for (const machine of [
      { databases: { [DB]: { credentials: idle } }, files: { [CONFIG]: keyed } },
      { databases, files: { [CONFIG]: '{ "provider": { "acme": {} } }' } },
      { databases, files: { [AUTH]: '{ "acme": { "type": "oauth" } }' } },
      { databases, files: { [AUTH]: '{ "acme": { "type": "api", "key": "" } }' } },
    ]) {
      expect(await findingsOn({ installed: V2, ...machine }, 'stored-credential')).toEqual([])
    }
  })

  test('is not said where there is only OpenCode 1', async () => {
    const machine = { databases, files: { [CONFIG]: keyed } }
    expect(await findingsOn(machine, 'stored-credential')).toEqual([])
    const traced = { ...machine, databasesOfV2: [DB] }
    expect(await codesOn(traced, 'stored-credential')).toEqual(['warning'])
  })

  test('is said once, with the program that knows of it', async () => {
    const twice = { ...databases, [`${DATA}/opencode-next.db`]: { credentials } }
    const found = await findingsOn(
      { installed: BOTH, databases: twice, files: { [CONFIG]: keyed } },
      'stored-credential',
    )
    expect(found.map(({ fix }) => fix)).toEqual([
      'take it out with OpenCode 2: `/opt/two/opencode auth logout acme`',
    ])
  })

  test('is no reason to take out the only key that OpenCode 2 has', async () => {
    const machine = { installed: V2, databases, files: { [AUTH]: LOGIN } }
    const [finding] = await findingsOn(machine, 'stored-credential')
    expect(finding?.severity).toBe('info')
    expect(finding?.fix).toBe(
      'when the key changes, change it there too: `opencode auth login acme`',
    )
    const state = recorded({ delivery: { acme: 'auth.json' } })
    const own = { ...machine, files: { ...machine.files, [STATE]: state } }
    const [other] = await findingsOn(own, 'stored-credential')
    expect(other?.severity).toBe('warning')
    expect(other?.fix).toContain('`opgen apply --switch-delivery`')
  })
})

describe('database-of-2', () => {
  const of2 = { tables: ['session_v2'] }

  test('is said where an OpenCode 1 is installed, or nothing is known of another', async () => {
    const databases = { [DB]: of2 }
    expect(await codesOn({ databases }, 'database-of-2')).toEqual(['error'])
    expect(await codesOn({ databases, installed: {} }, 'database-of-2')).toEqual(['error'])
    expect(await codesOn({ databases, installed: V2 }, 'database-of-2')).toEqual([])
    const traced = { databases, installed: {}, databasesOfV2: [DB] }
    expect(await codesOn(traced, 'database-of-2')).toEqual([])
  })

  test('is not said of one that OpenCode 1 does not open, can use, or that cannot be read', async () => {
    for (const databases of [
      { [`${DATA}/opencode-next.db`]: of2 },
      { [DB]: { tables: ['session', 'session_v2'] } },
      { [DB]: { tables: [] } },
      { [DB]: undefined },
    ]) {
      expect(await codesOn({ databases }, 'database-of-2')).toEqual([])
    }
  })

  test('is said of the one that OPENCODE_DB names', async () => {
    const databases = { '/srv/mine.db': of2, [DB]: of2 }
    const env = { OPENCODE_DB: '/srv/mine.db' }
    const found = await findingsOn({ databases, env }, 'database-of-2')
    expect(found.map(({ file }) => file)).toEqual(['/srv/mine.db'])
    expect(await codesOn({ databases, env: { OPENCODE_DB: ':memory:' } }, 'database-of-2')).toEqual(
      [],
    )
  })
})

describe('wide-database', () => {
  const credentials = [{ id: 'acme', label: 'default', isActive: false }]

  test.each([
    [0o600, 0],
    [0o700, 0],
    [0o640, 1],
    [0o604, 1],
    [0o644, 1],
  ])('of mode %i: %i', async (mode, count) => {
    const machine = { databases: { [DB]: { credentials } }, modes: { [DB]: mode } }
    expect(await findingsOn(machine, 'wide-database')).toHaveLength(count)
  })

  test('is not said of one without credentials, nor on Windows', async () => {
    expect(await findingsOn({ databases: { [DB]: {} } }, 'wide-database')).toEqual([])
    const machine = { os: 'win32' as const, databases: { [DB]: { credentials } } }
    expect(await findingsOn(machine, 'wide-database')).toEqual([])
  })
})
