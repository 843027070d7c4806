import { describe, expect, test } from 'vitest'
import { dependsOnInstalled, settleDelivery } from '../../../../src/core/plan/plan-delivery.ts'
import type { SettledDelivery, Trace } from '../../../../src/core/plan/plan-delivery.ts'
import { emptyState } from '../../../../src/core/state/recorded.ts'
import type { RecordedKey, RecordedState } from '../../../../src/core/state/recorded.ts'
import { NOTHING } from '../../../../src/core/state/wanted-of.ts'
import type {
  Delivery,
  KeyIn,
  KeySource,
  Wanted,
  WantedProvider,
} from '../../../../src/core/wanted.ts'

const SOURCE = { file: '/m', line: 1, column: 1 }
const KEYCHAIN: KeySource = { kind: 'keychain', service: 'opgen', account: 'gw' }
const HEADER: KeyIn = { kind: 'header', name: 'X-Key', format: '{key}' }
const API_KEY: KeyIn = { kind: 'apiKey' }
const V2: Trace = { kind: 'program', path: '~/.opencode/bin/opencode', version: '2.0.22' }

function provider(
  sources: readonly KeySource[],
  { keyIn = API_KEY, env = [] }: { keyIn?: KeyIn; env?: readonly string[] } = {},
): WantedProvider {
  const values =
    env.length === 0 ? [] : [{ path: ['provider', 'gw', 'env'], value: env, source: SOURCE }]
  return {
    id: 'gw',
    source: SOURCE,
    preset: '',
    values,
    key: { source: SOURCE, sources, placeholder: undefined, keyPage: undefined },
    keyIn,
    baseURL: undefined,
    npm: undefined,
  }
}

const keyed = provider([KEYCHAIN])

function wants(delivery: Delivery, ...providers: readonly WantedProvider[]): Wanted {
  return { ...NOTHING, delivery, providers }
}

/** What is recorded after an apply with one provider. */
function after(
  route: 'auth.json' | 'keyfile',
  autoDelivery?: 'auth.json' | 'keyfile',
  { sources = [KEYCHAIN], keyIn = API_KEY }: Partial<RecordedKey> = {},
): RecordedState {
  return {
    ...emptyState,
    delivery: { gw: route },
    keys: { gw: { sources, placeholder: null, keyIn } },
    ...(autoDelivery === undefined ? {} : { autoDelivery }),
  }
}

function settle(
  wanted: Wanted,
  {
    recorded = emptyState,
    traces = [],
    switchDelivery = false,
    set = [],
  }: {
    readonly recorded?: RecordedState
    readonly traces?: readonly Trace[]
    readonly switchDelivery?: boolean
    readonly set?: readonly string[]
  } = {},
): SettledDelivery {
  const isSet = (name: string): boolean => set.includes(name)
  return settleDelivery({ wanted, recorded, traces, choices: { switchDelivery }, isSet })
}

function routeOf({ wanted, auto, decisions }: SettledDelivery): string {
  return `${wanted.delivery}, recorded ${auto}, ${decisions.length} to decide`
}

function codesOf(
  wanted: Wanted,
  traces: readonly Trace[],
  set: readonly string[] = [],
): readonly string[] {
  return settle(wanted, { traces, set }).warnings.map(({ code }) => code)
}

function depends(wanted: Wanted, ...set: readonly string[]): boolean {
  return dependsOnInstalled({ wanted, isSet: (name) => set.includes(name) })
}

describe('`delivery: auto`', () => {
  test('is auth.json at first, and key files where there is an OpenCode 2.x', () => {
    const wanted = wants('auto', keyed)
    expect(routeOf(settle(wanted))).toBe('auth.json, recorded auth.json, 0 to decide')
    expect(routeOf(settle(wanted, { traces: [V2] }))).toBe('keyfile, recorded keyfile, 0 to decide')
  })

  test('stays what it came to, as long as there is the same to be found', () => {
    const wanted = wants('auto', keyed)
    expect(routeOf(settle(wanted, { recorded: after('auth.json', 'auth.json') }))).toBe(
      'auth.json, recorded auth.json, 0 to decide',
    )
    const recorded = after('keyfile', 'keyfile')
    expect(routeOf(settle(wanted, { recorded, traces: [V2] }))).toBe(
      'keyfile, recorded keyfile, 0 to decide',
    )
  })

  test.each([
    ['auth.json', [V2], 'keyfile'],
    ['keyfile', [], 'auth.json'],
  ] as const)('is for the user to decide where it was %s and %j is found', (was, traces, now) => {
    const scene = { recorded: after(was, was), traces }
    const wanted = wants('auto', keyed)
    expect(routeOf(settle(wanted, scene))).toBe(`${was}, recorded ${was}, 1 to decide`)
    expect(routeOf(settle(wanted, { ...scene, switchDelivery: true }))).toBe(
      `${now}, recorded ${now}, 0 to decide`,
    )
  })

  test('names what was found, and the way out in the manifest', () => {
    const wanted = wants('auto', keyed)
    const recorded = after('auth.json', 'auth.json')
    const of = (trace: Trace): string | undefined =>
      settle(wanted, { recorded, traces: [trace] }).decisions[0]?.detail
    expect(of(V2)).toBe(
      'OpenCode 2.0.22 (~/.opencode/bin/opencode) does not read auth.json; keys would move to key files',
    )
    expect(of({ kind: 'service', path: '~/s.json' })).toContain('registered in ~/s.json, does not')
    expect(of({ kind: 'database', path: '~/o.db' })).toContain('has opened ~/o.db, does not')
    expect(settle(wanted, { recorded, traces: [V2] }).decisions).toMatchObject([
      {
        id: '/delivery',
        kind: 'delivery',
        flag: '--switch-delivery',
        hint: 'to leave them there, say `delivery: auth.json` in the manifest',
      },
    ])
  })

  test('was auth.json for the versions of opgen that recorded only the routes', () => {
    const wanted = wants('auto', keyed)
    const scene = { recorded: after('auth.json'), traces: [V2] }
    expect(routeOf(settle(wanted, scene))).toBe('auth.json, recorded auth.json, 1 to decide')
    expect(routeOf(settle(wanted, { recorded: after('auth.json') }))).toBe(
      'auth.json, recorded auth.json, 0 to decide',
    )
  })

  test('is decided afresh after a manifest that asked for key files itself', () => {
    const scene = { recorded: after('keyfile') }
    expect(routeOf(settle(wants('auto', keyed), scene))).toBe(
      'auth.json, recorded auth.json, 0 to decide',
    )
  })

  test('is not decided by keys that can go one way only, nor by providers without a key', () => {
    const wanted = wants('auto', keyed)
    for (const former of [{ keyIn: HEADER }, { sources: [{ kind: 'none' }] }] as const) {
      const scene = { recorded: after('auth.json', undefined, former), traces: [V2] }
      expect(routeOf(settle(wanted, scene))).toBe('keyfile, recorded keyfile, 0 to decide')
    }
  })

  test('is not asked about where no key takes the usual way', () => {
    const others = [provider([{ kind: 'none' }]), provider([{ kind: 'external' }])]
    const wanted = wants('auto', ...others, provider([KEYCHAIN], { keyIn: HEADER }))
    expect(routeOf(settle(wanted, { traces: [V2] }))).toBe(
      'auth.json, recorded undefined, 0 to decide',
    )
    const scene = { recorded: after('keyfile', 'keyfile') }
    expect(routeOf(settle(wanted, scene))).toBe('keyfile, recorded keyfile, 0 to decide')
  })
})

describe('a `delivery` that the manifest says', () => {
  test('holds, and takes back what `auto` came to', () => {
    const scene = { recorded: after('keyfile', 'keyfile'), traces: [V2] }
    for (const delivery of ['auth.json', 'keyfile'] as const) {
      expect(routeOf(settle(wants(delivery, keyed), scene))).toBe(
        `${delivery}, recorded undefined, 0 to decide`,
      )
    }
  })

  test('is warned of where it is auth.json and an OpenCode 2.x is found', () => {
    expect(codesOf(wants('auth.json', keyed), [V2])).toEqual(['auth-not-read'])
    expect(codesOf(wants('auth.json', keyed), [])).toEqual([])
    expect(codesOf(wants('auth.json', provider([{ kind: 'external' }])), [V2])).toEqual([])
    expect(codesOf(wants('keyfile', keyed), [V2])).toEqual([])
  })
})

describe('a variable that is set', () => {
  const named = provider([KEYCHAIN], { env: ['GW_A', 'GW_B'] })

  test('is warned of where OpenCode 2.x takes it and not the key file', () => {
    expect(codesOf(wants('keyfile', named), [V2], ['GW_B'])).toEqual(['variable-that-wins'])
    expect(codesOf(wants('auto', named), [V2], ['GW_B'])).toEqual([
      'delivery-decided',
      'variable-that-wins',
    ])
    expect(codesOf(wants('keyfile', named), [V2], ['GW'])).toEqual([])
    expect(settle(wants('keyfile', named), { set: ['GW_B'] }).warnings).toEqual([])
  })

  test('does no harm where the key itself comes from it, or goes elsewhere', () => {
    const own = provider([{ kind: 'env', name: 'GW_A' }], { env: ['GW_A'] })
    expect(codesOf(wants('keyfile', own), [V2], ['GW_A'])).toEqual([])
    const header = provider([KEYCHAIN], { env: ['GW_A'], keyIn: HEADER })
    expect(codesOf(wants('keyfile', header), [V2], ['GW_A'])).toEqual([])
    const none = provider([{ kind: 'none' }], { env: ['GW_A'] })
    expect(codesOf(wants('keyfile', none), [V2], ['GW_A'])).toEqual([])
  })
})

describe('whether there is an OpenCode 2.x', () => {
  test('is looked for only where it makes a difference', () => {
    expect(depends(wants('auto', keyed))).toBe(true)
    expect(depends(wants('auth.json', keyed))).toBe(true)
    expect(depends(wants('keyfile', keyed))).toBe(false)
    const named = provider([KEYCHAIN], { env: ['GW_A'] })
    expect(depends(wants('keyfile', named))).toBe(false)
    expect(depends(wants('keyfile', named), 'GW_A')).toBe(true)
    for (const kind of ['none', 'external'] as const) {
      expect(depends(wants('auto', provider([{ kind }])))).toBe(false)
    }
    expect(depends(wants('auto', provider([KEYCHAIN], { keyIn: HEADER })))).toBe(false)
  })
})
