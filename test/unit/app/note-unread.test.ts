import { describe, expect, test } from 'vitest'
import { noteUnread } from '../../../src/app/note-unread.ts'
import type { SourceRefusal } from '../../../src/source-words.ts'
import type { KeychainSituation } from '../../../src/system/system.ts'

function refusal(account: string, situation: KeychainSituation): [string, SourceRefusal] {
  return [account, { kind: 'keychain', situation, entry: { service: 'opgen', account } }]
}

describe('the note about keys that were not read', () => {
  const refused = new Map([
    refusal('a', 'locked'),
    refusal('b', 'ambiguous'),
    refusal('c', 'locked'),
  ])
  const noted = (kept: readonly string[], needed: readonly string[]) =>
    noteUnread({ kept, needed }, refused).map(({ message, hint }) => [message, hint])

  test('is not there when all were read', () => {
    expect(noted([], [])).toEqual([])
  })

  test('is one, whatever the reasons and consequences', () => {
    expect(noted(['a', 'b'], ['c'])).toEqual([
      [
        'the keychain is locked, and the keychain holds more than one entry: the keys of "a", "b", "c" were not looked at; the copies of "a", "b" are unchanged, and `opgen apply` will need the key of "c"',
        'unlock it in your desktop session, then run it again, or set $OPGEN_KEY_C',
      ],
    ])
    expect(noted(['a', 'c'], [])).toEqual([
      [
        'the keychain is locked: the keys of "a", "c" were not looked at; their copies are unchanged',
        undefined,
      ],
    ])
  })
})
