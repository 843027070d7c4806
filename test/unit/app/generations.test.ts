import { describe, expect, test } from 'vitest'
import { acmeWorld, ONE, succeeds, targets, TWO } from '../../support/acme-world.ts'
import { CONFIG, MANIFEST, opgen, opgenJson, STATE } from '../../support/run-opgen.ts'

describe('generations', () => {
  test('are kept up to 20', async () => {
    const given = acmeWorld(ONE)
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
    const given = acmeWorld(ONE)
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
    const given = acmeWorld(ONE)
    await succeeds(given, 'apply', 'apply', 'unmanage', 'apply')
    expect(await opgenJson(given, 'history')).toMatchObject({ generations: [{ number: 1 }] })
  })

  test('are not those of another number, copied into their place', async () => {
    const given = acmeWorld(ONE)
    await succeeds(given, 'apply')
    given.write(MANIFEST, TWO)
    await succeeds(given, 'apply')
    const [first, second] = [1, 2].map((number) =>
      STATE.replace('state.json', `generations/${number}.json`),
    )
    given.write(first ?? '', given.read(second ?? '') ?? '')
    expect(await opgenJson(given, 'history')).toMatchObject({ generations: [{ number: 2 }] })
    expect((await opgen(given, 'rollback 1')).err).toContain('there is no generation 1')
  })

  test('are told one a line, with what changed when asked', async () => {
    const given = acmeWorld(ONE)
    expect(await opgen(given, 'history')).toMatchObject({ out: 'Nothing has been applied yet.\n' })
    await succeeds(given, 'apply')
    expect((await opgen(given, 'history --verbose')).out).toBe(
      '* 1  2026-11-23 12:00 UTC  apply     1 created\n     + acme\n',
    )
  })
})

describe('`unmanage`', () => {
  test('forgets a provider and leaves the files', async () => {
    const given = acmeWorld(`${ONE}${ONE.slice(ONE.indexOf('  acme')).replaceAll('acme', 'other')}`)
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
    const given = acmeWorld(ONE)
    await succeeds(given, 'apply')
    const before = targets(given)
    given.files.delete(MANIFEST)
    expect(await opgenJson(given, 'unmanage')).toMatchObject({ unmanaged: ['acme'] })
    expect(targets(given)).toEqual(before)
    await succeeds(given, 'destroy')
    expect(targets(given)).toEqual(before)
  })

  test('refuses an id that it does not manage, with the nearest name', async () => {
    const given = acmeWorld(ONE)
    await succeeds(given, 'apply')
    const { code, err } = await opgen(given, 'unmanage acne')
    expect(code).toBe(65)
    expect(err).toContain('did you mean "acme"?')
  })

  test('is undone by the next apply, which adopts', async () => {
    const given = acmeWorld(ONE)
    await succeeds(given, 'apply', 'unmanage')
    expect((await opgen(given, 'apply')).out).toContain('already there as wanted')
  })
})
