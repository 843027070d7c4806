import { describe, expect, test } from 'vitest'
import type { JsonValue } from '../../../../src/core/json.ts'
import { parseJsonDocument } from '../../../../src/core/jsonc/parse.ts'
import type { JsonFile } from '../../../../src/core/plan/actual.ts'
import { makePlan } from '../../../../src/core/plan/make-plan.ts'
import type { PlanInput } from '../../../../src/core/plan/make-plan.ts'
import { changesFiles, noChoices } from '../../../../src/core/plan/plan.ts'
import type { Choices, Plan } from '../../../../src/core/plan/plan.ts'
import type { ResolvedKey } from '../../../../src/core/plan/plan-key.ts'
import { settleInterrupted } from '../../../../src/core/plan/settle-interrupted.ts'
import { emptyState } from '../../../../src/core/state/recorded.ts'
import { NOTHING } from '../../../../src/core/state/wanted-of.ts'
import type { Wanted, WantedProvider } from '../../../../src/core/wanted.ts'

const MANIFEST = '/home/ana/providers.yaml'
const CONFIG = '/home/ana/opencode.jsonc'
const AUTH = '/home/ana/auth.json'
const SOURCE = { file: MANIFEST, line: 1, column: 1 }
const URL = 'https://gw.example/v1'

function file(target: JsonFile['target'], path: string, value: JsonValue | undefined): JsonFile {
  const parsed = value === undefined ? undefined : parseJsonDocument(JSON.stringify(value), 'jsonc')
  if (parsed?.ok === false) throw new Error('the test file does not parse')
  return { target, path, syntax: 'jsonc', document: parsed?.document }
}

function provider(
  id: string,
  fields: Readonly<Record<string, JsonValue>> = { name: id },
): WantedProvider {
  return {
    id,
    source: SOURCE,
    preset: '',
    values: Object.entries(fields).map(([name, value]) => ({
      path: ['provider', id, ...name.split('.')],
      value,
      source: SOURCE,
    })),
    key: {
      source: SOURCE,
      sources: [{ kind: 'env', name: 'GW' }],
      placeholder: undefined,
      keyPage: undefined,
    },
    keyIn: { kind: 'apiKey' },
    baseURL: { value: URL, source: SOURCE },
    npm: undefined,
  }
}

const wantsNothing: Wanted = { ...NOTHING, delivery: 'auto' }

const present: ResolvedKey = { state: 'present', fingerprint: '#11', source: 'env:GW' }

interface Given {
  readonly providers?: readonly WantedProvider[]
  readonly keys?: Readonly<Record<string, ResolvedKey>>
  readonly config?: JsonValue
  readonly auth?: JsonValue
  readonly choices?: Partial<Choices>
  readonly more?: Partial<PlanInput>
}

function inputOf({ providers = [], keys = {}, config, auth, choices, more }: Given): PlanInput {
  return {
    wanted: { ...wantsNothing, providers },
    keys: new Map(Object.entries(keys)),
    actual: {
      config: [file('config', CONFIG, config)],
      auth: file('auth', AUTH, auth),
      keyFiles: [],
      newConfig: CONFIG,
    },
    recorded: emptyState,
    choices: { ...noChoices, ...choices },
    fingerprintOf: (secret) => `#${secret.reveal().length}`,
    manifest: MANIFEST,
    passing: { facts: { machine: null, profile: null, env: {} }, left: new Map() },
    authLink: undefined,
    elsewhere: [],
    readReference: (path) => ({ path, holdsKeys: false }),
    ...more,
  }
}

/** A plan as it is made after an apply that may have been interrupted. */
function plan(given: Given): Plan {
  const input = inputOf(given)
  const recorded = settleInterrupted(input.recorded, input.actual, input.fingerprintOf)
  return makePlan({ ...input, recorded })
}

const KEY = 'test-key-gw'
const GW = provider('gw', { name: 'Gw', 'options.baseURL': URL, 'models.m': {} })

describe('a plan', () => {
  test('from nothing creates both files, the key by name only', () => {
    const made = plan({ providers: [GW], keys: { gw: present } })
    expect(made.changes).toMatchObject([{ id: 'gw', action: 'create', drifted: false, key: 'set' }])
    expect(made.files).toEqual([
      {
        target: 'config',
        path: CONFIG,
        action: 'create',
        edits: [
          { op: 'set', path: ['$schema'], value: 'https://opencode.ai/config.json' },
          { op: 'set', path: ['provider', 'gw', 'name'], value: 'Gw' },
          { op: 'set', path: ['provider', 'gw', 'options', 'baseURL'], value: URL },
          { op: 'set', path: ['provider', 'gw', 'models', 'm'], value: {} },
        ],
      },
      {
        target: 'auth',
        path: AUTH,
        action: 'create',
        edits: [
          { op: 'set', path: ['gw', 'type'], value: 'api' },
          { op: 'set-key', path: ['gw', 'key'], provider: 'gw', fingerprint: '#11' },
        ],
      },
    ])
  })

  test('is the same for equal inputs, and leaves them as they were', () => {
    const given: Given = {
      providers: [GW, provider('lab')],
      keys: { gw: present, lab: { state: 'none' } },
      config: { provider: { gw: { name: 'Theirs' } }, enabled_providers: ['x'] },
      auth: { gw: { type: 'oauth', refresh: KEY } },
    }
    const input = inputOf(given)
    const before = structuredClone({ ...input, fingerprintOf: undefined, readReference: undefined })
    expect(makePlan(input)).toEqual(plan(given))
    expect({ ...input, fingerprintOf: undefined, readReference: undefined }).toEqual(before)
  })

  test('that has been carried out leaves nothing to do', () => {
    const given = { providers: [GW], keys: { gw: present } }
    const config = {
      provider: { gw: { name: 'Gw', options: { baseURL: URL }, models: { m: {} } } },
    }
    const done = { ...given, config, auth: { gw: { type: 'api', key: KEY } } }
    const again = plan({ ...done, more: { recorded: plan(given).next } })
    expect(again.changes).toMatchObject([{ id: 'gw', action: 'none', key: 'unchanged', paths: [] }])
    expect(changesFiles(again)).toBe(false)
  })

  test('lists changes in the order of the manifest, then what leaves, then top-level fields', () => {
    const names = ['zed', 'gone-b', 'gone-a', 'ada']
    const first = plan({ providers: names.map((id) => provider(id)) })
    const blocks = Object.fromEntries(names.map((id) => [id, { name: id }]))
    const wanted: Wanted = {
      ...wantsNothing,
      providers: [provider('zed', { name: 'Zed' }), provider('ada', { name: 'Ada' })],
      model: { value: 'zed/m', source: SOURCE },
      smallModel: { value: 'zed/s', source: SOURCE },
    }
    const config = { provider: blocks }
    const { changes } = plan({ config, more: { wanted, recorded: first.next } })
    expect(changes.map(({ id, action }) => `${action} ${id}`)).toEqual([
      'update zed',
      'update ada',
      'delete gone-a',
      'delete gone-b',
      'create /model',
      'create /small_model',
    ])
  })
})

describe('decisions', () => {
  const config = { provider: { gw: { name: 'Theirs', options: { baseURL: 'https://x.example' } } } }

  test('of one kind about one provider are one question', () => {
    const { decisions } = plan({ providers: [GW], config })
    expect(decisions).toMatchObject([
      {
        id: 'gw',
        kind: 'conflict',
        detail:
          '/provider/gw/name is "Theirs", wanted "Gw"; ' +
          `/provider/gw/options/baseURL is "https://x.example", wanted "${URL}"`,
        flag: '--force gw',
        otherFlags: ['--keep gw'],
      },
    ])
  })

  test('of different kinds, or about different providers, are questions of their own', () => {
    const made = plan({
      providers: [
        GW,
        provider('lab', { name: 'Gw', 'options.baseURL': 'http://x.example', 'models.m': {} }),
      ],
      keys: { gw: { state: 'missing', tried: ['$GW is not set'] }, lab: present },
      config: { provider: { gw: { name: 'Theirs' }, lab: { name: 'Theirs' } } },
    })
    expect(made.decisions.map(({ id, kind, flag }) => [id, kind, flag])).toEqual([
      ['gw', 'missing-key', '--skip-missing'],
      ['lab', 'conflict', '--force lab'],
      ['lab', 'origin', '--trust-origin lab'],
    ])
  })

  test('that are answered are not asked, and the answer holds for the provider named', () => {
    const both = {
      providers: [GW, provider('lab')],
      config: { provider: { gw: { name: 'Theirs' }, lab: { name: 'Theirs' } } },
    }
    const forced = plan({ ...both, choices: { force: new Set(['gw']) } })
    expect(forced.decisions.map(({ id }) => id)).toEqual(['lab'])
    expect(plan({ ...both, choices: { keep: 'all' } }).decisions).toEqual([])
    expect(plan({ ...both, choices: { force: 'all' } }).decisions).toEqual([])
  })

  test('about a value that is kept and then wanted otherwise come again', () => {
    const keep = { keep: new Set(['gw']) }
    const kept = plan({ providers: [GW], config, choices: keep }).next
    expect(plan({ providers: [GW], config, more: { recorded: kept } }).decisions).toEqual([])
    const renamed = provider('gw', { name: 'Gw 2', 'options.baseURL': URL, 'models.m': {} })
    const { decisions } = plan({ providers: [renamed], config, more: { recorded: kept } })
    expect(decisions.map(({ kind }) => kind)).toEqual(['conflict'])
  })

  test('about a manifest come from what another one wrote, and only while something is left', () => {
    const { next } = plan({ providers: [GW], keys: { gw: present } })
    const more = { recorded: next, manifest: '/elsewhere.yaml' }
    expect(plan({ more }).decisions.map(({ kind }) => kind)).toEqual(['manifest'])
    expect(plan({ more, choices: { switchManifest: true } }).decisions).toEqual([])
    expect(plan({ more: { ...more, recorded: emptyState } }).decisions).toEqual([])
  })
})

describe('after a crash', () => {
  test.each([
    ['what was recorded before', 'Old'],
    ['what was about to be recorded', 'Gw'],
  ])("%s is opgen's own", (_, name) => {
    const old = plan({ providers: [provider('gw', { name: 'Old' })] }).next
    const config = { provider: { gw: { name: 'Old' } } }
    const intended = plan({
      providers: [provider('gw', { name: 'Gw' })],
      config,
      more: { recorded: old },
    }).next
    const recorded = { ...old, intended: intended.files }
    const now = { config: { provider: { gw: { name } } }, more: { recorded } }
    const wanted = [provider('gw', { name: 'New' })]
    expect(plan({ ...now, providers: wanted })).toMatchObject({
      decisions: [],
      changes: [{ id: 'gw', action: 'update', drifted: false }],
    })
    expect(plan(now)).toMatchObject({ decisions: [], changes: [{ id: 'gw', action: 'delete' }] })
    expect(plan({ ...now, providers: wanted }).next.intended).toBeNull()
  })

  test('a file that was created but never recorded goes again with its last value', () => {
    const intended = plan({ providers: [provider('gw')] }).next.files
    const schema = 'https://opencode.ai/config.json'
    const config = { $schema: schema, provider: { gw: { name: 'gw' } } }
    const { files, next } = plan({ config, more: { recorded: { ...emptyState, intended } } })
    expect(files).toEqual([{ target: 'config', path: CONFIG, action: 'remove', edits: [] }])
    expect(next.files).toEqual({})
  })
})
