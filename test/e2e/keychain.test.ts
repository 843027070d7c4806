import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { runCommand } from '../../scripts/command.mjs'
import type { SecretService } from '../../scripts/secret-service.mjs'
import { createOsKeychain } from '../../src/system/os-keychain.ts'
import type { Keychain, KeychainPatience, KeychainRequest } from '../../src/system/system.ts'
import { dbusSend } from '../support/dbus-send.ts'
import { freshSecretService } from '../support/fresh.ts'
import { read, remove, shown, store } from '../support/keychain-requests.ts'
import { keychainChildScript } from '../support/real-keychain.ts'
import type { KeychainChildScript } from '../support/real-keychain.ts'
import { GNOME_PROMPTER, ownSilently } from '../support/silent-bus-name.ts'
import { need } from '../support/tools.ts'

const PATIENCE: KeychainPatience = { deadline: 30_000, onWaiting: () => {} }
const QUIETLY: KeychainPatience = { ...PATIENCE, unlocking: 'never-ask' }
/** For a process to end on a busy machine. */
const LONG_ENOUGH = { timeout: 20_000 }

const bothWays = [
  ['one by one', PATIENCE],
  ['from a listing', QUIETLY],
] as const

const { skip, note } = await need('secret-service')

let child: KeychainChildScript
beforeAll(async () => {
  child = await keychainChildScript()
})
afterAll(() => child.remove())

interface World {
  readonly service: SecretService
  readonly keychain: Keychain
}

async function world(state?: 'unlocked' | 'locked' | 'absent'): Promise<World> {
  const service = await freshSecretService(state)
  const env = { ...process.env, ...service.environment }
  return { service, keychain: createOsKeychain({ childScript: child.script, env }) }
}

/** Run `secret-tool`; what it printed. */
async function secretTool(
  { service }: World,
  args: readonly string[],
  input?: string,
): Promise<string> {
  const environment = { ...process.env, ...service.environment }
  const outcome = await runCommand('secret-tool', args, {
    environment,
    ...(input !== undefined && { input }),
  })
  expect(outcome.stderr).toBe('')
  return outcome.stdout
}

/** Store two entries of the account `twice`. */
async function storeTwice(here: World): Promise<void> {
  const twice = attributes('twice')
  await secretTool(here, ['store', '--label', 'one', ...twice], 'test-key-one')
  const two = ['--label', 'two', ...twice, 'application', 'another']
  await secretTool(here, ['store', ...two], 'test-key-two')
}

function attributes(account: string): readonly string[] {
  return ['service', 'opgen', 'username', account]
}

describe.skipIf(skip)(`an unlocked Secret Service${note}`, () => {
  test('keeps a key from one batch to the next, until it is removed', async () => {
    const { keychain } = await world()
    const ask = async (...requests: readonly KeychainRequest[]) =>
      shown(await keychain.batch(requests, PATIENCE))
    expect(await ask(...read('groq'))).toEqual(['absent'])
    expect(await ask(store('groq', 'test-key-groq'))).toEqual(['done'])
    expect(await ask(...read('groq', 'mistral'))).toEqual(['test-key-groq', 'absent'])
    expect(await ask(store('groq', 'test-key-groq-2'), ...read('groq'))).toEqual([
      'done',
      'test-key-groq-2',
    ])
    expect(await ask(remove('groq'), remove('groq'), ...read('groq'))).toEqual([
      'done',
      'absent',
      'absent',
    ])
  })

  test('gives many keys at once, exactly', async () => {
    const { keychain } = await world()
    const accounts = Array.from({ length: 12 }, (_, index) => `provider-${index}`)
    const keys = accounts.map((account) => `test-key-${account}`)
    await keychain.batch(
      accounts.map((account, index) => store(account, keys[index] ?? '')),
      PATIENCE,
    )
    const answers = await keychain.batch(read(...accounts, 'nobody', 'provider'), PATIENCE)
    expect(shown(answers)).toEqual([...keys, 'absent', 'absent'])
    expect(shown(await keychain.batch(read('nobody', 'provider-3'), QUIETLY))).toEqual([
      'absent',
      'test-key-provider-3',
    ])
  })

  test('passes the probe, which leaves nothing behind', async () => {
    const here = await world()
    expect(shown(await here.keychain.batch([{ op: 'probe' }], PATIENCE))).toEqual(['done'])
    expect(await secretTool(here, ['search', '--all', 'service', 'opgen'])).toBe('')
  })

  test('shares its entries with secret-tool, both ways', async () => {
    const here = await world()
    await here.keychain.batch([store('groq', 'test-key-groq')], PATIENCE)
    expect(await secretTool(here, ['lookup', ...attributes('groq')])).toBe('test-key-groq')

    const label = ['--label', 'opgen mistral']
    await secretTool(here, ['store', ...label, ...attributes('mistral')], 'test-key-mistral')
    expect(shown(await here.keychain.batch(read('mistral', 'groq'), PATIENCE))).toEqual([
      'test-key-mistral',
      'test-key-groq',
    ])
    await secretTool(here, ['clear', ...attributes('groq')])
    expect(shown(await here.keychain.batch(read('mistral', 'groq'), QUIETLY))).toEqual([
      'test-key-mistral',
      'absent',
    ])
  })

  test.each(bothWays)('tells entries that match twice from a key, %s', async (_, patience) => {
    const here = await world()
    await storeTwice(here)
    expect(shown(await here.keychain.batch(read('twice'), patience))).toEqual(['ambiguous'])
  })
})

// KeePassXC asks its user before secret-tool may replace an entry, and keeps nothing but text.
describe.skipIf(skip)(`an unlocked gnome-keyring${note}`, () => {
  test('gives what secret-tool stored in the place of a key', async () => {
    const here = await world()
    await here.keychain.batch([store('groq', 'test-key-groq')], PATIENCE)
    const label = ['--label', 'opgen groq']
    await secretTool(here, ['store', ...label, ...attributes('groq')], 'test-key-groq-2')
    expect(shown(await here.keychain.batch(read('groq'), PATIENCE))).toEqual(['test-key-groq-2'])
  })

  test.each(bothWays)('tells entries that are no text from a key, %s', async (_, patience) => {
    const here = await world()
    await storeTwice(here)
    const environment = { ...process.env, ...here.service.environment }
    const script = `printf '\\377\\376' | secret-tool store --label bytes "$@"`
    await runCommand('sh', ['-c', script, 'sh', ...attributes('bytes')], { environment })
    expect(shown(await here.keychain.batch(read('twice', 'bytes'), patience))).toEqual([
      'ambiguous',
      'not-text',
    ])
  })
})

describe.skipIf(skip)(`a locked Secret Service${note}`, () => {
  test('is told from one that has no such entry', async () => {
    const { keychain } = await world('locked')
    expect(shown(await keychain.batch(read('nobody', 'seeded'), PATIENCE))).toEqual([
      'absent',
      'locked',
    ])
    expect(shown(await keychain.batch([{ op: 'probe' }], PATIENCE))).toEqual(['locked'])
    expect(shown(await keychain.batch([store('groq', 'test-key-groq')], PATIENCE))).toEqual([
      'locked',
    ])
  })

  test('is read without a dialog when the batch may not ask', async () => {
    const { keychain, service } = await world('locked')
    // With this prompter a dialog would never end.
    await ownSilently(service.environment['DBUS_SESSION_BUS_ADDRESS'] ?? '', GNOME_PROMPTER)
    expect(shown(await keychain.batch(read('seeded', 'nobody'), QUIETLY))).toEqual([
      'locked',
      'locked',
    ])
  })

  test('whose dialog nobody answers is given up at the deadline', async () => {
    const { keychain, service } = await world('locked')
    await ownSilently(service.environment['DBUS_SESSION_BUS_ADDRESS'] ?? '', GNOME_PROMPTER)
    const onWaiting = vi.fn<() => void>()
    const requests = read('nobody', 'seeded', 'nobody')
    const answers = await keychain.batch(requests, { deadline: 5000, onWaiting })
    expect(shown(answers)).toEqual(['absent', 'no-answer', 'no-answer'])
    expect(onWaiting).toHaveBeenCalledOnce()
    await vi.waitFor(async () => {
      const { stdout } = await runCommand('ps', ['--ppid', String(process.pid), '-o', 'args='])
      expect(stdout).not.toContain(child.script[0])
    }, LONG_ENOUGH)
  })
})

describe.skipIf(skip)(`a Secret Service without a default collection${note}`, () => {
  test('finds nothing without complaint, and fails the probe', async () => {
    const { keychain, service } = await world()
    await dbusSend(
      service,
      '--dest=org.freedesktop.secrets',
      '/org/freedesktop/secrets/collection/login',
      'org.freedesktop.Secret.Collection.Delete',
    )
    expect(shown(await keychain.batch([...read('groq'), { op: 'probe' }], PATIENCE))).toEqual([
      'absent',
      'no-collection',
    ])
  })
})

describe.skipIf(skip)(`a session${note}`, () => {
  test('without a Secret Service has no service', async () => {
    const { keychain } = await world('absent')
    const requests = [...read('groq'), store('groq', 'test-key-groq'), remove('groq')]
    expect(shown(await keychain.batch([...requests, { op: 'probe' }], PATIENCE))).toEqual([
      'no-service',
      'no-service',
      'no-service',
      'no-service',
    ])
    expect(shown(await keychain.batch(read('groq'), QUIETLY))).toEqual(['no-service'])
  })

  test.each([
    ['without a bus', undefined],
    ['whose bus has no address', ''],
    ['whose bus is switched off', 'disabled:'],
    ['whose bus is gone', 'unix:path=/nonexistent/bus'],
  ])('%s has no service', async (_, address) => {
    const env = {
      ...process.env,
      XDG_RUNTIME_DIR: '/nonexistent',
      DBUS_SESSION_BUS_ADDRESS: address,
    }
    const keychain = createOsKeychain({ childScript: child.script, env })
    expect(shown(await keychain.batch(read('groq'), PATIENCE))).toEqual(['no-service'])
    expect(shown(await keychain.batch(read('groq'), QUIETLY))).toEqual(['no-service'])
  })

  test('whose Secret Service hangs gets no answer, though it was asked twice', async () => {
    const { keychain, service } = await world()
    const reply = await dbusSend(
      service,
      '--dest=org.freedesktop.DBus',
      '/',
      'org.freedesktop.DBus.GetConnectionUnixProcessID',
      'string:org.freedesktop.secrets',
    )
    const daemon = Number(/uint32 (\d+)/.exec(reply)?.[1])
    process.kill(daemon, 'SIGSTOP')
    try {
      expect(shown(await keychain.batch(read('groq'), PATIENCE))).toEqual(['no-answer'])
    } finally {
      process.kill(daemon, 'SIGCONT')
    }
  })
})
