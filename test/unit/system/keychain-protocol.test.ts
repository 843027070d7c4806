import { describe, expect, test } from 'vitest'
import { parseBatch, parseMessage } from '../../../src/system/keychain-protocol.ts'

const entry = { service: 'opgen', account: 'groq' }

describe('parseBatch', () => {
  test('takes every kind of request', () => {
    const batch = {
      unlocking: 'may-ask',
      requests: [
        { op: 'read', ...entry },
        { op: 'store', ...entry, secret: 'test-key-groq' },
        { op: 'remove', ...entry },
        { op: 'probe', ...entry, secret: 'canary' },
      ],
    }
    expect(parseBatch(batch)).toEqual(batch)
  })

  test.each([
    undefined,
    null,
    'read',
    { requests: [] },
    { unlocking: 'perhaps', requests: [] },
    { unlocking: 'may-ask', requests: {} },
    { unlocking: 'may-ask', requests: [null] },
    { unlocking: 'may-ask', requests: [{ op: 'steal', ...entry }] },
    { unlocking: 'may-ask', requests: [{ op: 'read', service: 'opgen', account: 7 }] },
    { unlocking: 'may-ask', requests: [{ op: 'store', ...entry }] },
    { unlocking: 'may-ask', requests: [{ op: 'store', ...entry, secret: { k: 'test-key' } }] },
    {
      unlocking: 'may-ask',
      requests: [
        { op: 'read', ...entry },
        { op: 'probe', ...entry },
      ],
    },
  ])('refuses %j whole', (message) => {
    expect(parseBatch(message)).toBeUndefined()
  })
})

describe('parseMessage', () => {
  test.each([
    { status: 'absent' },
    { status: 'done' },
    { status: 'present', secret: 'test-key-groq' },
    { status: 'refused', situation: 'locked' },
  ])('takes %j', (answer) => {
    expect(parseMessage({ index: 3, answer })).toEqual({ index: 3, answer })
  })

  test.each([
    undefined,
    'absent',
    { index: '0', answer: { status: 'absent' } },
    { index: 0 },
    { index: 0, answer: { status: 'present' } },
    { index: 0, answer: { status: 'refused', situation: 'DBus error: …' } },
    { index: 0, answer: { status: 'refused', situation: 'toString' } },
  ])('refuses %j', (message) => {
    expect(parseMessage(message)).toBeUndefined()
  })
})
