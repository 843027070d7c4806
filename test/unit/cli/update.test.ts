import { describe, expect, test } from 'vitest'
import { answered, sentHeaders } from '../../support/answering-server.ts'
import { HOME } from '../../support/memory-system.ts'
import {
  ACME_URL as URL,
  CATALOGUE,
  LOCK,
  lockedModels as locked,
  MODEL_A as A,
  offeringManifest as manifest,
  offeringWorld as world,
} from '../../support/offering-world.ts'
import type { Offered } from '../../support/offering-world.ts'
import { MANIFEST, opgen, opgenJson, worldWith } from '../../support/run-opgen.ts'

describe('opgen update', () => {
  test('writes what the server offers, and asks it with the key at its own address alone', async () => {
    const given = world('{ discover: true }', [A, { id: 'b' }, { id: 'text-embedding-3' }])
    const { code, out } = await opgen(given, 'update')
    expect({ code, out }).toEqual({
      code: 0,
      out: `acme  ${URL}
  + a  context 128k, output 16k
  + b  context 64k, output 8k
    1 left out that is not for chats

Wrote providers.lock.json: +2 models.
`,
    })
    expect(locked(given)).toEqual({
      a: {
        limit: { context: 128_000, output: 16_000 },
        from: { 'limit.context': 'server', 'limit.output': 'server' },
      },
      b: {
        limit: { context: 64_000, output: 8000 },
        reasoning: true,
        from: { 'limit.context': 'catalogue', 'limit.output': 'catalogue', reasoning: 'catalogue' },
      },
    })
    expect(given.sent.map(({ url }) => url)).toEqual([`${URL}/models`])
    expect(given.sent.map((request) => sentHeaders(request)['authorization'])).toEqual([
      'Bearer test-key-acme',
    ])
  })

  test('writes nothing the second time, and `--check` is content', async () => {
    const given = world('{ discover: true }', [A])
    await opgen(given, 'update')
    const before = given.files.get(LOCK)?.mtimeMs
    expect((await opgen(given, 'update')).out).toBe(
      `acme  ${URL}\n  unchanged\n\nNothing to change.\n`,
    )
    expect((await opgen(given, 'update --check')).code).toBe(0)
    expect(given.files.get(LOCK)?.mtimeMs).toBe(before)
  })

  test('is content with a file whose line breaks git has changed', async () => {
    const given = world('{ discover: true }', [A])
    await opgen(given, 'update')
    given.write(LOCK, (given.read(LOCK) ?? '').replaceAll('\n', '\r\n'))
    expect((await opgen(given, 'update --check')).code).toBe(0)
  })

  test('says what is different, and with `--check` writes nothing and exits 2', async () => {
    const offered: Offered[] = [A, { id: 'old' }]
    const given = world('{ discover: true }', () => answered(200, { data: offered }))
    given.write(MANIFEST, manifest('{ discover: true }', 'model: acme/old\nsmall_model: acme/a\n'))
    await opgen(given, 'update')
    const before = given.read(LOCK)
    offered.splice(0, 2, { ...A, context_length: 200_000 }, { id: 'new' })

    const { code, out } = await opgen(given, 'update --check')

    expect({ code, out }).toEqual({
      code: 2,
      out: `acme  ${URL}
  + new  no limit known
  ~ a  context 128k -> 200k (server)
  - old  used as default! (model)

providers.lock.json is out of date: +1 model, ~1 model, -1 model (1 used as default!).
`,
    })
    expect(given.read(LOCK)).toBe(before)
    expect((await opgen(given, 'update')).code).toBe(0)
    expect(Object.keys(Object(locked(given)))).toEqual(['a', 'new'])
    // What the manifest names is an error until it is changed.
    expect((await opgen(given, 'check')).code).toBe(65)
  })

  test('has the same as JSON', async () => {
    const given = world('{ discover: true }', [A])
    expect(await opgenJson(given, 'update')).toEqual({
      version: 1,
      command: 'update',
      manifest: MANIFEST,
      lock: LOCK,
      providers: [
        {
          id: 'acme',
          baseURL: URL,
          state: 'new',
          models: 1,
          added: ['a'],
          removed: [],
          changed: [],
          missed: [],
          notes: [],
        },
      ],
      changed: true,
      written: true,
      decisions: [],
      notes: [],
    })
  })

  test('gives listed models their limits, and leaves what the manifest says', async () => {
    const models = '[a, { id: b, limit: { context: 32000, output: 4000 } }, { id: gone }]'
    const given = world(models, [A, { id: 'b', context_length: 100_000 }, { id: 'gone2' }])
    const { out } = await opgen(given, 'update')
    expect(out).toContain('"gone" is not offered; is it "gone2" now?')
    expect(locked(given)).toMatchObject({
      a: { limit: { context: 128_000, output: 16_000 } },
      b: {
        limit: { context: 32_000, output: 4000 },
        from: { 'limit.context': 'manifest', 'limit.output': 'manifest' },
      },
      gone: { from: {} },
    })
  })

  test('takes the model of the API for one that has another name in OpenCode', async () => {
    const given = worldWith(manifest('{ coder: { id: a } }'), {
      env: { ACME_KEY: 'test-key-acme' },
      answer: () => answered(200, { data: [A] }),
    })
    await opgen(given, 'update')
    expect(locked(given)).toMatchObject({ coder: { limit: { context: 128_000, output: 16_000 } } })
  })

  test('chooses by the patterns, and names one that matches nothing', async () => {
    const given = world('{ discover: true, include: ["x/*", "y/*"], exclude: ["*-free"] }', [
      { id: 'x/a' },
      { id: 'x/b-free' },
      { id: 'z' },
    ])
    const { out } = await opgen(given, 'update')
    expect(Object.keys(Object(locked(given)))).toEqual(['x/a'])
    expect(out).toContain('"y/*" under "include" matches no model')
  })

  test('keeps what is known of other addresses, and of providers that it is not asked about', async () => {
    const given = world('{ discover: true }', [A])
    await opgen(given, 'update')
    given.write(MANIFEST, manifest('{ discover: true }').replace('acme.example', 'moved.example'))
    expect((await opgen(given, 'plan')).err).toContain('is from another address')
    // The key was never sent there; until an apply has succeeded, that is trusted only once.
    expect((await opgen(given, 'update acme')).code).toBe(3)
    expect((await opgen(given, 'update acme --trust-origin acme')).code).toBe(0)
    expect([locked(given), locked(given, 'https://moved.example/v1')]).toEqual([
      expect.objectContaining({ a: expect.anything() }),
      expect.objectContaining({ a: expect.anything() }),
    ])
  })

  test('forgets providers that the manifest has no more', async () => {
    const given = world('{ discover: true }', [A])
    await opgen(given, 'update')
    given.write(MANIFEST, manifest('{ discover: true }').replace('acme:', 'other:'))
    await opgen(given, 'update')
    expect(Object.keys(JSON.parse(given.read(LOCK) ?? '{}').providers)).toEqual(['other'])
  })

  test('takes the catalogue alone where a server has no list, and models are listed', async () => {
    const given = world('[b]', () => answered(404))
    expect((await opgen(given, 'update')).code).toBe(0)
    expect(locked(given)).toMatchObject({ b: { limit: { context: 64_000, output: 8000 } } })
  })

  test('takes another catalogue that is named', async () => {
    const files = { [`${HOME}/dotfiles/c.json`]: CATALOGUE.replace('64000', '32000') }
    const given = world('[b]', () => answered(404), { files })
    await opgen(given, 'update --catalogue c.json')
    expect(locked(given)).toMatchObject({ b: { limit: { context: 32_000, output: 8000 } } })
    expect((await opgen(given, 'update --catalogue none.json')).code).toBe(1)
    expect((await opgen(given, 'update --catalogue providers.yaml')).code).toBe(65)
  })
})
