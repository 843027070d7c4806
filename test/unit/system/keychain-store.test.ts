import { describe, expect, test } from 'vitest'
import type { WireAnswer, WireRequest } from '../../../src/system/keychain-protocol.ts'
import { answerBatch } from '../../../src/system/keychain-store.ts'
import type { KeyringAddon } from '../../../src/system/keychain-store.ts'

const LOCKED = "Couldn't access platform storage: Secret Service: unlock prompt was dismissed"
const LOCKED_LISTING = 'zbus error: org.freedesktop.Secret.Error.IsLocked: Cannot get secret'
const SLOW = 'Platform failure: DBus error: Did not receive a reply. Possible causes include: …'

/** A store in memory that writes down what it is asked, and fails when told to. */
function memoryStore(
  entries: Readonly<Record<string, string>>,
  fail: (call: string, times: number) => string | undefined = () => undefined,
): { readonly addon: KeyringAddon; readonly calls: string[]; readonly kept: Map<string, string> } {
  const calls: string[] = []
  const kept = new Map(Object.entries(entries))

  async function called<T>(call: string, result: () => T): Promise<T> {
    calls.push(call)
    const message = fail(call, calls.filter((one) => one === call).length)
    if (message !== undefined) throw new Error(message)
    return result()
  }

  class AsyncEntry {
    readonly #account: string
    constructor(_service: string, account: string, options: object) {
      expect(options).toEqual({ linux: { store: 'secret-service' } })
      this.#account = account
    }
    getPassword(): Promise<string | null> {
      return called(`get ${this.#account}`, () => kept.get(this.#account) ?? null)
    }
    setPassword(password: string): Promise<void> {
      return called(`set ${this.#account}`, () => void kept.set(this.#account, password))
    }
    deletePassword(): Promise<boolean> {
      return called(`delete ${this.#account}`, () => kept.delete(this.#account))
    }
  }

  const findCredentialsAsync: KeyringAddon['findCredentialsAsync'] = (service) =>
    called(`list ${service}`, () =>
      [...kept].map(([account, password]) => ({ account: account.split('#')[0] ?? '', password })),
    )
  return { addon: { AsyncEntry, findCredentialsAsync }, calls, kept }
}

function read(...accounts: readonly string[]): WireRequest[] {
  return accounts.map((account) => ({ op: 'read', service: 'opgen', account }))
}

async function ask(
  addon: KeyringAddon,
  requests: readonly WireRequest[],
  unlocking: 'may-ask' | 'never-ask' = 'may-ask',
  platform: NodeJS.Platform = 'linux',
): Promise<WireAnswer[]> {
  const answers: WireAnswer[] = []
  await answerBatch({ unlocking, requests }, addon, platform, async (index, answer) => {
    expect(index).toBe(answers.length)
    answers.push(answer)
  })
  return answers
}

describe('single requests', () => {
  test('reads, stores and removes one entry at a time', async () => {
    const { addon, kept } = memoryStore({ groq: 'test-key-groq' })
    const entry = { service: 'opgen', account: 'mistral' }
    const answers = await ask(addon, [
      ...read('groq', 'nobody'),
      { op: 'store', ...entry, secret: 'test-key-mistral' },
      ...read('mistral'),
      { op: 'remove', ...entry },
      { op: 'remove', ...entry },
    ])
    expect(answers).toEqual([
      { status: 'present', secret: 'test-key-groq' },
      { status: 'absent' },
      { status: 'done' },
      { status: 'present', secret: 'test-key-mistral' },
      { status: 'done' },
      { status: 'absent' },
    ])
    expect([...kept.keys()]).toEqual(['groq'])
  })

  test('asks again, once, when a store that is just starting did not reply', async () => {
    const { addon } = memoryStore({ groq: 'test-key-groq' }, (_, times) =>
      times === 1 ? SLOW : undefined,
    )
    expect(await ask(addon, read('groq'))).toEqual([{ status: 'present', secret: 'test-key-groq' }])
  })

  test('gives up when the second try gets no reply either', async () => {
    const { addon, calls } = memoryStore({}, () => SLOW)
    expect(await ask(addon, read('groq'))).toEqual([{ status: 'refused', situation: 'no-answer' }])
    expect(calls).toEqual(['get groq', 'get groq'])
  })

  test('never passes on what an error said', async () => {
    const { addon } = memoryStore({}, () => 'cannot convert `test-key-groq`')
    const answers = await ask(addon, [
      { op: 'store', service: 'opgen', account: 'groq', secret: 'test-key-groq' },
    ])
    expect(answers).toEqual([{ status: 'refused', situation: 'unknown' }])
  })

  test('goes on after a request that was refused', async () => {
    const { addon } = memoryStore({ groq: 'test-key-groq' }, (call) =>
      call === 'get twice' ? 'Entry is matched by 2 credentials: []' : undefined,
    )
    expect(await ask(addon, read('twice', 'groq'))).toEqual([
      { status: 'refused', situation: 'ambiguous' },
      { status: 'present', secret: 'test-key-groq' },
    ])
  })
})

describe('the probe', () => {
  const probe: WireRequest = { op: 'probe', service: 'opgen', account: 'canary', secret: 'tweet' }

  test('stores, reads back and removes the canary', async () => {
    const { addon, calls, kept } = memoryStore({})
    expect(await ask(addon, [probe])).toEqual([{ status: 'done' }])
    expect(calls).toEqual(['set canary', 'get canary', 'delete canary'])
    expect(kept.size).toBe(0)
  })

  test('tells why nothing can be stored', async () => {
    const { addon } = memoryStore({}, () => 'Secret Service: no result found')
    expect(await ask(addon, [probe])).toEqual([{ status: 'refused', situation: 'no-collection' }])
  })

  test('removes a canary that cannot be read back', async () => {
    const { addon, kept } = memoryStore({}, (call) => (call.startsWith('get') ? LOCKED : undefined))
    expect(await ask(addon, [probe])).toEqual([{ status: 'refused', situation: 'locked' }])
    expect(kept.size).toBe(0)
  })
})

describe('many reads', () => {
  const many = ['a', 'b', 'c', 'd', 'e']

  test('are served from one listing', async () => {
    const { addon, calls } = memoryStore({ a: 'test-key-a', e: 'test-key-e' })
    expect(await ask(addon, read(...many))).toEqual([
      { status: 'present', secret: 'test-key-a' },
      { status: 'absent' },
      { status: 'absent' },
      { status: 'absent' },
      { status: 'present', secret: 'test-key-e' },
    ])
    expect(calls).toEqual(['list opgen'])
  })

  test('are made one by one when the listing fails', async () => {
    const { addon, calls } = memoryStore({ a: 'test-key-a' }, (call) =>
      call === 'list opgen' ? 'any error' : undefined,
    )
    expect((await ask(addon, read(...many)))[0]).toEqual({
      status: 'present',
      secret: 'test-key-a',
    })
    expect(calls).toEqual(['list opgen', 'get a', 'get b', 'get c', 'get d', 'get e'])
  })

  test('are made one by one on systems whose listings leave entries out', async () => {
    const { addon, calls } = memoryStore({})
    await ask(addon, read(...many), 'never-ask', 'darwin')
    expect(calls).not.toContain('list opgen')
  })

  test('notice an account that is there twice', async () => {
    const { addon } = memoryStore({ a: 'test-key-a', 'a#2': 'test-key-b' })
    expect((await ask(addon, read(...many)))[0]).toEqual({
      status: 'refused',
      situation: 'ambiguous',
    })
  })

  test('read a value singly where the listing has replaced characters', async () => {
    const { addon, calls } = memoryStore({ a: 'bytes \uFFFD' }, (call) =>
      call === 'get a' ? 'Password data is not valid UTF-8' : undefined,
    )
    expect((await ask(addon, read(...many)))[0]).toEqual({
      status: 'refused',
      situation: 'not-text',
    })
    expect(calls).toEqual(['list opgen', 'get a'])
  })

  test('see what was stored between them', async () => {
    const { addon } = memoryStore({})
    const store: WireRequest = { op: 'store', service: 'opgen', account: 'a', secret: 'test-key-a' }
    const answers = await ask(addon, [...read(...many), store, ...read('a')])
    expect(answers.at(-1)).toEqual({ status: 'present', secret: 'test-key-a' })
  })
})

describe('unlocking', () => {
  test('is never asked for when the batch may not: every read is a listing', async () => {
    const { addon, calls } = memoryStore({ a: 'test-key-a' }, (call) =>
      call.startsWith('list') ? LOCKED_LISTING : undefined,
    )
    expect(await ask(addon, read('a', 'b'), 'never-ask')).toEqual([
      { status: 'refused', situation: 'locked' },
      { status: 'refused', situation: 'locked' },
    ])
    expect(calls).toEqual(['list opgen'])
  })

  test('is not asked for again after a dialog was dismissed', async () => {
    const { addon, calls } = memoryStore({ a: 'test-key-a' }, (call) =>
      call.startsWith('list') ? LOCKED_LISTING : LOCKED,
    )
    expect(await ask(addon, read('a', 'b'))).toEqual([
      { status: 'refused', situation: 'locked' },
      { status: 'refused', situation: 'locked' },
    ])
    expect(calls).toEqual(['get a', 'list opgen'])
  })
})
