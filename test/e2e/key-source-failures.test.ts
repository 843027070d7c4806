import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { watchWholeFile } from '../support/argument-watch.ts'
import { leaks } from '../support/leaks.ts'
import { place, succeeds, textOf } from '../support/opgen.ts'
import { GNOME_PROMPTER, ownSilently } from '../support/silent-bus-name.ts'
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
  variables,
  applying,
  deliveredKey,
  appliedKey,
  keys,
  mark,
  sourceWorld,
} from '../support/source-world.ts'
import type { SourceWorld } from '../support/source-world.ts'
import { need } from '../support/tools.ts'

const { skip, note } = await need('secret-service')
const stopWatching = watchWholeFile()

/** What comes of asking in vain: by `apply` and `run`, which end, and by `plan` and `key list`, which go on. */
async function askInVain(world: SourceWorld): Promise<object> {
  const before = world.trace()
  const ended = [
    await world.run(applying, variables),
    await world.run(['run', '--trust-commands', '--', 'true'], variables),
  ]
  await succeeds(world.run(['plan', '--trust-commands'], variables))
  await succeeds(world.run(['key', 'list', '--json'], variables))
  expect(world.trace()).toEqual(before)
  expect(await world.leaked()).toEqual([])
  return ended.map(({ status, stderr }) => ({ status, stderr }))
}

/** Both end with exit 1, a reason and a way out. */
function refusedAs(said: string): readonly object[] {
  const reason = said.replaceAll(/[()]/g, '\\$&')
  const stderr = expect.stringMatching(
    new RegExp(`^opgen: error: .*${reason}.*\nopgen: hint: .`, 'm'),
  )
  return [1, 1].map((status) => ({ status, stderr }))
}

describe.skipIf(skip)(`a source that fails${note}`, () => {
  test.each([
    [FAILS, 'ended with exit code 6'],
    ['{ command: [./bin/two-lines] }', 'printed more than one line'],
    ['{ command: [./bin/nothing] }', 'printed nothing'],
    ['{ command: [./bin/not-there] }', 'is not to be found'],
    ['{ command: [no-such-password-manager, get] }', 'is not to be found'],
    ['{ command: [./bin/no-program] }', 'cannot be run'],
    ['{ command: [secret-tool, lookup, service, nobody] }', 'ended with exit code 1'],
    [WIDE, 'can be read by others (mode 0644)'],
    ['{ file: ~/keys/group }', 'can be read by others (mode 0640)'],
    ['{ file: ~/keys/link-to-wide }', 'can be read by others (mode 0644)'],
    ['{ file: ~/keys }', 'is no file'],
  ])('stops the list with exit 1, and nothing is written: %s', async (source, said) => {
    const world = await sourceWorld({ key: `[${UNSET}, ${source}, ${VARIABLE}, keychain]` })
    expect(await askInVain(world)).toEqual(refusedAs(said))
  })

  test('by never ending is ended in time, with all that it has started', async () => {
    const key = `[{ command: [./bin/hangs], timeout: 1 }, ${VARIABLE}]`
    const world = await sourceWorld({ key })
    const sleeper = join(world.sandbox.home, 'sleeper')
    await place(sleeper, '')
    const { status, stderr } = await world.run(applying, variables)
    expect(status).toBe(1)
    expect(stderr).toContain('bin/hangs` did not end in time')
    expect(stderr).toContain('timeout: SECONDS')
    const pid = Number(await textOf(sleeper))
    expect(pid).toBeGreaterThan(1)
    await expect.poll(() => isRunning(pid), { timeout: 20_000 }).toBe(false)
    expect(await deliveredKey(world)).toBeUndefined()
    expect(await world.leaked()).toEqual([])
  })

  test('leaves what OpenCode has from it as it was', async () => {
    const world = await sourceWorld({ key: SCRIPT })
    await succeeds(world.run(applying))
    await place(join(world.sandbox.work, 'bin', 'key'), `#!/bin/sh\nexit 6\n`)
    const before = world.trace()
    for (const command of ['apply', 'plan', 'status']) {
      const { stderr } = await succeeds(world.run([command]))
      expect(stderr).toContain('ended with exit code 6: the key of "acme" was not looked at')
    }
    expect(world.trace()).toEqual(before)
    expect(await deliveredKey(world)).toBe(keys.script)
    expect(await world.leaked()).toEqual([])
  })
})

describe.skipIf(skip)(`a source that has no key${note}`, () => {
  test.each(['keychain', NO_ENTRY, UNSET, EMPTY, NO_FILE, `[keychain, ${UNSET}, ${NO_FILE}]`])(
    'is a decision, and nothing is written: %s',
    async (key) => {
      const world = await sourceWorld({ key })
      await succeeds(world.run(['key', 'remove', 'acme']))
      const before = world.trace()
      const { status, stderr } = await world.run(['apply'], variables)
      expect(status).toBe(3)
      expect(stderr).toContain('--skip-missing')
      expect(world.trace()).toEqual(before)
      expect(await world.leaked()).toEqual([])
    },
  )
})

describe.skipIf(skip)(`with a locked keychain${note}`, () => {
  // The entry that a locked keychain is known to have.
  const LOCKED = '{ keychain: { service: opgen, account: seeded } }'

  test.each([LOCKED, `[${LOCKED}, ${VARIABLE}]`, `[${UNSET}, ${LOCKED}, ${SCRIPT}, none]`])(
    '%s stops with exit 1',
    async (key) => {
      const world = await sourceWorld({ key, state: 'locked' })
      expect(await askInVain(world)).toEqual(refusedAs('the keychain is locked'))
    },
  )

  test.each([
    [`[${VARIABLE}, ${LOCKED}]`, keys.variable],
    [`[${FILE}, ${LOCKED}]`, keys.file],
    [`[${SCRIPT}, ${LOCKED}]`, keys.script],
  ])('%s does without it', async (key, expected) => {
    const world = await sourceWorld({ key, state: 'locked' })
    expect(await appliedKey(world)).toBe(expected)
    expect(await world.leaked()).toEqual([])
  })

  test('whose dialog nobody answers, a list stops with exit 1, too', async () => {
    const world = await sourceWorld({ key: `[${LOCKED}, ${VARIABLE}]`, state: 'locked' })
    const address = world.service.environment['DBUS_SESSION_BUS_ADDRESS'] ?? ''
    await ownSilently(address, GNOME_PROMPTER)
    expect(await askInVain(world)).toEqual(refusedAs('the keychain gave no answer in time'))
  })
})

describe.skipIf(skip)(`without a keychain${note}`, () => {
  test('that alone stops with exit 1', async () => {
    const world = await sourceWorld({ key: 'keychain', state: 'absent' })
    expect(await askInVain(world)).toEqual(refusedAs('there is no keychain service to ask'))
  })

  test.each([
    [`[keychain, ${VARIABLE}]`, keys.variable],
    [`[${OTHER}, keychain, ${FILE}]`, keys.file],
    [`[keychain, ${UNSET}, ${SCRIPT}]`, keys.script],
    [SCRIPT, keys.script],
  ])('%s moves on', async (key, expected) => {
    const world = await sourceWorld({ key, state: 'absent' })
    expect(await appliedKey(world)).toBe(expected)
    expect(await world.leaked()).toEqual([])
  })

  test('a list in which nothing has a key is a decision', async () => {
    const world = await sourceWorld({ key: `[keychain, ${UNSET}]`, state: 'absent' })
    const before = world.trace()
    expect((await world.run(['apply'])).status).toBe(3)
    expect(world.trace()).toEqual(before)
  })
})

describe.skipIf(skip)(`all the while${note}`, () => {
  test('no process had a key in its arguments', async () => {
    const seen = await stopWatching()
    expect(seen.some((line) => line.includes('opgen.cjs'))).toBe(true)
    expect(seen.filter((line) => leaks(line, mark))).toEqual([])
  })
})

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
