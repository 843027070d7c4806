import { describe, expect, test } from 'vitest'
import { differenceBeside } from '../../support/taken-out.ts'

const BEFORE = `{
  "provider": {
    "acme": {
      "options": {
        "apiKey": "x", // mine
        "headers": { "Authorization": "Bearer x" },
      },
    },
  },
}
`
const KEY = '/provider/acme/options/apiKey'
const HEADER = '/provider/acme/options/headers/Authorization'
const keyGone = { gone: [KEY], replaced: [] }

describe('what is different beside a key', () => {
  test.each([
    ['is nothing where the key is gone', BEFORE.replace('"apiKey": "x",', ''), keyGone],
    [
      'is nothing where a header refers to a file',
      BEFORE.replace('"Bearer x"', '"Bearer {file:~/x}"'),
      { gone: [], replaced: [HEADER] },
    ],
    [
      'is nothing where both is so',
      BEFORE.replace('"Bearer x"', '"{file:/x}"').replace('"apiKey": "x",', ''),
      { gone: [KEY], replaced: [HEADER] },
    ],
    ['is nothing where nothing is different', BEFORE, { gone: [], replaced: [] }],
  ])('%s', (_, after, moves) => {
    expect(differenceBeside(BEFORE, after, moves)).toEqual([])
  })

  const without = BEFORE.replace('"apiKey": "x",', '')
  test.each([
    ['the key that is still there', BEFORE, keyGone],
    ['a comment that went with it', without.replace('// mine', ''), keyGone],
    ['a comma that went with it', without.replace('}', '} ').replace('},', '}'), keyGone],
    ['an object that was emptied', '{ "provider": {} }', keyGone],
    ['another indentation', without.replaceAll('    ', '  '), keyGone],
    ['a member of others', without.replace('"headers"', '"Headers"'), keyGone],
    [
      'a value that refers to nothing',
      BEFORE.replace('Bearer x', 'y'),
      { gone: [], replaced: [HEADER] },
    ],
    ['any byte where no key is to move', BEFORE.replace('\n', ' \n'), { gone: [], replaced: [] }],
  ])('is %s', (_, after, moves) => {
    expect(differenceBeside(BEFORE, after, moves)).not.toEqual([])
  })
})
