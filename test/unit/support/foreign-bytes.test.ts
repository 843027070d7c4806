import { describe, expect, test } from 'vitest'
import type { JsonValue } from '../../../src/core/json.ts'
import { emptyFile } from '../../../src/core/state/recorded.ts'
import type { OwnedValue, RecordedFile } from '../../../src/core/state/recorded.ts'
import { findHarm } from '../../support/foreign-bytes.ts'
import type { Rewrite } from '../../support/foreign-bytes.ts'

const BEFORE = `// mine
{
  "theme": "system", // dark at night
  "ratio": 1.0,
  "provider": {
    "lab": { "name": "L\\u0061b" },
    /* the gateway */
    "gw": {
      "name": "Gw",
      "note": "mine"
    }
  },
  "disabled_providers": ["groq", "gw"]
}
`

function value(json: JsonValue, origin: OwnedValue['origin'] = 'written'): OwnedValue {
  return { unit: 'gw', origin, value: { json }, before: null }
}

function record(
  values: RecordedFile['values'],
  elements: readonly string[] = [],
  containers: readonly string[] = [],
): RecordedFile {
  const own = { unit: 'gw', origin: 'written' as const }
  return {
    ...emptyFile,
    manifest: '/providers.yaml',
    values,
    containers: Object.fromEntries(containers.map((pointer) => [pointer, own])),
    elements: { '/disabled_providers': Object.fromEntries(elements.map((id) => [id, own])) },
  }
}

const NAME = record({ '/provider/gw/name': value('Gw') }, ['gw'])

/** What is found when one text became another, with the name and one element recorded. */
function harm(changed: (text: string) => string, more: Partial<Rewrite> = {}): readonly string[] {
  const after = changed(BEFORE)
  if (after === BEFORE) throw new Error('the change changes nothing')
  const owned = { ownedBefore: NAME, ownedAfter: NAME }
  return findHarm({
    ...owned,
    before: BEFORE,
    after,
    target: 'config',
    isForced: () => false,
    ...more,
  })
}

const replace =
  (from: string, to: string) =>
  (text: string): string =>
    text.replace(from, () => to)

describe('of what a step did, it finds', () => {
  test.each<readonly [string, string, string, string]>([
    ['a value of others', '"system"', '"dark"', '/theme: has other bytes'],
    ['a number spelt otherwise', '1.0', '1', '/ratio: has other bytes'],
    ['a text spelt otherwise', 'L\\u0061b', 'Lab', '/provider/lab/name: has other bytes'],
    ['a name spelt otherwise', '"theme"', '"them\\u0065"', '/theme: has another spelling'],
    ['a lost member', '\n  "ratio": 1.0,', '', '/ratio: is gone'],
    ['a new member', '"ratio"', '"x": 1, "ratio"', '/x: was made up'],
    ['a new field in a block', '"note"', '"x": 1, "note"', '/provider/gw/x: was made up'],
    ['a lost comment', ' // dark at night', '', 'a comment is lost'],
    ['a changed comment', '/* the gateway */', '/* gateway */', 'a comment is lost'],
    ['a new comment', ']\n', '] // x\n', 'there are new comments'],
    ['a comment indented otherwise', '    /*', '   /*', 'another indentation'],
    ['a member indented otherwise', '\n  "ratio"', '\n    "ratio"', 'the text before it changed'],
    ['a blank more', '"ratio": ', '"ratio":  ', 'another spelling'],
    ['a lost blank line', '1.0,\n', '1.0,\n\n', 'the text before it changed'],
    ['another line ending', '1.0,\n', '1.0,\r\n', 'another kind of line ending'],
    ['a trailing comma', '"mine"\n', '"mine",\n', 'the text after it changed'],
    ['a lost final newline', ']\n}\n', ']\n}', 'the text after the root changed'],
    ['a byte order mark', '// mine', '\uFEFF// mine', 'the text before the root changed'],
    ['a lost element', '"groq", ', '', '/disabled_providers/groq: is gone'],
    ['a foreign element more', '"groq", ', '"groq", "x", ', '/disabled_providers/x: was made up'],
  ])('%s', (_, from, to, complaint) => {
    expect(harm(replace(from, to)).join('\n')).toContain(complaint)
  })

  test('members that changed places', () => {
    const swapped = replace('"theme": "system", // dark at night\n  "ratio": 1.0,', '')
    const moved = harm((text) =>
      swapped(text).replace(
        '"disabled',
        () => '"ratio": 1.0, // dark at night\n "theme": "system", "disabled',
      ),
    )
    expect(moved).toContain('/ratio: stands elsewhere')
  })

  test('elements that changed places', () => {
    const foreign = { ownedBefore: undefined, ownedAfter: undefined }
    const found = harm(replace('"groq", "gw"', '"gw", "groq"'), foreign)
    expect(found.join('\n')).toMatch(/\/disabled_providers\/(?:groq|gw): is gone/)
  })

  test('a recorded value that somebody had changed before', () => {
    const owned = record({ '/provider/gw/name': value('Other') })
    const found = harm(replace('"Gw"', '"New"'), { ownedBefore: owned, ownedAfter: owned })
    expect(found).toEqual(['/provider/gw/name: has other bytes'])
  })

  test('a value that was kept and changed all the same, or adopted and re-spelt', () => {
    const kept = record({ '/provider/lab/name': value('New', 'kept') })
    const change = replace('L\\u0061b', 'New')
    expect(harm(change, { ownedBefore: kept, ownedAfter: kept })).toEqual([
      '/provider/lab/name: has other bytes',
    ])
    const adopted = record({ '/provider/lab/name': value('Lab', 'adopted') })
    const respelt = replace('L\\u0061b', 'Lab')
    expect(harm(respelt, { ownedBefore: undefined, ownedAfter: adopted })).toEqual([
      '/provider/lab/name: was adopted and has other bytes',
    ])
  })

  test('fields of others that go with a block', () => {
    const block = /,\n\s+\/\* the gateway \*\/[^}]+}/
    const change = (text: string): string => text.replace(block, () => '\n    /* the gateway */')
    const own = record(NAME.values, ['gw'], ['/provider/gw'])
    expect(harm(change, { ownedBefore: own, ownedAfter: undefined })).toContain(
      '/provider/gw: is gone',
    )
    expect(harm(change, { ownedBefore: own, isForced: (unit) => unit === 'gw' })).toEqual([])
  })

  test('a file that goes with something of others in it', () => {
    const created = { ...NAME, created: true }
    expect(harm(() => '', { after: undefined, ownedBefore: created })).toContain('/theme: is gone')
  })
})

describe('it has nothing against', () => {
  test('another value of opgen, and one that opgen puts in or takes out', () => {
    const other = record({ '/provider/gw/name': value('New') }, ['gw'])
    expect(harm(replace('"Gw"', '"New"'), { ownedAfter: other })).toEqual([])
    const taken = harm(replace('\n      "name": "Gw",', ''), { ownedAfter: undefined })
    expect(taken).toEqual([])
    const more = record({ ...NAME.values, '/provider/gw/npm': value('x') }, ['gw'])
    const put = replace('"mine"\n', '"mine",\n      "npm": "x"\n')
    expect(harm(put, { ownedAfter: more })).toEqual([])
  })

  test('elements that opgen puts in or takes out', () => {
    expect(harm(replace(', "gw"]', ']'), { ownedAfter: undefined })).toEqual([])
    const more = record(NAME.values, ['gw', 'x'])
    expect(harm(replace('"gw"]', '"gw", "x"]'), { ownedAfter: more })).toEqual([])
  })
})
