import { describe, expect, test } from 'vitest'
import type { HttpAnswer, HttpRequest } from '../../../src/core/http.ts'
import { answered } from '../../support/answering-server.ts'
import { HOME } from '../../support/memory-system.ts'
import {
  LOCK,
  lockedModels as locked,
  MODEL_A as A,
  offeringManifest as manifest,
  offeringWorld as world,
} from '../../support/offering-world.ts'
import { CONFIG, MANIFEST, opgen, STATE, worldWith } from '../../support/run-opgen.ts'

describe('a key is sent to no other host', () => {
  const presets = ['ollama', 'lmstudio', 'litellm', 'llamacpp', 'vllm', 'openai-compatible']
  const hosts = ['v1', 'models', 'responses', 'api']
  const cases = presets.flatMap((preset) => hosts.map((host) => [preset, host] as const))

  test.each(cases)('by the preset %s, whose host is called %s', async (preset, host) => {
    const text = `version: 1\nproviders:\n  acme: { preset: ${preset}, baseURL: "http://${host}", key: { env: ACME_KEY }, models: [a] }\n`
    const env = { ACME_KEY: 'test-key-acme' }
    const given = worldWith(text, { env, answer: () => answered(404, '{}') })
    for (const command of ['update', 'models acme', 'verify', 'verify --complete']) {
      await opgen(given, command)
    }
    expect(given.sent).not.toEqual([])
    expect([...new Set(given.sent.map(({ url }) => new URL(url).host))]).toEqual([host])
  })
})

/** An Ollama with these models, whose details can be had as long as it is well. */
function ollama(state: { isWell: boolean }): (request: HttpRequest) => HttpAnswer {
  const info = { 'general.architecture': 'x', 'x.context_length': 65_536 }
  return ({ url }) => {
    if (url.endsWith('/api/tags')) return answered(200, { models: [{ name: 'm:1b' }] })
    if (url.endsWith('/api/show') && state.isWell) {
      return answered(200, { model_info: info, capabilities: ['completion'] })
    }
    return answered(500)
  }
}

describe('opgen update', () => {
  test('keeps what was known of models when only their details cannot be had', async () => {
    const state = { isWell: true }
    const given = worldWith(
      'version: 1\nproviders:\n  acme: { preset: ollama, models: { discover: true } }\n',
      { answer: ollama(state) },
    )
    await opgen(given, 'update')
    const before = given.read(LOCK)
    expect(before).toContain('"context": 65536')
    state.isWell = false
    expect((await opgen(given, 'update')).code).toBe(0)
    expect(given.read(LOCK)).toBe(before)
  })

  test('writes through no link', async () => {
    const given = world('{ discover: true }', [A], { files: { [`${HOME}/precious`]: 'mine' } })
    given.links.set(LOCK, `${HOME}/precious`)
    const { code, err } = await opgen(given, 'update')
    expect({ code, err }).toEqual({ code: 65, err: expect.stringContaining('is a link') })
    expect(given.read(`${HOME}/precious`)).toBe('mine')
    expect(given.sent).toEqual([])
  })

  test('leaves a file that it cannot read when a provider gives no answer', async () => {
    const given = world('{ discover: true }', () => answered(500))
    given.write(LOCK, '<<<<<<< HEAD\n')
    expect((await opgen(given, 'update')).code).toBe(65)
    expect(given.read(LOCK)).toBe('<<<<<<< HEAD\n')
  })

  test('says whose models it forgets', async () => {
    const given = world('{ discover: true }', [A])
    await opgen(given, 'update')
    given.write(MANIFEST, manifest('{ discover: true }').replace('acme:', 'other:'))
    expect((await opgen(given, 'update')).err).toContain('what was known of "acme" goes')
  })

  test('writes what it can read again, whatever `extra` of a model holds', async () => {
    const extra = '{ limit: { context: 1000 }, cost: free, name: 5, modalities: x }'
    const given = world(`[{ id: a, extra: ${extra} }]`, [A])
    expect((await opgen(given, 'update')).code).toBe(0)
    expect((await opgen(given, 'plan')).code).toBe(0)
    expect((await opgen(given, 'update acme')).code).toBe(0)
    expect(locked(given)).toMatchObject({ a: { limit: { context: 128_000, output: 16_000 } } })
  })

  test('is the same whatever the order of what is offered twice', async () => {
    const twice = [{ ...A, context_length: 50_000 }, A]
    const given = world('{ discover: true }', () => answered(200, { data: twice }))
    await opgen(given, 'update')
    twice.reverse()
    expect((await opgen(given, 'update --check')).code).toBe(0)
    expect(locked(given)).toMatchObject({ a: { limit: { context: 50_000 } } })
  })

  test('knows nothing of a name that stands for another model everywhere', async () => {
    const catalogue = {
      router: { models: { 'router/auto': { limit: { context: 2_000_000, output: 9 } } } },
    }
    const given = world('{ discover: true }', [{ id: 'auto' }, { id: 'x/auto' }])
    given.write(`${HOME}/.cache/opencode/models.json`, JSON.stringify(catalogue))
    await opgen(given, 'update')
    expect(locked(given)).toEqual({ auto: { from: {} }, 'x/auto': { from: {} } })
  })

  test('takes megabytes of brackets for no list', async () => {
    const given = world('{ discover: true }', () => answered(200, '['.repeat(2_000_000)))
    expect((await opgen(given, 'update')).code).toBe(1)
  })

  test('records no trust where nothing was sent', async () => {
    const given = world('[a]', [A], {
      env: { ACME_KEY: 'test-key-acme', SECRET: 'test-key-secret' },
    })
    const options = '    options: { headers: { x: "{env:SECRET}" } }\n'
    given.write(MANIFEST, `${manifest('[a]')}${options}`)
    const { err } = await opgen(given, 'update')
    expect(err).not.toContain('trusted from now on')
    expect(given.sent).toEqual([])
    expect(given.read(STATE)).toBe(undefined)
  })

  test('finds its entry again where a template changes the address', async () => {
    const template =
      'about: Ours\nkey: none\nprovider:\n  npm: "@ai-sdk/openai-compatible"\n  options:\n    baseURL: "{{baseURL}}/v1"\n'
    const text =
      'version: 1\nproviders:\n  acme: { preset: ours, baseURL: "https://acme.example", models: { discover: true } }\n'
    const given = worldWith(text, {
      files: { [`${HOME}/dotfiles/templates/ours.yaml.hbs`]: template },
      answer: () => answered(200, { data: [A] }),
    })
    await opgen(given, 'update')
    expect((await opgen(given, 'apply')).err).not.toContain('lock-outdated')
    expect(given.read(CONFIG)).toContain('"context": 128000')
  })
})

describe('a model that is added to discovered ones', () => {
  test.each([
    ['{ id: a, limit: { context: 1000 } }', 'missing "output"'],
    ['{ id: a, contxt: 1 }', 'unknown field "contxt"'],
    ['{ id: a, tool_call: often }', '"tool_call" must be true or false'],
  ])('is checked like any other: %s', async (added, problem) => {
    const given = world(`{ discover: true, add: [${added}] }`, [A])
    for (const command of ['check', 'update']) {
      const { code, err } = await opgen(given, command)
      expect({ code, err }).toEqual({ code: 65, err: expect.stringContaining(problem) })
    }
  })
})
