import { generateIdentity, identityToRecipient } from 'age-encryption'
import { describe, expect, test } from 'vitest'
import { laptop, VAULT, withFile, writeVault } from '../../support/laptops.ts'
import { HOME } from '../../support/memory-system.ts'
import { opgen } from '../../support/run-opgen.ts'

const identity = await generateIdentity()
const recipient = await identityToRecipient(identity)

describe('`key import` fails', () => {
  test.each([
    ['a wrong identity', 'none of these identities opens'],
    ['no identity file', 'no identity file at'],
    ['a file without an identity', 'holds something that is no identity'],
  ])('with %s', async (what, message) => {
    const world = laptop()
    await opgen(world, `key export --recipient ${recipient}`)
    if (what === 'a wrong identity') world.write(`${HOME}/id.txt`, await generateIdentity())
    if (what === 'a file without an identity') world.write(`${HOME}/id.txt`, 'test-key-mine')
    const { code, err } = await opgen(world, `key import --identity ${HOME}/id.txt`)
    expect(code).toBe(1)
    expect(err).toContain(message)
    expect(err).not.toContain('test-key')
  })

  test('with an identity for a vault that has a passphrase', async () => {
    const world = laptop()
    await opgen(world, `key export ${withFile}`)
    world.write(`${HOME}/id.txt`, identity)
    const { code, err } = await opgen(world, `key import --identity ${HOME}/id.txt`)
    expect(code).toBe(1)
    expect(err).toContain(`error: ${VAULT} opens with a passphrase, not with an identity\n`)
  })

  test.each([
    ['is not there', undefined, 'no vault at'],
    ['is no age file', 'test-key-secret', 'is not an age file'],
    ['is too large', 'x'.repeat(3_100_000), 'is not an age file'],
  ])('with a vault that %s', async (_, text, message) => {
    const world = laptop({})
    if (text !== undefined) world.write(VAULT, text)
    const { code, err } = await opgen(world, `key import ${withFile}`)
    expect(code).toBe(1)
    expect(err).toContain(message)
    expect(err).not.toContain('test-key')
  })

  test.each([
    [{ version: 1, keys: { one: 'Bearer test-key' } }, 'the key for "one" in'],
    [{ version: 2, keys: {} }, 'was written by a newer opgen (vault version 2)'],
    [['test-key-secret'], 'are no keys of opgen'],
  ])('with a vault that holds %j', async (json, message) => {
    const world = laptop({})
    await writeVault(world, json)
    const { code, err } = await opgen(world, `key import ${withFile}`)
    expect(code).toBe(1)
    expect(err).toContain(message)
    expect(err).not.toContain('test-key')
  })

  test('with a vault that somebody changed', async () => {
    const world = laptop()
    await opgen(world, `key export ${withFile}`)
    const lines = (world.read(VAULT) ?? '').trimEnd().split('\n')
    const last = lines.at(-2) ?? ''
    lines[lines.length - 2] = `${last.startsWith('A') ? 'B' : 'A'}${last.slice(1)}`
    world.write(VAULT, `${lines.join('\n')}\n`)
    const { code, err } = await opgen(world, `key import ${withFile}`)
    expect(code).toBe(1)
    expect(err).toContain(`error: ${VAULT} was changed after it was encrypted, or is cut off\n`)
  })
})
