import { describe, expect, test } from 'vitest'
import { answered } from '../../support/answering-server.ts'
import {
  LOCK,
  lockedModels as locked,
  MODEL_A as A,
  offeringManifest as manifest,
  offeringWorld as world,
} from '../../support/offering-world.ts'
import { MANIFEST, opgen, STATE, worldWith } from '../../support/run-opgen.ts'

describe('opgen update', () => {
  test.each([
    ['401', answered(401, 'test-key-acme'), 'does not accept this key'],
    ['404', answered(404), 'the server has no list of models'],
    ['a web page', answered(200, '<!doctype html>', { contentType: 'text/html' }), 'a web page'],
    ['no JSON', answered(200, '{"data": ['), 'something else than a list of models'],
    ['half an answer', answered(200, '{"data": []}', { fault: 'too-large' }), 'is too large'],
    [
      'a redirect',
      answered(302, '', { location: 'https://evil.example/' }),
      'no key is sent there',
    ],
  ])('keeps what was known when the answer is %s, and fails', async (_, refusal, reason) => {
    let answer = answered(200, { data: [A] })
    const given = world('{ discover: true }', () => answer)
    await opgen(given, 'update')
    const before = given.read(LOCK)
    answer = refusal
    const { code, out, err } = await opgen(given, 'update')
    expect({ code, out: out.replaceAll(/\s+/g, ' '), err }).toEqual({
      code: 1,
      out: expect.stringContaining(reason),
      err: '',
    })
    expect(out).toContain('Nothing was written.')
    expect(given.read(LOCK)).toBe(before)
    expect(given.sent.every(({ url }) => url.startsWith('https://acme.example/'))).toBe(true)
  })

  test('sends nothing without a key, and names the next command', async () => {
    const given = world('{ discover: true }', [A], { env: {} })
    const { code, out } = await opgen(given, 'update')
    expect({ code, out }).toEqual({ code: 1, out: expect.stringContaining('`opgen key set acme`') })
    expect(given.sent).toEqual([])
  })

  test('sends a key to no other address before that is decided', async () => {
    const given = world('[a]', [A])
    expect((await opgen(given, 'apply')).code).toBe(0)
    given.write(MANIFEST, manifest('[a]').replace('acme.example', 'evil.example'))
    const { code, out, err } = await opgen(given, 'update')
    expect(code).toBe(3)
    expect(out).toContain('whether its key may be sent there is not decided')
    expect(err).toContain('--trust-origin acme')
    expect(given.sent).toEqual([])
    expect(given.read(LOCK)).toBe(undefined)
  })

  test.each([
    '{env:SECRET}',
    'a{file:~/.ssh/id_ed25519',
    'two\nlines',
    '\u001B[31mred',
    'x'.repeat(501),
  ])('takes no model whose name does harm where it is written: %j', async (id) => {
    const given = world('{ discover: true }', [A, { id }, { id: 'b', name: id }])
    const { code, out } = await opgen(given, 'update')
    expect(code).toBe(0)
    expect(Object.keys(Object(locked(given)))).toEqual(['a', 'b'])
    expect(given.read(LOCK)).not.toContain(JSON.stringify(id).slice(1, -1))
    expect(out).not.toContain(id)
  })

  test('can be allowed to send a key before there is any model', async () => {
    const given = world('[a]', [A])
    await opgen(given, 'apply')
    given.write(MANIFEST, manifest('{ discover: true }').replace('acme.example', 'new.example'))
    expect((await opgen(given, 'key list')).code).toBe(0)
    expect((await opgen(given, 'update')).code).toBe(3)
    expect((await opgen(given, 'key trust acme')).code).toBe(0)
    expect((await opgen(given, 'update')).code).toBe(0)
  })

  test('asks for its models once that is decided, though there are none yet', async () => {
    const given = world('[a]', [A])
    expect((await opgen(given, 'apply')).code).toBe(0)
    const moved = manifest('{ discover: true }').replace('acme.example', 'moved.example')
    given.write(MANIFEST, moved)
    expect((await opgen(given, 'update')).out).toContain('run `opgen key trust acme`')
    expect((await opgen(given, 'key trust acme')).code).toBe(0)
    expect((await opgen(given, 'update')).code).toBe(0)
    expect(locked(given, 'https://moved.example/v1')).toMatchObject({ a: {} })
  })

  test.each([
    ['key list', ''],
    ['key set acme --json', 'test-key-new'],
    ['key show acme', ''],
    ['key export --to keys.age --recipient nobody', ''],
  ])('need not come before `opgen %s`', async (line, stdin) => {
    const { err } = await opgen(world('{ discover: true }', [A]), line, { stdin })
    expect(err).not.toContain('no-models')
  })

  test('remembers where it sent a key first, and says so', async () => {
    const given = world('{ discover: true }', [A])
    const { err } = await opgen(given, 'update')
    expect(err).toContain('trusted from now on:\n  acme  env:ACME_KEY')
    expect(JSON.parse(given.read(STATE) ?? '{}').bindings).toEqual([
      expect.objectContaining({
        source: 'env:ACME_KEY',
        destination: '@ai-sdk/openai-compatible https://acme.example',
      }),
    ])
    expect((await opgen(given, 'update')).err).toBe('')
  })

  test('writes a lock file anew that cannot be read, but not for one provider alone', async () => {
    const given = world('{ discover: true }', [A], { files: { [LOCK]: '<<<<<<< HEAD\n' } })
    expect((await opgen(given, 'update acme')).code).toBe(65)
    const { code, err } = await opgen(given, 'update')
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining('is written anew') })
    expect(locked(given)).toMatchObject({ a: {} })
  })

  test('leaves out models in whose names the server repeats the key', async () => {
    const key = Buffer.from('test-key-acme').toString('base64url')
    const given = world('{ discover: true }', () =>
      answered(200, {
        data: [
          { id: 'a' },
          { id: 'x/test-key-acme' },
          { id: key },
          { id: 'b', name: 'for Bearer test-key-acme' },
        ],
      }),
    )
    const { code, out } = await opgen(given, 'update')
    const note = '3 left out: the server put the key into what it calls them'
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining(note) })
    expect(Object.keys(Object(locked(given)))).toEqual(['a'])
    const models = await opgen(given, 'models acme')
    expect(models.out).toContain('1 offered: 1 declared, 0 not declared.')
    expect(models.err).toBe(`opgen: note: ${note}\n`)
  })

  test('leaves a provider of OpenCode to OpenCode, unless the manifest says otherwise', async () => {
    const text = 'version: 1\nproviders:\n  openrouter: { preset: openrouter, models: [x/y] }\n'
    const given = worldWith(text, { answer: () => answered(200, { data: [{ id: 'x/y' }] }) })
    expect((await opgen(given, 'update')).out).toBe('Nothing to change.\n')
    given.write(MANIFEST, text.replace('[x/y]', '{ discover: true }'))
    await opgen(given, 'update')
    expect(given.sent.map(({ url }) => url)).toEqual(['https://openrouter.ai/api/v1/models'])
  })

  test.each([['update nobody'], ['models nobody']])(
    '`opgen %s` names the nearest',
    async (line) => {
      expect((await opgen(world('[a]', [A]), line)).code).toBe(65)
    },
  )

  test.each([['update --timeout 0'], ['update --timeout soon'], ['models'], ['models a b']])(
    '`opgen %s` is wrong usage',
    async (line) => {
      expect((await opgen(world('[a]', [A]), line)).code).toBe(64)
    },
  )
})
