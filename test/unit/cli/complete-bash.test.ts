import { expect, test } from 'vitest'
import { run } from '../../../src/cli/run.ts'
import { memoryTerminal } from '../../support/memory-terminal.ts'
import { worldWith } from '../../support/run-opgen.ts'

const BREAKS = ' \t\n"\'@><=;|&(:'
async function replies(line: string, breaks = BREAKS): Promise<readonly string[]> {
  const terminal = memoryTerminal()
  const manifest = `version: 1\nproviders: {}\nmachines:\n  "a:b c": {}\n  "a'\\"$x": {}\n  z: {}\n`
  await run(['__complete', 'bash', '--', line, breaks], worldWith(manifest).system, terminal)
  return terminal.stdout().trimEnd().split('\n')
}

test.each([
  ['', ['words', 'a:b\\ c', `a\\'\\"\\$x`, 'z']],
  ['z', ['words', 'z']],
  ['a:', ['words', 'b\\ c']],
  ['a:b\\ ', ['words', 'b\\ c']],
  ['"a', ['words', 'a:b c', `a'\\"\\$x`]],
  ["'a", ['words', 'a:b c', `a'\\''"$x`]],
  ['"a:', ['words', 'a:b c']],
  ["a\\'", ['words', `a\\'\\"\\$x`]],
  ['"z"', ['words']],
  ['x', ['words']],
])(
  'what is put in begins behind what readline leaves alone, and is quoted: %s',
  async (word, all) => {
    expect(await replies(`opgen render --machine ${word}`)).toEqual(all)
  },
)

test('an option is one word with its value', async () => {
  expect(await replies('opgen render --machine=a:')).toEqual(['words', 'b\\ c'])
  expect(await replies('opgen render --machine=z')).toEqual(['words', 'z'])
  expect(await replies('opgen render --machine=z', ' ')).toEqual(['words', '--machine=z'])
})

test('words that the shell keeps for itself are none of the line', async () => {
  expect(await replies('opgen > ')).toEqual(['files'])
  expect(await replies('opgen 2>/dev/null render --machine z')).toEqual(['words', 'z'])
  expect(await replies('opgen 🦊 run -- git ')).toEqual(['words'])
  expect(await replies('opgen --manifest 🦊 run -- git ')).toEqual(['command 26'])
})

test('what cannot be understood has no candidates', async () => {
  const terminal = memoryTerminal()
  expect(await run(['__complete', 'bash', '--', ''], worldWith('').system, terminal)).toBe(0)
  expect(terminal.stdout()).toMatch(/^words\n/)
  expect(await replies('opgen "')).toEqual(['words', ...(await replies('opgen ')).slice(1)])
})
