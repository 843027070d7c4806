import { describe, expect, test } from 'vitest'
import type { MemoryWorld, WorldOptions } from '../../support/memory-system.ts'
import {
  AUTH,
  CONFIG,
  keyFiles,
  MANIFEST,
  opgen,
  opgenJson,
  STATE,
  worldWith,
} from '../../support/run-opgen.ts'

function manifest(fields: string, more = ''): string {
  return `version: 1
${more}providers:
  acme:
    baseURL: https://acme.example/v1
    ${fields}
`
}

const ONE = manifest('name: One\n    models: [a, b]')
const TWO = manifest('name: Two\n    models: [a, c]')

const ENV = { OPGEN_KEY_ACME: 'test-key-acme', OPGEN_KEY_OTHER: 'test-key-other' }
const OAUTH = '{"type":"oauth", "refresh":"test-key-r","access":"test-key-a" ,"expires":5}'
const HAND_WRITTEN = `{
  // mine
  "theme": "dark",
  "enabled_providers": [],
  "provider": {
    "acme": { "name": "M\\u0069ne", "npm":"x", "options": "none", "models": { "m": { "cost": 1.0 } } },
  }, /* all */
}
`
const HAND_WRITTEN_AUTH = `{\n    "acme": ${OAUTH},\n\t"x": {"type":"api","key":"test-key-x"}}`

function world(text: string, options: WorldOptions = {}): MemoryWorld {
  return worldWith(text, { env: ENV, ...options })
}

async function succeeds(given: MemoryWorld, ...lines: readonly string[]): Promise<void> {
  for (const line of lines) {
    const { code, err } = await opgen(given, line)
    expect({ line, code, err: code === 0 ? '' : err }).toEqual({ line, code: 0, err: '' })
  }
}

function targets(given: MemoryWorld): readonly unknown[] {
  return [given.read(CONFIG), given.read(AUTH), keyFiles(given)]
}

describe('`destroy`', () => {
  test('leaves the bytes that were there before the first apply, also of what was replaced by force', async () => {
    const files = { [CONFIG]: HAND_WRITTEN, [AUTH]: HAND_WRITTEN_AUTH }
    const given = world(ONE, { files })
    const before = targets(given)
    await succeeds(given, 'apply --force')
    given.write(MANIFEST, TWO)
    await succeeds(given, 'apply', 'destroy')
    expect(targets(given)).toEqual(before)
    // The login is back where it was, and needs to be kept no longer.
    expect([...given.keychain]).toEqual([])
  })

  test('needs no manifest, and no key', async () => {
    const given = world(ONE)
    await succeeds(given, 'apply')
    given.files.delete(MANIFEST)
    given.setEnv({ OPGEN_KEY_ACME: null })
    await succeeds(given, 'destroy')
    expect(targets(given)).toEqual([undefined, undefined, {}])
    expect(await opgen(given, 'destroy')).toMatchObject({ code: 0, out: 'Nothing to change.\n' })
  })

  test('leaves what was adopted', async () => {
    const given = world(ONE)
    await succeeds(given, 'apply')
    const [config, auth] = [given.read(CONFIG) ?? '', given.read(AUTH) ?? '']
    const found = world(ONE, { files: { [CONFIG]: config, [AUTH]: auth } })
    await succeeds(found, 'apply', 'destroy')
    expect(targets(found)).toEqual([config, auth, {}])
  })

  test('takes out what was written with other targets', async () => {
    const given = world(ONE)
    await succeeds(given, 'apply --config /home/ana/a.json --auth /home/ana/b.json', 'destroy')
    expect([given.read('/home/ana/a.json'), given.read('/home/ana/b.json')]).toEqual([
      undefined,
      undefined,
    ])
  })

  test('asks about what somebody changed, and writes nothing until it is decided', async () => {
    const given = world(ONE)
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
    const given = world(ONE, { files: { [AUTH]: HAND_WRITTEN_AUTH } })
    await succeeds(given, 'apply --force')
    given.keychain.clear()
    const { code, out } = await opgen(given, 'destroy')
    expect(code).toBe(0)
    expect(out).toContain('its former login is not put back')
    expect(given.read(AUTH)).not.toContain('acme')
  })

  test('shows with `--dry-run` what it would do', async () => {
    const given = world(ONE)
    await succeeds(given, 'apply')
    const before = targets(given)
    expect((await opgen(given, 'destroy --dry-run')).out).toContain(
      'Plan: 1 to delete. Run `opgen destroy` to make it so.',
    )
    expect(targets(given)).toEqual(before)
  })
})

describe('`rollback`', () => {
  test('goes back to the generation before, and records a new one', async () => {
    const given = world(ONE)
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
    const given = world(ONE)
    await succeeds(given, 'apply')
    given.write(MANIFEST, TWO)
    await succeeds(given, 'apply')
    const after = targets(given)
    expect((await opgen(given, 'rollback')).err).toContain('the next `opgen apply` undoes this')
    await succeeds(given, 'apply')
    expect(targets(given)).toEqual(after)
  })

  test('brings back providers that left the manifest, with their keys', async () => {
    const given = world(ONE, { keychain: { 'opgen/acme': 'test-key-stored' } })
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
    const header = manifest('models: [a]\n    keyIn: { header: X-Key, format: "Key {key}" }')
    const given = world(manifest('models: [a]', 'delivery: keyfile\n'))
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
    const given = world(manifest('models: [a]').replaceAll('acme', 'other'), { files })
    await succeeds(given, 'apply')
    const before = targets(given)
    const both = `${manifest('models: [a]').replaceAll('acme', 'other')}${ONE.slice(ONE.indexOf('  acme'))}`
    given.write(MANIFEST, both)
    await succeeds(given, 'apply --force', 'rollback')
    expect(targets(given)).toEqual(before)
  })

  test('brings lists, default models and key files of several providers back', async () => {
    const rich = `${manifest('models: [a]', 'model: acme/a\nenabled_providers: [acme, x]\ndisabled_providers: [y]\n')}`
    const given = world(rich, { files: { [CONFIG]: '{ "disabled_providers": ["z"] }\n' } })
    await succeeds(given, 'apply')
    const before = targets(given)
    given.write(MANIFEST, TWO)
    await succeeds(given, 'apply', 'rollback')
    expect(targets(given)).toEqual(before)
  })

  test('to 0 is to before the first apply', async () => {
    const given = world(ONE, { files: { [CONFIG]: '{ "theme": "dark" }' } })
    await succeeds(given, 'apply', 'rollback')
    expect(targets(given)).toEqual(['{ "theme": "dark" }', undefined, {}])
  })

  test.each(['rollback 7', 'rollback'])('refuses with `%s` what is not kept', async (line) => {
    const given = world(ONE)
    if (line !== 'rollback') await succeeds(given, 'apply')
    const { code, err } = await opgen(given, line)
    expect(code).toBe(1)
    expect(err).toContain('opgen: error:')
  })

  test.each(['rollback one', 'rollback -1', 'rollback 1 2'])(
    'refuses `%s` as usage',
    async (line) => {
      expect((await opgen(world(ONE), line)).code).toBe(64)
    },
  )

  test('leaves what others wrote since', async () => {
    const given = world(ONE)
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

describe('generations', () => {
  test('are kept up to 20', async () => {
    const given = world(ONE)
    for (let round = 1; round <= 23; round += 1) {
      given.write(MANIFEST, ONE.replace('One', `Name ${round}`))
      await succeeds(given, 'apply')
    }
    const numbers = [...given.files.keys()].flatMap((file) =>
      file.includes('/generations/') ? [Number(file.replace(/\D/g, ''))] : [],
    )
    expect(numbers.toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 4),
    )
    expect((await opgen(given, 'rollback 3')).code).toBe(1)
    await succeeds(given, 'rollback 10')
    expect(given.read(CONFIG)).toContain('"Name 10"')
  })

  test('hold what was owned before and after, and never a key', async () => {
    const given = world(ONE)
    await succeeds(given, 'apply')
    given.write(MANIFEST, TWO)
    await succeeds(given, 'apply')
    const text = given.read(STATE.replace('state.json', 'generations/2.json')) ?? ''
    expect(text).not.toContain('test-key')
    expect(JSON.parse(text)).toMatchObject({
      number: 2,
      time: '2026-11-23T12:00:00.000Z',
      opgen: '0.0.0-test',
      manifest: { path: MANIFEST },
      machine: { hostname: 'laptop.example.org', name: null, profile: null },
      before: {
        [CONFIG]: { '/provider/acme/name': { json: 'One' }, '/provider/acme/models/c': null },
      },
      after: {
        files: { [CONFIG]: { values: { '/provider/acme/name': { value: { json: 'Two' } } } } },
      },
    })
  })

  test('are not recorded where nothing changed', async () => {
    const given = world(ONE)
    await succeeds(given, 'apply', 'apply', 'unmanage', 'apply')
    expect(await opgenJson(given, 'history')).toMatchObject({ generations: [{ number: 1 }] })
  })

  test('are told one a line, with what changed when asked', async () => {
    const given = world(ONE)
    expect(await opgen(given, 'history')).toMatchObject({ out: 'Nothing has been applied yet.\n' })
    await succeeds(given, 'apply')
    expect((await opgen(given, 'history --verbose')).out).toBe(
      '* 1  2026-11-23 12:00 UTC  apply     1 created\n     + acme\n',
    )
  })
})

describe('`unmanage`', () => {
  test('forgets a provider and leaves the files', async () => {
    const given = world(`${ONE}${ONE.slice(ONE.indexOf('  acme')).replaceAll('acme', 'other')}`)
    await succeeds(given, 'apply')
    const before = targets(given)
    const { out, err } = await opgen(given, 'unmanage acme')
    expect(out).toBe('No longer managed: acme.\n')
    expect(err).toContain('opencode.jsonc')
    expect(targets(given)).toEqual(before)
    given.write(MANIFEST, 'version: 1\nproviders: {}\n')
    await succeeds(given, 'apply')
    const left = JSON.parse(given.read(CONFIG) ?? '')
    expect(Object.keys(left.provider)).toEqual(['acme'])
  })

  test('forgets all without an id, and needs no manifest', async () => {
    const given = world(ONE)
    await succeeds(given, 'apply')
    const before = targets(given)
    given.files.delete(MANIFEST)
    expect(await opgenJson(given, 'unmanage')).toMatchObject({ unmanaged: ['acme'] })
    expect(targets(given)).toEqual(before)
    await succeeds(given, 'destroy')
    expect(targets(given)).toEqual(before)
  })

  test('refuses an id that it does not manage, with the nearest name', async () => {
    const given = world(ONE)
    await succeeds(given, 'apply')
    const { code, err } = await opgen(given, 'unmanage acne')
    expect(code).toBe(65)
    expect(err).toContain('did you mean "acme"?')
  })

  test('is undone by the next apply, which adopts', async () => {
    const given = world(ONE)
    await succeeds(given, 'apply', 'unmanage')
    expect((await opgen(given, 'apply')).out).toContain('already there as wanted')
  })
})
