import { expect, test } from 'vitest'
import { looseNames } from '../../../../src/core/manifest/loose-names.ts'

test('names are told from lines, whatever else is wrong with them', () => {
  const text = `version: 1
providers: # mine
    # none yet
    one:
        preset: [
    "two:2": {}
    'three $x':
    four.4: { name: x
    - five
      six: 1
    seven:eight: {}
model: x

"machines":
  work: {}
vars:
  lab: x
`
  expect(looseNames(text)).toEqual({
    providers: ['one', 'two:2', 'three $x', 'four.4', 'seven:eight'],
    machines: ['work'],
  })
})

test.each(['', 'providers:', 'providers: {a: {}}', 'a:\n  b:\n', '\tproviders:\n\t\ta:\n'])(
  'there are none in %j',
  (text) => {
    expect(looseNames(text)).toEqual({ providers: [], machines: [] })
  },
)
