import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Secret } from '../../../../src/core/secret.ts'
import { entryId, entryName, parseVault, renderVault } from '../../../../src/core/vault/content.ts'
import type { VaultContent } from '../../../../src/core/vault/content.ts'

function entry(service: string, account: string, key: string): VaultContent['entries'][number] {
  return { service, account, key: new Secret(key) }
}

/** The content of a text that is a vault's. */
function contentOf(text: Secret): VaultContent {
  const read = parseVault(text)
  if (!read.ok) throw new Error(read.fault.kind)
  return read.content
}

function parsed(json: unknown): ReturnType<typeof parseVault> {
  return parseVault(new Secret(typeof json === 'string' ? json : JSON.stringify(json)))
}

/** What a test can compare: secrets revealed. */
function shown({ entries, recipients }: VaultContent): unknown {
  const all = entries.map(({ service, account, key }) => [service, account, key.reveal()])
  return { entries: all, recipients }
}

describe('the text of a vault', () => {
  test("has opgen's own keys by account, in order, and nothing else where there is nothing else", () => {
    const entries = [entry('opgen', 'b', 'test-key-b'), entry('opgen', 'a', 'test-key-a')]
    expect(renderVault({ entries, recipients: [] }).reveal()).toBe(
      '{"version":1,"keys":{"a":"test-key-a","b":"test-key-b"}}\n',
    )
  })

  test('has the entries of other services, and whom it is for, beside them', () => {
    const entries = [entry('work', 'me', 'test-key-work'), entry('opgen', 'a', 'test-key-a')]
    const text = renderVault({ entries, recipients: ['age1b', 'age1a'] })
    expect(JSON.parse(text.reveal())).toEqual({
      version: 1,
      keys: { a: 'test-key-a' },
      entries: [{ service: 'work', account: 'me', key: 'test-key-work' }],
      recipients: ['age1a', 'age1b'],
    })
  })

  test('is read back as it was, whatever the names are', () => {
    const name = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/\p{Cc}/u.test(text)),
      fc.constantFrom('__proto__', 'constructor', '0', 'a/b'),
    )
    const some = fc.record({
      service: fc.oneof(fc.constant('opgen'), name),
      account: name,
      key: fc.stringMatching(/^[!-~]{1,40}$/).filter((key) => !/^bearer\s/i.test(key)),
    })
    fc.assert(
      fc.property(fc.uniqueArray(some, { selector: entryId }), (given) => {
        const entries = given.map(({ service, account, key }) => entry(service, account, key))
        const text = renderVault({ entries, recipients: [] })
        const content = contentOf(text)
        expect(renderVault(content).reveal()).toBe(text.reveal())
        expect(content.entries.map(entryId).toSorted()).toEqual(entries.map(entryId).toSorted())
        expect(renderVault({ entries: entries.toReversed(), recipients: [] }).reveal()).toBe(
          text.reveal(),
        )
      }),
    )
  })

  test('has where each key may go only where that is known', () => {
    const destinations = ['@ai-sdk/openai-compatible https://a.example']
    const entries = [
      { ...entry('opgen', 'a', 'test-key-a'), destinations },
      entry('opgen', 'b', 'test-key-b'),
      { ...entry('work', 'me', 'test-key-work'), destinations },
    ]
    const text = renderVault({ entries, recipients: [] })
    expect(JSON.parse(text.reveal())).toEqual({
      version: 1,
      keys: { a: 'test-key-a', b: 'test-key-b' },
      destinations: { a: destinations },
      entries: [{ service: 'work', account: 'me', destinations, key: 'test-key-work' }],
    })
    expect(contentOf(text).entries.map((one) => one.destinations)).toEqual([
      destinations,
      undefined,
      destinations,
    ])
    expect(renderVault(contentOf(text)).reveal()).toBe(text.reveal())
  })

  test('that a person wrote may have white space around keys, and fields of its own', () => {
    const text = new Secret(' { "version": 1, "note": "mine", "keys": { "a": " test-key-a\\n" } } ')
    expect(shown(contentOf(text))).toEqual({
      entries: [['opgen', 'a', 'test-key-a']],
      recipients: [],
    })
  })

  test.each([
    ['no JSON', 'test-key-secret'],
    ['another JSON', []],
    ['no version', { keys: {} }],
    ['no keys', { version: 1 }],
    ['a key that is no text', { version: 1, keys: { a: { secret: 'test-key-secret' } } }],
    ['a name with a line break', { version: 1, keys: { 'a\n': 'test-key-secret' } }],
    ['an empty name', { version: 1, keys: { '': 'test-key-secret' } }],
  ])('with %s is refused, and says nothing of what it holds', (_, json) => {
    const read = parsed(json)
    expect(read).toEqual({ ok: false, fault: { kind: 'not-a-vault' } })
  })

  test('of a later version is refused as such', () => {
    expect(parsed({ version: 2, secrets: [] })).toEqual({
      ok: false,
      fault: { kind: 'too-new', version: 2 },
    })
  })

  test.each([
    ['', 'empty'],
    ['Bearer test-key-a', 'bearer-prefix'],
    ['test-key\u00e9', 'bad-character'],
  ])('with the key %j is refused', (key, fault) => {
    expect(parsed({ version: 1, keys: { a: key } })).toEqual({
      ok: false,
      fault: { kind: 'bad-key', account: 'a', fault },
    })
  })

  test('names entries of others by service and account', () => {
    expect(entryName({ service: 'opgen', account: 'a' })).toBe('a')
    expect(entryName({ service: 'work', account: 'a' })).toBe('work/a')
    expect(entryId({ service: 'opgen', account: 'a/b' })).not.toBe(
      entryId({ service: 'a', account: 'b' }),
    )
  })
})
