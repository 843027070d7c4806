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
import { AUTH, CONFIG, MANIFEST, opgen } from '../../support/run-opgen.ts'

describe('`destroy`', () => {
  test('leaves the bytes that were there before the first apply, also of what was replaced by force', async () => {
    const files = { [CONFIG]: HAND_WRITTEN, [AUTH]: HAND_WRITTEN_AUTH }
    const given = acmeWorld(ONE, { files })
    const before = targets(given)
    await succeeds(given, 'apply --force')
    given.write(MANIFEST, TWO)
    await succeeds(given, 'apply', 'destroy')
    expect(targets(given)).toEqual(before)
    // The login is back where it was, and needs to be kept no longer.
    expect([...given.keychain]).toEqual([])
  })

  test('needs no manifest, and no key', async () => {
    const given = acmeWorld(ONE)
    await succeeds(given, 'apply')
    given.files.delete(MANIFEST)
    given.setEnv({ OPGEN_KEY_ACME: null })
    await succeeds(given, 'destroy')
    expect(targets(given)).toEqual([undefined, undefined, {}])
    expect(await opgen(given, 'destroy')).toMatchObject({ code: 0, out: 'Nothing to change.\n' })
  })

  test('leaves what was adopted', async () => {
    const given = acmeWorld(ONE)
    await succeeds(given, 'apply')
    const [config, auth] = [given.read(CONFIG) ?? '', given.read(AUTH) ?? '']
    const found = acmeWorld(ONE, { files: { [CONFIG]: config, [AUTH]: auth } })
    await succeeds(found, 'apply', 'destroy')
    expect(targets(found)).toEqual([config, auth, {}])
  })

  test('takes out what was written with other targets', async () => {
    const given = acmeWorld(ONE)
    await succeeds(given, 'apply --config /home/ana/a.json --auth /home/ana/b.json', 'destroy')
    expect([given.read('/home/ana/a.json'), given.read('/home/ana/b.json')]).toEqual([
      undefined,
      undefined,
    ])
  })

  test('asks about what somebody changed, and writes nothing until it is decided', async () => {
    const given = acmeWorld(ONE)
    await succeeds(given, 'apply')
    given.write(CONFIG, (given.read(CONFIG) ?? '').replace('"One"', '"Mine"'))
    const before = targets(given)
    const asked = await opgen(given, 'destroy')
    expect(asked.code).toBe(3)
    expect(asked.err).toContain('run `opgen destroy` again with the flags above')
    expect(targets(given)).toEqual(before)
    await succeeds(given, 'destroy --keep acme')
    expect(JSON.parse(given.read(CONFIG) ?? '')).toMatchObject({
      provider: { acme: { name: 'Mine' } },
    })
  })

  test('says what is not put back where the keychain has it not', async () => {
    const given = acmeWorld(ONE, { files: { [AUTH]: HAND_WRITTEN_AUTH } })
    await succeeds(given, 'apply --force')
    given.keychain.clear()
    const { code, out } = await opgen(given, 'destroy')
    expect(code).toBe(0)
    expect(out).toContain('its former login is not put back')
    expect(given.read(AUTH)).not.toContain('acme')
  })

  test('leaves an adopted object that the user emptied', async () => {
    const given = acmeWorld(ONE)
    await succeeds(given, 'apply', 'unmanage', 'apply')
    const emptied = (given.read(CONFIG) ?? '').replace(/"baseURL": "[^"]*"/, '')
    given.write(CONFIG, emptied)
    await succeeds(given, 'destroy')
    expect(given.read(CONFIG)).toBe(emptied)
  })

  test.each(['apply --force', 'destroy --force'])(
    'puts the first login back, and keeps a later one, after `%s`',
    async (line) => {
      const given = acmeWorld(ONE, { files: { [AUTH]: HAND_WRITTEN_AUTH } })
      await succeeds(given, 'apply --force')
      given.write(AUTH, (given.read(AUTH) ?? '').replace('test-key-acme', 'test-key-later'))
      expect((await opgen(given, line)).err).toContain('account "acme (changed)"')
      await succeeds(given, 'destroy')
      expect(given.read(AUTH)).toBe(HAND_WRITTEN_AUTH)
      expect([...given.keychain.keys()]).toEqual(['opgen-backup/acme (changed)'])
      expect([...given.keychain.values()].join()).toContain('test-key-later')
    },
  )

  test('takes the key file away where the key before comes back from the keychain', async () => {
    const before = '{"provider":{"acme":{"options":{"apiKey":"test-key-mine"}}}}'
    const given = acmeWorld(acmeManifest('models: [a]', 'delivery: keyfile\n'), {
      files: { [CONFIG]: before },
    })
    await succeeds(given, 'apply --force', 'destroy')
    expect(targets(given)).toEqual([before, undefined, {}])
  })

  test('remembers what it was told to leave behind a link', async () => {
    const given = acmeWorld(ONE)
    await succeeds(given, 'apply')
    const real = '/home/ana/elsewhere/auth.json'
    given.write(real, given.read(AUTH) ?? '', 0o600)
    given.files.delete(AUTH)
    given.links.set(AUTH, real)
    await succeeds(given, 'destroy --keep /auth')
    expect(given.read(real)).toContain('test-key-acme')
    await succeeds(given, 'destroy --force /auth')
    expect(given.read(real)).toBeUndefined()
  })

  test('shows with `--dry-run` what it would do', async () => {
    const given = acmeWorld(ONE)
    await succeeds(given, 'apply')
    const before = targets(given)
    expect((await opgen(given, 'destroy --dry-run')).out).toContain(
      'Plan: 1 to delete. Run `opgen destroy` to make it so.',
    )
    expect(targets(given)).toEqual(before)
  })
})

describe('what `apply` took away before', () => {
  test.each([
    ['replaced by force', '"theirs/x"', 'apply --force'],
    ['adopted', '"acme/a"', 'apply'],
  ])('comes back by `destroy`, where it had been %s', async (_, model, first) => {
    const text = `{ "model": ${model}, "theme": "dark" }`
    const given = acmeWorld(acmeManifest('models: [a]', 'model: acme/a\n'), {
      files: { [CONFIG]: text },
    })
    await succeeds(given, first)
    given.write(MANIFEST, acmeManifest('models: [a]'))
    await succeeds(given, 'apply')
    expect(JSON.parse(given.read(CONFIG) ?? '')).not.toHaveProperty('model')
    await succeeds(given, 'apply', 'destroy')
    expect(JSON.parse(given.read(CONFIG) ?? '')).toEqual(JSON.parse(text))
  })

  test('comes back after it was written and taken away again', async () => {
    const text = '{ "model": "theirs/x" }'
    const withModel = acmeManifest('models: [a]', 'model: acme/a\n')
    const given = acmeWorld(withModel, { files: { [CONFIG]: text, [AUTH]: HAND_WRITTEN_AUTH } })
    await succeeds(given, 'apply --force')
    for (const manifest of ['version: 1\nproviders: {}\n', withModel, withModel]) {
      given.write(MANIFEST, manifest)
      await succeeds(given, 'apply')
    }
    await succeeds(given, 'destroy')
    expect(JSON.parse(given.read(CONFIG) ?? '')).toEqual(JSON.parse(text))
    expect(JSON.parse(given.read(AUTH) ?? '')).toEqual(JSON.parse(HAND_WRITTEN_AUTH))
  })

  test('stays away where somebody has put something since', async () => {
    const given = acmeWorld(acmeManifest('models: [a]', 'model: acme/a\n'), {
      files: { [CONFIG]: '{ "model": "theirs/x" }' },
    })
    await succeeds(given, 'apply --force')
    given.write(MANIFEST, acmeManifest('models: [a]'))
    await succeeds(given, 'apply')
    given.write(CONFIG, (given.read(CONFIG) ?? '').replace('{', '{ "model": "new/y",'))
    await succeeds(given, 'destroy')
    expect(JSON.parse(given.read(CONFIG) ?? '')).toEqual({ model: 'new/y' })
  })
})
