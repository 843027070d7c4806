import { format, inspect } from 'node:util'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Secret } from '../../../src/core/secret.ts'
import { leaks } from '../../support/leaks.ts'

const KEY = 'test-key-haimaker'
const secret = new Secret(KEY)

/** A secret where an error, a plan or a log entry would carry it along. */
const within = { deep: { deeper: [{ list: [secret], map: new Map([['key', secret]]) }] }, secret }

describe('a secret', () => {
  // oxlint-disable no-base-to-string, restrict-template-expressions, restrict-plus-operands -- turning it into text carelessly is what is tested
  test.each<readonly [string, () => string]>([
    ['String()', () => String(secret)],
    ['a template', () => `key: ${secret}`],
    ['concatenation', () => 'key: ' + secret],
    ['join', () => [secret, secret].join()],
    ['an error message', () => new Error(`refused: ${secret}`).stack ?? ''],
    ['toLocaleString', () => secret.toLocaleString()],
    ['JSON', () => JSON.stringify(within)],
    ['JSON as the root', () => JSON.stringify(secret)],
    ['inspect', () => inspect(secret)],
    ['inspect at any depth', () => inspect(within, { depth: Infinity })],
    [
      'inspect with everything hidden',
      () => inspect(within, { depth: Infinity, showHidden: true }),
    ],
    ['inspect with proxies and getters', () => inspect(within, { showProxy: true, getters: true })],
    ['inspect without custom functions', () => inspect(within, { customInspect: false, depth: 9 })],
    ['what console.log prints', () => format('%s %o %O %j', secret, secret, secret, secret)],
    ['an error with it as a property', () => inspect(Object.assign(new Error('no'), within))],
    ['an error with it as the cause', () => inspect(new Error('no', { cause: within }))],
    ['Object.entries', () => format('%o', Object.entries(secret))],
    ['every own property name', () => Reflect.ownKeys(secret).map(String).join()],
    ['a spread copy', () => inspect(Object.assign({}, secret))],
    ['structuredClone', () => inspect(structuredClone(within), { depth: Infinity })],
  ])('is not in the text of %s', (_, text) => {
    expect(leaks(text(), KEY)).toBe(false)
  })
  // oxlint-enable no-base-to-string, restrict-template-expressions, restrict-plus-operands

  test('says that it is one', () => {
    expect([String(secret), JSON.stringify({ secret }), inspect([secret])]).toEqual([
      '[secret]',
      '{"secret":"[secret]"}',
      '[ [secret] ]',
    ])
  })

  test('is revealed on demand, exactly', () => {
    fc.assert(
      fc.property(fc.string(), (key) => {
        expect(new Secret(key).reveal()).toBe(key)
      }),
    )
  })
})

describe('a fingerprint', () => {
  const machine = new Uint8Array(32).fill(1)

  test('is twelve hex digits that do not show the key', () => {
    const fingerprint = secret.fingerprint(machine)
    expect(fingerprint).toMatch(/^[\da-f]{12}$/)
    expect(leaks(fingerprint, KEY)).toBe(false)
  })

  test('is the same for the same key, and another for another key', () => {
    expect(new Secret(KEY).fingerprint(machine)).toBe(secret.fingerprint(machine))
    expect(new Secret(`${KEY} `).fingerprint(machine)).not.toBe(secret.fingerprint(machine))
  })

  test('is another on another machine', () => {
    const other = new Uint8Array(32).fill(2)
    expect(secret.fingerprint(other)).not.toBe(secret.fingerprint(machine))
  })
})
