import { describe, expect, test } from 'vitest'
import type { CommandFault } from '../../../src/system/system.ts'
import { HOME } from '../../support/memory-system.ts'
import type { MemoryWorld, WorldOptions } from '../../support/memory-system.ts'
import { AUTH, MANIFEST, opgen, opgenJson, STATE, worldWith } from '../../support/run-opgen.ts'

function withKey(key: string): string {
  return `version: 1\nproviders:\n  gw: { baseURL: "https://gw.example/v1", models: [m], key: ${key} }\n`
}

function writtenKey(given: MemoryWorld): unknown {
  const auth = given.read(AUTH)
  return auth === undefined ? undefined : JSON.parse(auth).gw?.key
}

function world(key: string, options: WorldOptions = {}): MemoryWorld {
  return worldWith(withKey(key), options)
}

/** A file that only its owner can read. */
function withFile(key: string, text: string, mode = 0o600): MemoryWorld {
  const made = world(key)
  made.write(`${HOME}/keys/gw`, text, mode)
  return made
}

const OP = '{ command: [op, read, "op://Work/llm/key"] }'
const LINE = 'op read op://Work/llm/key'

describe('the entry of another tool', () => {
  test('is read under its own service and account', async () => {
    const given = world('{ keychain: { service: other-tool, account: me@work } }', {
      keychain: { 'other-tool/me@work': 'test-key-shared', 'opgen/gw': 'test-key-own' },
    })
    expect((await opgen(given, 'apply')).code).toBe(0)
    expect(writtenKey(given)).toBe('test-key-shared')
    expect(given.asked).toEqual([[{ op: 'read', service: 'other-tool', account: 'me@work' }]])
  })

  test('that is there twice is told by its own name', async () => {
    const given = world('{ keychain: { service: other-tool, account: me } }', {
      keychainRefuses: 'ambiguous',
    })
    const { code, err } = await opgen(given, 'apply')
    expect(code).toBe(1)
    expect(err).toContain('`secret-tool clear service other-tool username me`')
  })

  test('that is not there is a missing key, with the way to it', async () => {
    const given = world('{ keychain: { service: other-tool, account: me } }')
    const { err } = await opgen(given, 'apply')
    expect(err).toContain('no key found (nothing in the keychain as other-tool/me)')
    expect(err).toContain('put one into the keychain as other-tool/me')
    expect((await opgen(world('{ file: ~/keys/gw }'), 'apply')).err).toContain(
      `write one into ${HOME}/keys/gw`,
    )
  })

  test('is never written by `key set`', async () => {
    const given = world('{ keychain: { service: other-tool, account: me } }')
    const { err } = await opgen(given, 'key set gw', { stdin: 'test-key-gw' })
    expect([...given.keychain.keys()]).toEqual(['opgen/gw'])
    expect(err).toContain('the manifest takes this key from its entry other-tool/me, not from this')
  })
})

describe('a command', () => {
  test('is not run before it was accepted, which is a decision', async () => {
    const given = world(OP, { commands: { [LINE]: 'test-key-op' } })
    const before = new Map(given.files)
    const outcome = await opgen(given, 'apply')
    expect(outcome.code).toBe(3)
    expect(outcome.err).toContain('gw command')
    expect(outcome.err).toContain(`its key comes from \`${LINE}\`, run in ${HOME}/dotfiles\n`)
    expect(outcome.err).toContain('decide with `--trust-commands`')
    expect(given.ran).toEqual([])
    expect(new Map(given.files)).toEqual(before)
  })

  test('is run once it was accepted, and remembered as a digest', async () => {
    const given = world(OP, { commands: { [LINE]: 'test-key-op' } })
    expect((await opgen(given, 'apply --trust-commands')).code).toBe(0)
    expect(writtenKey(given)).toBe('test-key-op')
    expect(JSON.parse(given.read(STATE) ?? '').commands).toEqual([
      expect.stringMatching(/^[\da-f]{64}$/),
    ])
    expect((await opgen(given, 'apply')).out).toBe('Nothing to change.\n')
    expect(await opgenJson(given, 'status')).toMatchObject({ providers: [{ state: 'in-sync' }] })
    expect(given.ran).toEqual([LINE, LINE, LINE])
  })

  test('with another argument, or in another folder, has to be accepted anew', async () => {
    const other = 'op read op://Work/llm/other'
    const given = world(OP, { commands: { [LINE]: 'test-key-op', [other]: 'test-key-other' } })
    await opgen(given, 'apply --trust-commands')
    given.write(MANIFEST, withKey(OP.replace('llm/key', 'llm/other')))
    expect((await opgen(given, 'apply')).code).toBe(3)
    given.write(`${HOME}/clone/providers.yaml`, withKey(OP))
    const elsewhere = `--manifest ${HOME}/clone/providers.yaml --switch-manifest`
    expect((await opgen(given, `apply ${elsewhere}`)).err).toContain('gw command')
    expect(given.ran).toEqual([LINE])
  })

  test('is accepted for one run of `plan` without being remembered', async () => {
    const given = world(OP, { commands: { [LINE]: 'test-key-op' } })
    const planned = await opgenJson(given, 'plan --trust-commands')
    expect(planned).toMatchObject({ changes: [{ id: 'gw', key: 'set' }], decisions: [] })
    expect((await opgen(given, 'plan')).out).toContain('gw command')
    expect(given.ran).toEqual([LINE])
  })

  test('is run when a person says so, and then its key is planned', async () => {
    const given = world(OP, { commands: { [LINE]: 'test-key-op' } })
    const { code, err } = await opgen(given, 'apply', { answers: ['r'] })
    expect(code).toBe(0)
    expect(err).toContain('gw command: its key comes from a command that was never run here')
    expect(writtenKey(given)).toBe('test-key-op')
  })

  test('that two providers name is run once', async () => {
    const second = '  b: { baseURL: "https://b.example/v1", models: [m], key: '
    const given = worldWith(`${withKey(OP)}${second}${OP} }\n`, {
      commands: { [LINE]: 'test-key-op' },
    })
    await opgen(given, 'apply --trust-commands --trust-origin b')
    expect(given.ran).toEqual([LINE])
  })

  test('with a path is relative to the manifest, and others are looked for on $PATH', async () => {
    const line = `${HOME}/dotfiles/bin/key gw`
    const given = world('{ command: [./bin/key, gw] }', { commands: { [line]: 'test-key-own' } })
    expect((await opgen(given, 'apply --trust-commands')).code).toBe(0)
    expect(given.ran).toEqual([line])
    const home = world('{ command: [~/bin/key] }', {
      commands: { [`${HOME}/bin/key`]: 'test-key' },
    })
    expect((await opgen(home, 'apply --trust-commands')).code).toBe(0)
  })

  test.each<readonly [CommandFault, string]>([
    [{ kind: 'not-found' }, 'is not to be found'],
    [{ kind: 'not-permitted' }, 'cannot be run'],
    [{ kind: 'no-folder' }, 'has no folder to run in'],
    [{ kind: 'no-answer' }, 'did not end in time'],
    [{ kind: 'nothing' }, 'printed nothing'],
    [{ kind: 'too-long' }, 'printed far more than a key'],
    [{ kind: 'many-lines' }, 'printed more than one line'],
    [{ kind: 'not-text' }, 'printed what is no text'],
    [{ kind: 'failed', with: 6 }, 'ended with exit code 6'],
    [{ kind: 'failed', with: 'SIGSEGV' }, 'was ended by SIGSEGV'],
  ])('that fails (%o) stops the list with exit 1, its line and a way out', async (fault, said) => {
    const given = world(`[${OP}, { env: GW }]`, {
      env: { GW: 'test-key-env' },
      commands: { [LINE]: fault },
    })
    const { code, err } = await opgen(given, 'apply --trust-commands')
    expect(code).toBe(1)
    expect(err).toContain(`opgen: error: \`${LINE}\` ${said} for "gw"\nopgen: hint: `)
    expect(given.read(STATE)).toBeUndefined()
  })

  test('that fails leaves a copy that goes where it went', async () => {
    const answers: Record<string, string | CommandFault> = { [LINE]: 'test-key-op' }
    const given = world(OP, { commands: answers })
    await opgen(given, 'apply --trust-commands')
    answers[LINE] = { kind: 'failed', with: 1 }
    const { code, out, err } = await opgen(given, 'apply')
    expect({ code, out }).toEqual({ code: 0, out: 'Nothing to change.\n' })
    expect(err).toContain('ended with exit code 1: the key of "gw" was not looked at')
  })

  test('whose output is no key is blamed without showing it', async () => {
    const given = world(OP, { commands: { [LINE]: 'test-key with blanks' } })
    const { code, err } = await opgen(given, 'apply --trust-commands')
    expect(code).toBe(1)
    expect(err).toContain(`hint: make \`${LINE}\` print the bare key`)
    expect(err).not.toContain('blanks')
  })

  test('is not run while the keychain before it has the key', async () => {
    const given = world(`[keychain, ${OP}]`, {
      keychain: { 'opgen/gw': 'test-key-chain' },
      commands: { [LINE]: 'test-key-op' },
    })
    expect((await opgen(given, 'apply')).code).toBe(0)
    expect(given.ran).toEqual([])
    given.keychain.clear()
    expect((await opgen(given, 'apply --trust-commands --trust-origin gw')).code).toBe(0)
    expect(writtenKey(given)).toBe('test-key-op')
  })
})

describe('a file', () => {
  const FILE = '{ file: ~/keys/gw }'

  test.each([
    ['test-key-file\n', 'test-key-file'],
    ['\n  test-key-file \r\n\n', 'test-key-file'],
  ])('with %j in it gives %j', async (text, expected) => {
    const given = withFile(FILE, text)
    expect(await opgen(given, 'apply')).toMatchObject({ code: 0 })
    expect(writtenKey(given)).toBe(expected)
  })

  test('is relative to the manifest', async () => {
    expect((await opgen(withFile('{ file: ../keys/gw }', 'test-key-file'), 'apply')).code).toBe(0)
  })

  test.each([0o640, 0o604, 0o644, 0o620])('that others can get at (%i) stops', async (mode) => {
    const given = withFile(`[${FILE}, none]`, 'test-key-file', mode)
    const { code, err } = await opgen(given, 'apply')
    expect(code).toBe(1)
    expect(err).toContain(`${HOME}/keys/gw can be read by others (mode 0${mode.toString(8)})`)
    expect(err).toContain('`chmod 600 ')
  })

  test('that is not there moves on, and is a missing key at the end', async () => {
    const given = world(`[${FILE}, { env: GW }]`, { env: { GW: 'test-key-env' } })
    expect((await opgen(given, 'apply')).code).toBe(0)
    expect(writtenKey(given)).toBe('test-key-env')
    expect((await opgen(world(FILE), 'apply')).err).toContain(`there is no file ${HOME}/keys/gw`)
  })

  test.each([
    ['', 'is empty'],
    ['Bearer test-key-x', 'begins with "Bearer "'],
    ['two lines\nof it', 'holds a character that no key has'],
  ])('with %j in it is refused', async (text, said) => {
    const { code, err } = await opgen(withFile(FILE, text), 'apply')
    expect(code).toBe(1)
    expect(err).toContain(said)
    expect(err).toContain(`write the bare key into ${HOME}/keys/gw`)
  })

  test('that is far too long, or a folder, is refused', async () => {
    const long = await opgen(withFile(FILE, 'k'.repeat(70_000)), 'apply')
    expect(long).toMatchObject({ code: 1 })
    expect(long.err).toContain('holds far more than a key')
    const folder = world(FILE)
    folder.write(`${HOME}/keys/gw/inside`, '')
    expect((await opgen(folder, 'apply')).err).toContain('is no file')
  })

  test('keeps the keychain from being asked for what comes after it', async () => {
    const given = withFile(`[${FILE}, keychain]`, 'test-key-file')
    await opgen(given, 'apply')
    expect(given.asked).toEqual([])
  })
})
