import { describe, expect, test } from 'vitest'
import { disguisesOf, leaks } from '../../support/leaks.ts'

const canary = 'canary0123456789abcdef01234567'
/** With characters that JSON and URLs escape. */
const key = `test-key-"\\/+%-${canary}`

describe('the search for the key', () => {
  test('finds it as it is, escaped, and as base64 or hex inside something longer', () => {
    for (const before of ['', 'a', 'ab', 'abc']) {
      const text = `${before}${key}z`
      const disguised = [
        text,
        JSON.stringify(text),
        encodeURIComponent(text),
        Buffer.from(text).toString('base64'),
        Buffer.from(text).toString('base64url'),
        Buffer.from(text).toString('hex'),
      ]
      for (const form of disguised) expect(leaks(form, canary)).toBe(true)
    }
    expect(leaks('test-key-haimaker', canary)).toBe(false)
    expect(new Set(disguisesOf(canary)).size).toBe(5)
  })
})
