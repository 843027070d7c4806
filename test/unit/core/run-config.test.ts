import { describe, expect, test } from 'vitest'
import type { JsonObject, JsonValue } from '../../../src/core/json.ts'
import {
  childEnvironment,
  makeRunConfig,
  mayBeFilledIn,
  nameVariables,
} from '../../../src/core/run-config.ts'
import type { KeyInRun, RunConfigInput } from '../../../src/core/run-config.ts'
import type { KeyIn, Wanted, WantedEnabledList, WantedProvider } from '../../../src/core/wanted.ts'

const SOURCE = { file: '/m', line: 1, column: 1 }

function sourced<T>(value: T): { readonly value: T; readonly source: typeof SOURCE } {
  return { value, source: SOURCE }
}

/** A provider whose block has these values, by dotted path. */
function provider(
  id: string,
  fields: Readonly<Record<string, JsonValue>>,
  keyIn: KeyIn = { kind: 'apiKey' },
): WantedProvider {
  return {
    id,
    source: SOURCE,
    preset: '',
    values: Object.entries(fields).map(([name, value]) => ({
      path: ['provider', id, ...name.split('.')],
      ...sourced(value),
    })),
    key: { source: SOURCE, sources: [], placeholder: undefined, keyPage: undefined },
    keyIn,
    baseURL: undefined,
    npm: undefined,
  }
}

function wants(fields: Partial<Wanted>): Wanted {
  return {
    providers: [],
    notHere: [],
    model: undefined,
    smallModel: undefined,
    enabledProviders: { mode: 'auto' },
    disabledProviders: undefined,
    delivery: 'auto',
    ...fields,
  }
}

function configOf(wanted: Wanted, given: Partial<RunConfigInput> = {}): JsonObject {
  return makeRunConfig({
    wanted,
    keys: new Map(),
    leftOut: new Set(),
    lists: { enabled: undefined, disabled: undefined },
    callers: {},
    locate: (path) => path,
    ...given,
  })
}

function variable(name: string): KeyInRun {
  return { kind: 'variable', name }
}

describe('a key in the config of a run', () => {
  const header: KeyIn = { kind: 'header', name: 'X-Key', format: 'Key {key}!' }

  test.each<readonly [KeyIn, object]>([
    [{ kind: 'apiKey' }, { apiKey: '{env:K}' }],
    [{ kind: 'authToken' }, { authToken: '{env:K}' }],
    [header, { headers: { 'X-Key': 'Key {env:K}!' } }],
  ])('as %j is the name of a variable', (keyIn, options) => {
    const config = configOf(wants({ providers: [provider('gw', { 'models.m': {} }, keyIn)] }), {
      keys: new Map([['gw', variable('K')]]),
    })
    expect(config).toEqual({ provider: { gw: { options, models: { m: {} } } } })
  })

  test('that is no secret stands there itself', () => {
    const keys = new Map<string, KeyInRun>([['gw', { kind: 'placeholder', text: 'dummy' }]])
    expect(configOf(wants({ providers: [provider('gw', {})] }), { keys })).toEqual({
      provider: { gw: { options: { apiKey: 'dummy' } } },
    })
  })

  test('is not there where there is none to give', () => {
    expect(configOf(wants({ providers: [provider('gw', { name: 'Gw' })] }))).toEqual({
      provider: { gw: { name: 'Gw' } },
    })
  })
})

describe('what is left out of a run', () => {
  test('takes its default models and its place in a list with it', () => {
    const wanted = wants({
      providers: [provider('a', { name: 'A' }), provider('b', { name: 'B' })],
      model: sourced('a/m'),
      smallModel: sourced('b/m'),
    })
    const lists = { enabled: ['mine'], disabled: undefined }
    expect(configOf(wanted, { leftOut: new Set(['a']), lists })).toEqual({
      provider: { b: { name: 'B' } },
      small_model: 'b/m',
      enabled_providers: ['mine', 'b'],
    })
  })
})

describe('the lists of a run', () => {
  const explicit: WantedEnabledList = { mode: 'list', source: SOURCE, items: [sourced('a')] }
  const keep: WantedEnabledList = { mode: 'keep' }
  const auto: WantedEnabledList = { mode: 'auto' }

  test.each<readonly [WantedEnabledList, readonly string[] | undefined, unknown]>([
    [auto, undefined, undefined],
    [auto, [], ['gw']],
    [auto, ['mine', 'gw'], ['mine', 'gw']],
    [keep, ['mine'], undefined],
    [explicit, undefined, ['a']],
    [explicit, ['mine'], ['mine', 'a']],
  ])('with %j over %j is %j', (enabledProviders, enabled, expected) => {
    const wanted = wants({ providers: [provider('gw', { name: 'Gw' })], enabledProviders })
    const config = configOf(wanted, { lists: { enabled, disabled: ['other'] } })
    expect(config['enabled_providers']).toEqual(expected)
    expect(config['disabled_providers']).toBeUndefined()
  })

  test('hold what is disabled already beside what the manifest disables', () => {
    const wanted = wants({ disabledProviders: sourced([sourced('b'), sourced('a')]) })
    const lists = { enabled: undefined, disabled: ['a'] }
    expect(configOf(wanted, { lists })).toEqual({ disabled_providers: ['a', 'b'] })
  })
})

describe('a reference to a file', () => {
  test('is located wherever it stands in a value', () => {
    const wanted = wants({
      providers: [
        provider('gw', {
          'options.headers.X': 'a {file:x} b {file:{env:D}/y} {env:E}',
          'options.list': ['{file:z}', { deep: '{file:z}' }, 1],
        }),
      ],
    })
    const config = configOf(wanted, { locate: (path) => `<${path}>` })
    expect(config).toEqual({
      provider: {
        gw: {
          options: {
            headers: { X: 'a {file:<x>} b {file:<{env:D}/y>} {env:E}' },
            list: ['{file:<z>}', { deep: '{file:<z>}' }, 1],
          },
        },
      },
    })
  })

  test("of the caller's own stays as it is", () => {
    const callers = { instructions: ['{file:x}'], provider: { gw: { name: '{env:N}' } } }
    const wanted = wants({ providers: [provider('gw', { 'models.m': {} })] })
    expect(configOf(wanted, { callers, locate: () => 'never' })).toEqual({
      instructions: ['{file:x}'],
      provider: { gw: { name: '{env:N}', models: { m: {} } } },
    })
  })
})

describe("the caller's own config", () => {
  test.each<JsonObject>([
    {},
    { provider: 'x', model: [], more: { a: 1 } },
    { provider: { a: { npm: {}, options: 1, models: { a: null, c: {} } }, b: 1 } },
  ])('%j gives way to what the manifest wants, and else stays', (callers) => {
    const wanted = wants({
      providers: [
        provider('a', { npm: 'n', 'options.b': [1], 'models.a': {}, 'models.b.c': null }),
        provider('b', {}),
      ],
      model: sourced('a/a'),
    })
    const config = configOf(wanted, { callers, keys: new Map([['b', variable('K')]]) })
    const models = { a: {}, b: { c: null } }
    expect(config).toMatchObject({
      provider: {
        a: { npm: 'n', options: { b: [1] }, models },
        b: { options: { apiKey: '{env:K}' } },
      },
      model: 'a/a',
    })
    expect(config['more']).toEqual(callers['more'])
  })
})

describe('the variables of a run', () => {
  test('are named after the ids, each after one', () => {
    const names = nameVariables(['my-gw.eu', 'my_gw_eu', 'my_gw_eu-2'], () => false)
    expect([...names]).toEqual([
      ['my-gw.eu', 'OPGEN_RUN_MY_GW_EU'],
      ['my_gw_eu', 'OPGEN_RUN_MY_GW_EU_2'],
      ['my_gw_eu-2', 'OPGEN_RUN_MY_GW_EU_2_2'],
    ])
  })

  test('are none that mean something already', () => {
    const taken = new Set(['OPGEN_RUN_GW', 'OPGEN_RUN_GW_2'])
    expect([...nameVariables(['gw'], (one) => taken.has(one))]).toEqual([['gw', 'OPGEN_RUN_GW_3']])
  })

  test.each([
    ['test-key-plain', true],
    ['test-key-$&{env:HOME}`$(id)', true],
    ['test-key-"', false],
    ['test-key-\\n', false],
    ['test-key-{file:/etc/hostname}', false],
  ])('can hold %j: %s', (key, expected) => {
    expect(mayBeFilledIn(key)).toBe(expected)
  })

  test('come to those of the caller, but for keys of opgen', () => {
    const callers = { PATH: '/bin', OPGEN_KEY_GW: 'k', K: 'old', OPGEN_PROFILE: 'p', U: undefined }
    const given = new Map([['K', 'new']])
    expect(childEnvironment(callers, given, { ignoreCase: false })).toEqual({
      PATH: '/bin',
      K: 'new',
      OPGEN_PROFILE: 'p',
    })
  })

  test('take the place of those in other letters where that is the same', () => {
    const callers = { Path: 'C:', k: 'old', Opgen_Key_Gw: 'k' }
    const given = new Map([['K', 'new']])
    expect(childEnvironment(callers, given, { ignoreCase: true })).toEqual({ Path: 'C:', K: 'new' })
    expect(childEnvironment(callers, given, { ignoreCase: false })).toMatchObject({ k: 'old' })
  })
})
