import { armor, Encrypter, generateIdentity, identityToRecipient } from 'age-encryption'
import { describe, expect, test } from 'vitest'
import { ACME, applied, manifest } from '../../support/bound-world.ts'
import { HOME } from '../../support/memory-system.ts'
import type { MemoryWorld } from '../../support/memory-system.ts'
import { MANIFEST, opgen, opgenJson, STATE, worldWith } from '../../support/run-opgen.ts'

/* A key takes along where it was accepted to go, so that a new laptop need not take a manifest on trust. */

const PHRASE = 'correct horse battery'
const VAULT = `${HOME}/dotfiles/keys.age`
const honest = manifest(ACME)
const changed = manifest(ACME.replace('acme.example', 'evil.example'))

/** A laptop with the vault of another one, on which the honest manifest was applied. */
async function second(text: string): Promise<MemoryWorld> {
  const first = await applied()
  const line = `key export --to ${VAULT} --passphrase-file -`
  expect(await opgen(first, line, { stdin: PHRASE })).toMatchObject({ code: 0 })
  return worldWith(text, { files: { [VAULT]: first.read(VAULT) ?? '' } })
}

async function imports(world: MemoryWorld): Promise<void> {
  const line = `key import ${VAULT} --passphrase-file -`
  expect(await opgen(world, line, { stdin: PHRASE })).toMatchObject({ code: 0 })
}

describe('a key that was imported', () => {
  test('may go where it went on the other laptop, without a word', async () => {
    const world = await second(honest)
    await imports(world)
    expect(await opgen(world, 'apply')).toMatchObject({ code: 0, err: '' })
  })

  test('may go nowhere else, also at the first apply of the laptop', async () => {
    const world = await second(changed)
    await imports(world)
    expect(await opgenJson(world, 'plan')).toMatchObject({
      decisions: [{ id: 'acme', kind: 'origin', flag: '--trust-origin acme' }],
    })
  })

  test('is bound in an import at the question of `apply`, too', async () => {
    const world = await second(`${changed}vault: keys.age\n`)
    const { code, err } = await opgen(world, 'apply', { answers: ['i', PHRASE, 'q'] })
    expect(code).toBe(3)
    expect(err).toContain('acme origin: ')
    expect(err).toContain('and so far goes to @ai-sdk/openai-compatible https://acme.example')
  })

  test('is bound where it was in the keychain before', async () => {
    const world = await second(changed)
    world.keychain.set('opgen/acme', 'test-key-acme')
    await imports(world)
    expect((await opgen(world, 'apply')).code).toBe(3)
  })

  test('is bound to nothing by a file that anybody could have encrypted', async () => {
    const identity = await generateIdentity()
    const first = await applied()
    const line = `key export --to ${VAULT} --recipient ${await identityToRecipient(identity)}`
    expect((await opgen(first, line)).code).toBe(0)
    const files = { [VAULT]: first.read(VAULT) ?? '', [`${HOME}/age.txt`]: `${identity}\n` }
    const world = worldWith(honest, { files })
    const { code } = await opgen(world, `key import ${VAULT} --identity ${HOME}/age.txt`)
    expect(code).toBe(0)
    expect(world.keychain.get('opgen/acme')).toBe('test-key-acme')
    expect(world.read(STATE) ?? '').not.toContain('acme.example')
  })

  test('is bound to nothing by such a file that says where it may go', async () => {
    const identity = await generateIdentity()
    const encrypter = new Encrypter()
    encrypter.addRecipient(await identityToRecipient(identity))
    const place = '@ai-sdk/openai-compatible https://evil.example'
    const text = { version: 1, keys: { acme: 'test-key-acme' }, destinations: { acme: [place] } }
    const sealed = armor.encode(await encrypter.encrypt(JSON.stringify(text)))
    const files = { [VAULT]: sealed, [`${HOME}/age.txt`]: `${identity}\n` }
    const world = worldWith(changed, { files })
    const { code } = await opgen(world, `key import ${VAULT} --identity ${HOME}/age.txt`)
    expect(code).toBe(0)
    expect(world.keychain.get('opgen/acme')).toBe('test-key-acme')
    expect(world.read(STATE) ?? '').not.toContain('evil.example')
  })

  test('leaves no key in the record', async () => {
    const world = await second(honest)
    await imports(world)
    expect(world.read(STATE)).toContain('https://acme.example')
    expect(world.read(STATE)).not.toContain('test-key')
    world.write(MANIFEST, honest)
    expect((await opgen(world, 'apply')).code).toBe(0)
  })
})
