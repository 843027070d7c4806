import { parse } from 'yaml'
import { describe, expect, test } from 'vitest'
import type { CarriedYaml } from '../../../../src/core/manifest/carry-yaml.ts'
import type { JsonObject } from '../../../support/arbitrary-worlds.ts'
import { over, plan, yamlOf } from '../../../support/carried.ts'
import type { MemoryWorld } from '../../../support/memory-system.ts'
import { pasted } from '../../../support/paste-yaml.ts'
import {
  AUTH,
  CONFIG,
  keyFiles,
  KEYS,
  MANIFEST,
  opgen,
  worldWith,
} from '../../../support/run-opgen.ts'
import { trusting } from '../../../support/trusting.ts'

const GW = [
  'version: 1',
  'providers:',
  '  gw: { baseURL: "https://gw.example/v1", name: Gw, models: [m], key: { env: GW_KEY } }',
].join('\n')
const env = { GW_KEY: 'test-key-gw' }

/** An applied manifest, and a config in which somebody then wrote. */
async function edited(
  text: string,
  edit: (config: JsonObject) => JsonObject,
): Promise<MemoryWorld> {
  const world = worldWith(text, { env })
  expect(await opgen(world, `apply${await trusting(world)}`)).toMatchObject({ code: 0 })
  world.write(CONFIG, JSON.stringify(edit(JSON.parse(world.read(CONFIG) ?? '{}'))))
  return world
}

function inGw(fields: JsonObject): (config: JsonObject) => JsonObject {
  return (config) => over(config, { provider: { gw: fields } })
}

/** The YAML for values that stand in the block of `gw`, of which the manifest has others. */
async function carriedFrom(fields: JsonObject): Promise<CarriedYaml> {
  const wants = { npm: 'x', name: 'n', options: { timeout: 1, mine: 1 }, whitelist: ['m'] }
  const model = { name: 'm', limit: { context: 9, output: 3 }, reasoning: true, extra: { id: 'k' } }
  const text = JSON.stringify({
    version: 1,
    providers: {
      gw: {
        baseURL: 'https://gw.example/v1',
        key: { env: 'GW_KEY' },
        ...wants,
        models: [{ id: 'm', ...model }],
        extra: { theirs: 1 },
      },
    },
  })
  return yamlOf(await edited(text, inGw(fields)))
}

describe('what was changed on disk, as YAML', () => {
  test.each<readonly [string, JsonObject, readonly string[]]>([
    ['a field', { name: 'By hand' }, ['    name: By hand']],
    [
      'the base URL',
      { options: { baseURL: 'https://x.example' } },
      ['    baseURL: https://x.example'],
    ],
    ['an option', { options: { timeout: 2 } }, ['    options:', '      timeout: 2']],
    ['a list', { whitelist: ['a', 'b:c'] }, ['    whitelist:', '      - a', '      - b:c']],
    [
      'what the manifest has no name for',
      { theirs: { deep: [1] } },
      ['    extra:', '      theirs:', '        deep:', '          - 1'],
    ],
    ['what has another type', { name: 7 }, ['    extra:', '      name: 7']],
    [
      'a field of a model',
      { models: { m: { name: 'M: 1' } } },
      ['    models:', '      - id: m', '        name: "M: 1"'],
    ],
    [
      'one limit, with the other one beside it',
      { models: { m: { limit: { context: 8 } } } },
      ['    models:', '      - id: m', '        limit: { context: 8, output: 3 }'],
    ],
    [
      'the id of a model',
      { models: { m: { id: 'other' } } },
      ['    models:', '      - id: m', '        extra:', '          id: other'],
    ],
  ])('has %s in its place', async (_, fields, lines) => {
    expect(await carriedFrom(fields)).toEqual({
      text: ['providers:', '  gw:', ...lines, ''].join('\n'),
      secret: [],
      unsayable: [],
    })
  })

  test.each<readonly [string, JsonObject, Partial<CarriedYaml>]>([
    [
      'may hold a secret',
      { options: { mine: { password: 'hunter2', port: 1 } } },
      {
        text: 'providers:\n  gw:\n    options:\n      mine:\n        port: 1\n',
        secret: ['/provider/gw/options/mine/password'],
      },
    ],
    [
      'looks like a key',
      { name: 'sk-proj-abcdefghij0123456789' },
      { text: undefined, secret: ['/provider/gw/name'] },
    ],
    [
      'no manifest can say',
      { npm: ['a'], options: { baseURL: 'nowhere' } },
      { text: undefined, unsayable: ['/provider/gw/npm', '/provider/gw/options/baseURL'] },
    ],
    [
      'would be an expression',
      { name: '{{machine.os}}' },
      { text: undefined, unsayable: ['/provider/gw/name'] },
    ],
    ['YAML cannot hold', { name: 'a\u0085\u009Bb' }, { unsayable: ['/provider/gw/name'] }],
  ])('leaves out and names what %s', async (_, fields, expected) => {
    expect(await carriedFrom(fields)).toMatchObject(expected)
  })

  test('quotes what YAML would read as something else', async () => {
    const { text } = await carriedFrom({ name: 'yes: no', whitelist: ['1', 'null', '- x', 'é\n'] })
    expect(parse(text ?? '')).toEqual({
      providers: { gw: { name: 'yes: no', whitelist: ['1', 'null', '- x', 'é\n'] } },
    })
  })

  test('has a default model together with its model', async () => {
    const world = await edited(`model: gw/m\n${GW}`, (config) => ({ ...config, model: 'gw/other' }))
    const { text } = await yamlOf(world)
    expect(text).toBe('model: gw/other\nproviders:\n  gw:\n    models:\n      - other\n')
  })

  test('cannot have a default model of a provider that is not here', async () => {
    const off = '  off: { enabled: false, baseURL: "https://off.example", models: [m] }'
    const world = await edited(`model: gw/m\n${GW}\n${off}`, (config) => ({
      ...config,
      model: 'off/m',
    }))
    expect(await yamlOf(world)).toMatchObject({ text: undefined, unsayable: ['/model'] })
  })

  test('cannot have what is in an object as the field that the object stands for', async () => {
    const world = await edited(`model: gw/m\ndisabled_providers: [x]\n${GW}`, (config) => ({
      ...config,
      model: { deep: 'gw/m' },
      disabled_providers: { deep: ['y'] },
    }))
    expect(await yamlOf(world)).toMatchObject({
      text: undefined,
      unsayable: expect.arrayContaining(['/model/deep']),
    })
  })

  test('has a list that hides providers as it stands', async () => {
    const world = await edited(`enabled_providers: [gw]\n${GW}`, (config) => ({
      ...config,
      enabled_providers: 'gw',
    }))
    expect(await yamlOf(world)).toMatchObject({ text: 'enabled_providers: keep\n' })
  })

  test('has no key: neither of auth.json nor of a key file nor what refers to one', async () => {
    for (const delivery of ['auth.json', 'keyfile']) {
      const world = await edited(
        `delivery: ${delivery}\n${GW}`,
        inGw({ options: { apiKey: '{env:X}' } }),
      )
      const auth = world.read(AUTH)
      if (auth !== undefined) world.write(AUTH, auth.replace('test-key-gw', 'test-key-other'))
      for (const id of Object.keys(keyFiles(world))) world.write(`${KEYS}/${id}`, 'test-key-other')
      expect((await plan(world)).plan.decisions).toHaveLength(1)
      expect((await yamlOf(world)).text).toBeUndefined()
    }
  })

  test('brings a provider that left back as a whole, but for what opgen put in for its key', async () => {
    const world = await edited(`delivery: keyfile\n${GW}`, inGw({ options: { mine: 1 } }))
    world.write(MANIFEST, 'version: 1\nproviders: {}\n')
    expect(await yamlOf(world)).toEqual({
      text: [
        'providers:',
        '  gw:',
        '    name: Gw',
        '    npm: "@ai-sdk/openai-compatible"',
        '    baseURL: https://gw.example/v1',
        '    options:',
        '      mine: 1',
        '    models:',
        '      - m',
        '',
      ].join('\n'),
      secret: [],
      unsayable: [],
    })
  })

  test('says nothing of a provider that the manifest has for other machines', async () => {
    const world = await edited(GW, inGw({ name: 'By hand' }))
    world.write(MANIFEST, GW.replace('gw: {', 'gw: { enabled: false,'))
    expect((await plan(world)).plan.decisions).toHaveLength(1)
    expect(await yamlOf(world)).toEqual({ text: undefined, secret: [], unsayable: [] })
  })

  test('keeps a login of another kind with `key: external`', async () => {
    const world = worldWith(GW, { env, files: { [AUTH]: '{"gw":{"type":"oauth","refresh":"r"}}' } })
    const { text } = await yamlOf(world)
    expect(text).toBe('providers:\n  gw:\n    key: external\n')
    world.write(MANIFEST, pasted(GW, text ?? ''))
    expect(await opgen(world, 'apply')).toMatchObject({ code: 0 })
    expect(world.read(AUTH)).toBe('{"gw":{"type":"oauth","refresh":"r"}}')
  })
})
