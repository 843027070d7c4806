import { describe, expect, test } from 'vitest'
import {
  acmeManifest,
  acmeWorld,
  HAND_WRITTEN,
  HAND_WRITTEN_AUTH,
  ONE,
  succeeds,
  targets,
  TWO,
} from '../../support/acme-world.ts'
import { AUTH, CONFIG, MANIFEST, opgen, opgenJson } from '../../support/run-opgen.ts'

describe('`rollback`', () => {
  test('goes back to the generation before, and records a new one', async () => {
    const given = acmeWorld(ONE)
    await succeeds(given, 'apply')
    const before = targets(given)
    given.write(MANIFEST, TWO)
    await succeeds(given, 'apply', 'rollback')
    expect(targets(given)).toEqual(before)
    expect(await opgenJson(given, 'history')).toMatchObject({
      generations: [
        { number: 1, cause: 'apply', changes: [{ id: 'acme', action: 'create' }] },
        { number: 2, cause: 'apply', changes: [{ id: 'acme', action: 'update' }] },
        { number: 3, cause: 'rollback', changes: [{ id: 'acme', action: 'update' }] },
      ],
      current: 3,
    })
  })

  test('says that the next apply undoes it, which it does', async () => {
    const given = acmeWorld(ONE)
    await succeeds(given, 'apply')
    given.write(MANIFEST, TWO)
    await succeeds(given, 'apply')
    const after = targets(given)
    expect((await opgen(given, 'rollback')).err).toContain('the next `opgen apply` undoes this')
    await succeeds(given, 'apply')
    expect(targets(given)).toEqual(after)
  })

  test('brings back providers that left the manifest, with their keys', async () => {
    const given = acmeWorld(ONE, { keychain: { 'opgen/acme': 'test-key-stored' } })
    given.setEnv({ OPGEN_KEY_ACME: null })
    await succeeds(given, 'apply')
    const before = targets(given)
    given.write(MANIFEST, 'version: 1\nproviders: {}\n')
    await succeeds(given, 'apply')
    expect(targets(given)).toEqual([undefined, undefined, {}])
    given.files.delete(MANIFEST)
    await succeeds(given, 'rollback 1')
    expect(targets(given)).toEqual(before)
  })

  test('brings keys back to where they were: an entry, a key file, a header', async () => {
    const header = acmeManifest('models: [a]\n    keyIn: { header: X-Key, format: "Key {key}" }')
    const given = acmeWorld(acmeManifest('models: [a]', 'delivery: keyfile\n'))
    await succeeds(given, 'apply')
    const [first] = [targets(given)]
    given.write(MANIFEST, header)
    await succeeds(given, 'apply')
    const second = targets(given)
    given.write(MANIFEST, ONE)
    await succeeds(given, 'apply', 'rollback 2')
    expect(targets(given)).toEqual(second)
    await succeeds(given, 'rollback 1')
    expect(targets(given)).toEqual(first)
  })

  test('puts back what the generation after had replaced by force', async () => {
    const files = { [CONFIG]: HAND_WRITTEN, [AUTH]: HAND_WRITTEN_AUTH }
    const given = acmeWorld(acmeManifest('models: [a]').replaceAll('acme', 'other'), { files })
    await succeeds(given, 'apply')
    const before = targets(given)
    const both = `${acmeManifest('models: [a]').replaceAll('acme', 'other')}${ONE.slice(ONE.indexOf('  acme'))}`
    given.write(MANIFEST, both)
    await succeeds(given, 'apply --force --trust-origin acme', 'rollback')
    expect(targets(given)).toEqual(before)
  })

  test('brings lists, default models and key files of several providers back', async () => {
    const rich = acmeManifest(
      'models: [a]',
      'model: acme/a\nenabled_providers: [acme, x]\ndisabled_providers: [y]\n',
    )
    const given = acmeWorld(rich, { files: { [CONFIG]: '{ "disabled_providers": ["z"] }\n' } })
    await succeeds(given, 'apply')
    const before = targets(given)
    given.write(MANIFEST, TWO)
    await succeeds(given, 'apply', 'rollback')
    expect(targets(given)).toEqual(before)
  })

  test('to 0 is to before the first apply', async () => {
    const given = acmeWorld(ONE, { files: { [CONFIG]: '{ "theme": "dark" }' } })
    await succeeds(given, 'apply', 'rollback')
    expect(targets(given)).toEqual(['{ "theme": "dark" }', undefined, {}])
  })

  test.each(['rollback 7', 'rollback'])('refuses with `%s` what is not kept', async (line) => {
    const given = acmeWorld(ONE)
    if (line !== 'rollback') await succeeds(given, 'apply')
    const { code, err } = await opgen(given, line)
    expect(code).toBe(1)
    expect(err).toContain('opgen: error:')
  })

  test.each(['rollback one', 'rollback -1', 'rollback 1 2'])(
    'refuses `%s` as usage',
    async (line) => {
      expect((await opgen(acmeWorld(ONE), line)).code).toBe(64)
    },
  )

  test.each([
    ['anthropic: { preset: anthropic, key: { env: K }, baseURL: "https://b.example/v1" }', {}],
    ['acme: { baseURL: "https://b.example/v1", models: [a], key: { env: K } }', { npm: 'x' }],
  ])("leaves what the user had kept then, beside opgen's own: %s", async (provider, more) => {
    const [id = ''] = provider.split(':')
    const theirs = { ...more, options: { baseURL: 'https://a.example/v1' } }
    const files = { [CONFIG]: JSON.stringify({ provider: { [id]: theirs } }) }
    const given = acmeWorld(`version: 1\nproviders:\n  ${provider}\n`, {
      env: { K: 'test-key-one' },
      files,
    })
    await succeeds(given, 'apply --keep')
    const before = targets(given)
    const other = '  other: { baseURL: "https://o.example/v1", models: [o], key: none }\n'
    given.write(MANIFEST, `version: 1\nproviders:\n  ${provider}\n${other}`)
    await succeeds(given, 'apply', 'rollback')
    expect(targets(given)).toEqual(before)
    given.write(MANIFEST, `version: 1\nproviders:\n  ${provider}\n`)
    expect((await opgen(given, 'apply')).out).toBe('Nothing to change.\n')
    await succeeds(given, 'apply --force', 'rollback 1')
    expect(targets(given)).toEqual(before)
    expect((await opgen(given, 'apply')).out).toBe('Nothing to change.\n')
  })

  test('leaves what the generation owned in the config of another OpenCode', async () => {
    const other = '/home/ana/a.json'
    const given = acmeWorld(ONE)
    await succeeds(given, `apply --config ${other}`)
    const first = [given.read(other), given.read(CONFIG), given.read(AUTH)]
    await succeeds(given, 'apply')
    const second = [given.read(other), given.read(CONFIG), given.read(AUTH)]
    given.write(MANIFEST, TWO)
    await succeeds(given, 'apply', 'rollback 2')
    expect([given.read(other), given.read(CONFIG), given.read(AUTH)]).toEqual(second)
    await succeeds(given, 'rollback 1')
    expect([given.read(other), given.read(CONFIG), given.read(AUTH)]).toEqual(first)
    await succeeds(given, 'rollback 0')
    expect([given.read(other), ...targets(given)]).toEqual([undefined, undefined, undefined, {}])
    await succeeds(given, 'rollback 1')
    expect([given.read(other), given.read(CONFIG), given.read(AUTH)]).toEqual(first)
  })

  test('leaves a login that the user had kept then, also where the key went another way since', async () => {
    const given = acmeWorld(ONE, { files: { [AUTH]: HAND_WRITTEN_AUTH } })
    await succeeds(given, 'apply --keep')
    const before = targets(given)
    given.write(MANIFEST, ONE.replace('providers:', 'delivery: keyfile\nproviders:'))
    await succeeds(given, 'apply --force', 'rollback 1 --force')
    expect(targets(given)).toEqual(before)
  })

  test('leaves what others wrote since', async () => {
    const given = acmeWorld(ONE)
    await succeeds(given, 'apply')
    given.write(MANIFEST, TWO)
    await succeeds(given, 'apply')
    const theirs = (given.read(CONFIG) ?? '').replace('"Two",', '"Two", "env": ["MINE"], // hand')
    given.write(CONFIG, theirs)
    await succeeds(given, 'rollback')
    expect(given.read(CONFIG)).toContain('"env": ["MINE"], // hand')
    expect(given.read(CONFIG)).toContain('"One"')
  })
})
