import { chmod, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { watchWholeFile } from '../support/argument-watch.ts'
import { freshServer, servedModels } from '../support/fresh.ts'
import { leaks } from '../support/leaks.ts'
import { openCode } from '../support/opencode.ts'
import { place, succeeds, textOf, writeManifest } from '../support/opgen.ts'
import {
  OTHER,
  NO_ENTRY,
  VARIABLE,
  UNSET,
  EMPTY,
  FILE,
  NO_FILE,
  WIDE,
  SCRIPT,
  FAILS,
  applying,
  appliedKey,
  keys,
  lookUpElsewhere,
  mark,
  OTHER_ENTRY,
  sourceManifest,
  sourceWorld,
} from '../support/source-world.ts'
import { need } from '../support/tools.ts'

const { skip, note } = await need('secret-service')
const stopWatching = watchWholeFile()

describe.skipIf(skip)(`with an unlocked keychain${note}`, () => {
  test.each([
    ['keychain', keys.own],
    [OTHER, keys.other],
    [VARIABLE, keys.variable],
    [SCRIPT, keys.script],
    ['{ command: [./bin/traces] }', keys.script],
    ['{ command: [./bin/from-keychain] }', keys.other],
    ['{ command: [secret-tool, lookup, service, work-vpn, username, me@work] }', keys.other],
    [FILE, keys.file],
    ['{ file: ~/keys/read-only }', keys.file],
    ['{ file: ~/keys/link }', keys.file],
    ['{ file: ../home/keys/mine }', keys.file],
  ])('the key comes from %s', async (key, expected) => {
    const world = await sourceWorld({ key })
    expect(await appliedKey(world)).toBe(expected)
    expect(await world.leaked()).toEqual([])
  })

  test.each([
    ['keychain'],
    [OTHER],
    [VARIABLE],
    [FAILS],
    ['{ command: [./bin/told] }'],
    [WIDE],
    [`[${NO_FILE}, none]`],
  ])('$OPGEN_KEY_ACME beats %s, which is not even asked', async (key) => {
    const world = await sourceWorld({ key })
    expect(await appliedKey(world, { OPGEN_KEY_ACME: keys.given })).toBe(keys.given)
    expect(await world.leaked()).toEqual([])
  })

  test.each([
    [`[keychain, ${FAILS}, ${WIDE}]`, keys.own],
    [`[${NO_ENTRY}, ${UNSET}, ${NO_FILE}, ${SCRIPT}]`, keys.script],
    [`[${SCRIPT}, keychain]`, keys.script],
    [`[${UNSET}, ${EMPTY}, keychain, ${VARIABLE}]`, keys.own],
    [`[${NO_FILE}, { file: ~/keys/link-to-nothing }, ${OTHER}, keychain]`, keys.other],
    [`[${FILE}, keychain]`, keys.file],
    [`[${NO_ENTRY}, ${VARIABLE}, ${FAILS}]`, keys.variable],
    [`[${NO_ENTRY}, ${FILE}, none]`, keys.file],
  ])('%s is asked in that order', async (key, expected) => {
    const world = await sourceWorld({ key })
    expect(await appliedKey(world)).toBe(expected)
    expect(await world.leaked()).toEqual([])
  })

  test('what `key set` stores and `key remove` takes away is so for other tools, too', async () => {
    const world = await sourceWorld({ key: '[keychain, { env: ACME_UNSET }]' })
    const lookup = () => lookUpElsewhere(world.service, ['service', 'opgen', 'username', 'acme'])
    await succeeds(world.run(['key', 'remove', 'acme']))
    expect(await lookup()).toBe('')
    await succeeds(world.run(['key', 'set', 'acme'], {}, keys.given))
    expect(await lookup()).toBe(keys.given)
    expect(await appliedKey(world)).toBe(keys.given)
    await succeeds(world.run(['key', 'remove', 'acme']))
    const listed = await succeeds(world.run(['key', 'list', '--json']))
    expect(JSON.parse(listed.stdout)).toMatchObject({ keys: [{ id: 'acme', state: 'missing' }] })
    expect(await lookUpElsewhere(world.service, OTHER_ENTRY)).toBe(keys.other)
    expect(await world.leaked()).toEqual([])
  })

  test('a command is not told the keys that are meant for opgen', async () => {
    const world = await sourceWorld({ key: '{ command: [./bin/told] }' })
    expect(await appliedKey(world, { OPGEN_KEY_OTHER: keys.given })).toBe(keys.script)
    expect(await world.leaked()).toEqual([])
  })

  test('a command that was never accepted is not run, and that is a decision', async () => {
    const world = await sourceWorld({ key: '{ command: [./bin/mark] }' })
    const wasRun = join(world.sandbox.work, 'was-run')
    await place(join(world.sandbox.work, 'bin', 'mark'), `#!/bin/sh\n: > ../work/was-run\nexit 1\n`)
    await chmod(join(world.sandbox.work, 'bin', 'mark'), 0o700)
    const before = world.trace()
    for (const command of ['apply', 'plan', 'status']) await world.run([command])
    const { status, stderr } = await world.run(['apply', '--force'])
    expect(status).toBe(3)
    expect(stderr).toContain('--trust-commands')
    expect(world.trace()).toEqual(before)
    expect((await world.run(applying)).status).toBe(1)
    expect(await textOf(wasRun)).toBe('')
  })
})

const both = await need('opencode', 'secret-service')
describe.skipIf(both.skip)(`the real opencode${both.note}`, () => {
  test('answers with the key of a command, and with the next one when that changes', async () => {
    const model = `acme/${servedModels[0]}`
    const key = '{ command: [./bin/from-keychain] }'
    const first = await freshServer(keys.other)
    const world = await sourceWorld({ key, baseURL: first.baseURL })
    await succeeds(world.run(applying))
    const answered = await succeeds(openCode(world.sandbox, ['run', '-m', model, 'ping']))
    expect(answered.stdout).toBe('pong\n')
    for (const request of first.seen) expect(request.authorization).toBe(`Bearer ${keys.other}`)

    const second = await freshServer(keys.script)
    await writeManifest(world.sandbox, sourceManifest({ key: SCRIPT, baseURL: second.baseURL }))
    expect((await world.run(['apply'])).status).toBe(3)
    await succeeds(world.run([...applying, '--trust-origin', 'acme']))
    await rm(join(world.sandbox.work, 'bin'), { recursive: true })
    const again = await succeeds(openCode(world.sandbox, ['run', '-m', model, 'ping']))
    expect(again.stdout).toBe('pong\n')
    for (const request of second.seen) expect(request.authorization).toBe(`Bearer ${keys.script}`)
    expect(await world.leaked()).toEqual([])
  })
})

describe.skipIf(skip)(`all the while${note}`, () => {
  test('no process had a key in its arguments', async () => {
    const seen = await stopWatching()
    expect(seen.some((line) => line.includes('opgen.cjs'))).toBe(true)
    expect(seen.filter((line) => leaks(line, mark))).toEqual([])
  })
})
