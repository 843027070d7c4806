import { describe, expect, test } from 'vitest'
import { HOME } from '../../support/memory-system.ts'
import type { MemoryWorld } from '../../support/memory-system.ts'
import { answered, ctrlC, snapshot } from '../../support/answering.ts'
import { AUTH, CONFIG, MANIFEST, opgen, worldWith } from '../../support/run-opgen.ts'

const manifest = `version: 1
vault: keys.age
providers:
  one: { baseURL: "https://one.example/v1", models: [m] }
  two: { baseURL: "https://two.example/v1", models: [m] }
  three: { baseURL: "https://three.example/v1", models: [m], key: { env: THREE_KEY } }
`
const FILE = `${HOME}/dotfiles/keys.age`
const good = 'correct horse battery'
const keys = { 'opgen/one': 'test-key-one', 'opgen/two': 'test-key-two' }
const env = { THREE_KEY: 'test-key-three' }

/** A laptop without keys, with the vault of one that has these. */
async function second(
  exported: Readonly<Record<string, string>> = keys,
  options = '--passphrase-file -',
): Promise<MemoryWorld> {
  const first = worldWith(manifest, { keychain: exported })
  expect(await opgen(first, `key export ${options}`, { stdin: good })).toMatchObject({ code: 0 })
  return worldWith(manifest, { env, files: { [FILE]: first.read(FILE) ?? '' } })
}

describe('a missing key on a laptop that has the vault', () => {
  test('is imported from it, and so are the others, and all are applied', async () => {
    const world = await second()
    const { code, out, err } = await answered(world, 'i', good)
    expect(code).toBe(0)
    expect(err).toContain(
      '  [s]kip this provider  [e]nter it now  [i]mport from the vault  [q]uit\n',
    )
    expect(err).toContain(
      '  Passphrase of keys.age (not shown; Enter leaves it): \n  imported: one, two\n',
    )
    expect(err).not.toContain('two missing-key')
    expect(out).toContain('Applied: 3 created.')
    expect(Object.fromEntries(world.keychain)).toEqual(keys)
    for (const key of ['one', 'two', 'three']) expect(world.read(AUTH)).toContain(`test-key-${key}`)
    expect(out + err).not.toContain('test-key')
    expect((await opgen(world, 'apply')).out).toBe('Nothing to change.\n')
  })

  test('goes where the manifest says only after a question, once an apply has succeeded', async () => {
    const world = await second()
    expect((await opgen(world, 'apply --skip-missing')).code).toBe(0)
    world.write(MANIFEST, manifest.replace('one.example', 'evil.example'))
    const { code, err } = await answered(world, 'i', good, 'q')
    expect(code).toBe(3)
    expect(err).toContain('one origin: ')
    expect(err).toContain('would go to @ai-sdk/openai-compatible https://evil.example\n')
    expect(world.read(AUTH)).not.toContain('test-key-one')
  })

  test('is imported, and then asked about where it goes if that is not where it may', async () => {
    const world = await second()
    const evil =
      '  evil: { baseURL: "https://evil.example/v1", models: [m], key: { keychain: { service: opgen, account: one } } }\n'
    world.write(MANIFEST, manifest + evil)
    const { code, err } = await answered(world, 'i', good, 'q')
    expect(code).toBe(3)
    expect(err).toContain('imported: one, evil, two')
    expect(err).toContain('evil origin')
    expect(world.read(AUTH)).toBeUndefined()
  })

  test('is imported with where it may go, and the other answers count', async () => {
    const first = worldWith(manifest, { keychain: { 'opgen/one': 'test-key-one' }, env })
    expect((await opgen(first, 'apply --skip-missing')).code).toBe(0)
    const exported = await opgen(first, 'key export --passphrase-file -', { stdin: good })
    expect(exported.code).toBe(0)
    const files = { [FILE]: first.read(FILE) ?? '' }
    const world = worldWith(manifest.replace(/^ {2}(?:one|two): .*\n/gm, ''), { env, files })
    expect((await opgen(world, 'apply')).code).toBe(0)
    world.write(MANIFEST, manifest)
    const { code, err } = await answered(world, 'i', good, 'e', 'test-key-two')
    expect(err).not.toContain('is forgotten')
    expect(code).toBe(0)
    for (const key of ['one', 'two']) expect(world.read(AUTH)).toContain(`test-key-${key}`)
  })

  test('is left to be answered otherwise when the passphrase is not known', async () => {
    const world = await second()
    const { code, err } = await answered(world, 'i', 'wrong', '', 's', 's')
    expect(code).toBe(0)
    expect(err).toContain('  this passphrase does not open it\n')
    expect(world.keychain.size).toBe(0)
    expect(world.read(CONFIG)).not.toContain('one')
  })

  test('is asked for otherwise when the vault does not have it', async () => {
    const world = await second({ 'opgen/two': 'test-key-two' })
    const { code, err } = await answered(world, 'i', good, 'e', 'test-key-typed')
    expect(code).toBe(0)
    expect(err).toContain('  imported: two\n  not in the vault: one\n')
    expect(err).not.toContain('two missing-key')
    expect(Object.fromEntries(world.keychain)).toEqual({
      'opgen/one': 'test-key-typed',
      'opgen/two': 'test-key-two',
    })
  })

  test('stays left out when it was skipped before the import', async () => {
    const world = await second()
    const { code } = await answered(world, 's', 'i', good)
    expect(code).toBe(0)
    expect([...world.keychain.keys()]).toEqual(['opgen/two'])
    expect(world.read(CONFIG)).not.toContain('one.example')
  })

  test('needs another command where the vault opens with an identity', async () => {
    const recipient = 'age1anknf0vtalcvch699fau67fk7c6s36x4lucr7t7u6lznp4a60scs3rdhtm'
    const world = await second(keys, `--recipient ${recipient}`)
    const { code, err } = await answered(world, 'i', 'q')
    expect(code).toBe(3)
    expect(err).toContain('opens with an identity, not with a passphrase\n')
    expect(err).toContain('`--identity FILE`')
  })

  test('is told of with the command that imports it where nobody is asked', async () => {
    const world = await second()
    const { code, err } = await opgen(world, 'apply')
    expect(code).toBe(3)
    expect(err).toContain(
      '    store one with `opgen key set one`\n    or import it: `opgen key import`\n',
    )
  })

  test('is not told of where the vault is not there', async () => {
    const world = worldWith(manifest, { env })
    const { err } = await opgen(world, 'apply')
    expect(err).not.toContain('import')
    expect((await answered(world, 'i', 'q')).err).not.toContain('[i]mport')
  })

  test('of which the prompt is interrupted stops everything', async () => {
    const world = await second()
    const before = snapshot(world)
    expect(await answered(world, 'i', ctrlC)).toMatchObject({ code: 130, out: '' })
    expect(snapshot(world)).toEqual(before)
    expect(world.keychain.size).toBe(0)
  })
})
