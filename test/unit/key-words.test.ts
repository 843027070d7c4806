import { describe, expect, test } from 'vitest'
import { describeFailure } from '../../src/errors.ts'
import type { Failure } from '../../src/errors.ts'
import { describeKeychain } from '../../src/keychain-words.ts'

type BadKey = Extract<Failure, { code: 'bad-key' }>

describe('the hint for what is no key', () => {
  test.each<[Pick<BadKey, 'from' | 'command'>, string]>([
    [{ from: 'env:GW_KEY' }, 'set $GW_KEY to the bare key'],
    [{ from: 'command:op read key' }, 'make `op read key` print the bare key'],
    [{ from: 'file:/home/me/.key' }, 'write the bare key into /home/me/.key'],
    [{ from: 'keychain:opgen/gw' }, 'store the bare key again: `opgen key set gw`'],
    [{ from: 'keychain:tool/me' }, 'put the bare key into the keychain as tool/me'],
    [{ from: 'keychain:opgen/other' }, 'put the bare key into the keychain as opgen/other'],
    [{ from: 'as given', command: 'key set' }, 'give it the bare key: `opgen key set gw`'],
    [{ from: 'as given', command: 'key rotate' }, 'give it the bare key: `opgen key rotate gw`'],
  ])('of %j says where the key belongs', (given, hint) => {
    const failure = { code: 'bad-key', provider: 'gw', fault: 'empty', ...given } as const
    expect(describeFailure(failure).hint).toBe(hint)
  })
})

test.each([
  [undefined, 'store it again: `opgen key set gw`'],
  [{ service: 'opgen', account: 'gw' }, 'store it again: `opgen key set gw`'],
  [{ service: 'tool', account: 'me' }, 'put the bare key into the keychain as tool/me'],
])('an entry that is no text (%j) is mended where it is', (entry, hint) => {
  expect(describeKeychain('not-text', ['gw'], entry).hint).toBe(hint)
})
