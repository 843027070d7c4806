import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createOsKeychain } from '../../../src/system/os-keychain.ts'
import type { Keychain, KeychainPatience, KeychainRequest } from '../../../src/system/system.ts'
import { read, shown, store } from '../../support/keychain-requests.ts'

const FAKE_CHILD = fileURLToPath(new URL('../../support/keychain-fake-child.mjs', import.meta.url))
const LONG: KeychainPatience = { deadline: 60_000, onWaiting: () => {} }
/** Long enough for Node.js to start and speak on a busy machine. */
const SHORT: KeychainPatience = { deadline: 2000, onWaiting: () => {} }

let folder: string
let pidFile: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'opgen-keychain-'))
  pidFile = join(folder, 'pid')
})
afterEach(() => {
  vi.useRealTimers()
  rmSync(folder, { recursive: true })
})

function keychain(play: string, env: Record<string, string | undefined> = process.env): Keychain {
  return createOsKeychain({ childScript: [FAKE_CHILD, play, pidFile], env })
}

function childIsGone(): boolean {
  try {
    process.kill(Number(readFileSync(pidFile, 'utf8')), 0)
    return false
  } catch {
    return true
  }
}

describe('the answers', () => {
  test('stand in the order of the requests, whatever order they came in', async () => {
    const answers = await keychain('backwards').batch(read('a', 'b', 'c'), LONG)
    expect(shown(answers)).toEqual(['test-key-a', 'test-key-b', 'test-key-c'])
    await vi.waitUntil(childIsGone, { timeout: 20_000 })
  })

  test('are secrets that do not print', async () => {
    const answers = await keychain('backwards').batch(read('a'), LONG)
    expect(JSON.stringify(answers)).not.toContain('test-key-a')
  })

  test('ignore what no keychain child would say', async () => {
    expect(shown(await keychain('garbage').batch(read('a'), LONG))).toEqual(['done'])
  })

  test('to no requests are none, and no child is started', async () => {
    expect(await keychain('hang').batch([], LONG)).toEqual([])
    expect(() => readFileSync(pidFile)).toThrow('ENOENT')
  })
})

describe('a child that does not do its work', () => {
  test('is killed at the deadline, and what it had answered is kept', async () => {
    const answers = await keychain('answer-first-then-hang').batch(read('a', 'b', 'c'), SHORT)
    expect(shown(answers)).toEqual(['test-key-first', 'no-answer', 'no-answer'])
    await vi.waitUntil(childIsGone, { timeout: 20_000 })
  })

  test('is killed at once when its answers are no longer wanted', async () => {
    const unwanted = new AbortController()
    const asking = keychain('answer-first-then-hang').batch(read('a', 'b'), {
      ...LONG,
      signal: unwanted.signal,
    })
    unwanted.abort()
    expect(shown(await asking)).toEqual(['no-answer', 'no-answer'])
    await vi.waitUntil(childIsGone, { timeout: 20_000 })
  })

  test('that dies has refused the rest for an unknown reason, at once', async () => {
    const answers = await keychain('answer-first-then-die').batch(read('a', 'b'), LONG)
    expect(shown(answers)).toEqual(['test-key-first', 'unknown'])
  })

  test.each(['die', 'leave'])('that %ss without a word has refused everything', async (play) => {
    expect(shown(await keychain(play).batch(read('a', 'b'), LONG))).toEqual(['unknown', 'unknown'])
    await vi.waitUntil(childIsGone, { timeout: 20_000 })
  })

  test.skipIf(process.platform === 'win32')(
    'that crashes before its first answer has a module that cannot be loaded',
    async () => {
      expect(shown(await keychain('crash').batch(read('a', 'b'), LONG))).toEqual([
        'module-missing',
        'module-missing',
      ])
    },
  )

  test('that is not there has refused everything', async () => {
    const nowhere = createOsKeychain({ childScript: [join(folder, 'no.mjs')], env: process.env })
    expect(shown(await nowhere.batch(read('a'), LONG))).toEqual(['unknown'])
  })

  test('makes the user be told, once, that the store has been silent for two seconds', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const onWaiting = vi.fn<() => void>()
    const answers = keychain('hang').batch(read('a'), { deadline: 60_000, onWaiting })
    vi.advanceTimersByTime(1999)
    expect(onWaiting).not.toHaveBeenCalled()
    vi.advanceTimersByTime(60_000)
    expect(shown(await answers)).toEqual(['no-answer'])
    expect(onWaiting).toHaveBeenCalledOnce()
  })
})

/** What the child was given. */
async function told(
  requests: readonly KeychainRequest[],
  env?: Record<string, string>,
  patience = LONG,
): Promise<{ batch: unknown; env: Record<string, string>; argv: string[] }> {
  const [text = ''] = shown(await keychain('tell', env).batch(requests, patience))
  return JSON.parse(text)
}

describe('the child is given', () => {
  test('the session, but neither keys nor anything that changes how Node.js starts', async () => {
    const { env } = await told(read('a'), {
      DBUS_SESSION_BUS_ADDRESS: 'unix:path=/run/user/7/bus',
      HOME: '/home/me',
      NODE_OPTIONS: '--no-warnings',
      NODE_EXTRA_CA_CERTS: '/etc/ca.pem',
      OPGEN_KEY_GROQ: 'test-key-groq',
    })
    expect(env).toMatchObject({
      DBUS_SESSION_BUS_ADDRESS: 'unix:path=/run/user/7/bus',
      HOME: '/home/me',
    })
    expect(Object.keys(env).filter((name) => /^NODE_(?!CHANNEL_)|^OPGEN/.test(name))).toEqual([])
  })

  test('a key to store over the channel, and not as an argument or in its environment', async () => {
    const { batch, env, argv } = await told([store('groq', 'test-key-groq')])
    expect(batch).toEqual({
      unlocking: 'may-ask',
      requests: [{ op: 'store', service: 'opgen', account: 'groq', secret: 'test-key-groq' }],
    })
    expect(JSON.stringify([env, argv])).not.toContain('test-key-groq')
  })

  test('a canary of its own for every probe', async () => {
    const first = await told([{ op: 'probe' }])
    const second = await told([{ op: 'probe' }])
    expect(first.batch).toMatchObject({
      requests: [{ service: 'opgen', account: expect.stringMatching(/^opgen-probe-/) }],
    })
    expect(second.batch).not.toEqual(first.batch)
  })

  test('the word not to ask for unlocking', async () => {
    const { batch } = await told(read('a'), undefined, { ...LONG, unlocking: 'never-ask' })
    expect(batch).toMatchObject({ unlocking: 'never-ask' })
  })
})
