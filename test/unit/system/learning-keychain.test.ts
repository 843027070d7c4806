import { describe, expect, test } from 'vitest'
import { Secret } from '../../../src/core/secret.ts'
import { learningKeychain } from '../../../src/system/learning-keychain.ts'
import type { KeychainRequest } from '../../../src/system/system.ts'
import { memoryWorld } from '../../support/memory-system.ts'

async function learntFrom(
  kept: Readonly<Record<string, string>>,
  ...requests: readonly KeychainRequest[]
): Promise<readonly string[]> {
  const learnt: string[] = []
  const { system } = memoryWorld({ keychain: kept })
  const keychain = learningKeychain(system.keychain, (text) => void learnt.push(text))
  await keychain.batch(requests, { deadline: 1, onWaiting: () => {} })
  return learnt
}

const entry = { service: 'opgen', account: 'gw' } as const
const login = '{"type":"wellknown","deep":[{"refresh":"test-key-deep","expires":12345678}]}'

describe('a keychain that is listened to', () => {
  test('tells what it is given, and what it gives', async () => {
    expect(
      await learntFrom({ 'opgen/gw': 'test-key-old' }, { op: 'read', ...entry }, { op: 'probe' }),
    ).toEqual(['test-key-old'])
    const secret = new Secret('test-key-new')
    expect(await learntFrom({}, { op: 'store', ...entry, secret })).toEqual(['test-key-new'])
  })

  test('tells the texts in a login that is saved', async () => {
    const learnt = await learntFrom({ 'opgen/gw': login }, { op: 'read', ...entry })
    expect(learnt).toEqual([login, 'test-key-deep'])
  })

  test.each(['{"broken": "test', '["', '"'])('takes %s for a text', async (kept) => {
    expect(await learntFrom({ 'opgen/gw': kept }, { op: 'read', ...entry })).toEqual([kept])
  })

  test('is told before it answers, so that a failure on the way shows nothing', async () => {
    const learnt: string[] = []
    const failing = learningKeychain(
      { batch: async () => Promise.reject(new Error('test-key-new')) },
      (text) => void learnt.push(text),
    )
    const secret = new Secret('test-key-new')
    const asking = failing.batch([{ op: 'store', ...entry, secret }], {
      deadline: 1,
      onWaiting: () => {},
    })
    await expect(asking).rejects.toThrow('test-key-new')
    expect(learnt).toEqual(['test-key-new'])
  })
})
