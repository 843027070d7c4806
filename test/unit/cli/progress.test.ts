import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { CommandContext } from '../../../src/cli/command.ts'
import { startProgress } from '../../../src/cli/progress.ts'
import { memoryTerminal } from '../../support/memory-terminal.ts'
import { memoryWorld } from '../../support/memory-system.ts'
import { PLAIN_SESSION } from '../../support/run-opgen.ts'

type Context = Parameters<typeof startProgress>[0]

function contextOn(
  terminal: CommandContext['terminal'],
  more: Partial<Context> = {},
  env: Readonly<Record<string, string>> = {},
): Context {
  const session = { ...PLAIN_SESSION, system: memoryWorld({ env }).system }
  return { terminal, session, quiet: false, json: false, ...more }
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

const CLEAR = '\r\u001B[2K'

test('who keeps a person waiting is shown, and goes away', () => {
  const terminal = memoryTerminal({ answers: [] })
  const progress = startProgress(contextOn(terminal))
  for (const id of ['a', 'b', 'c']) progress.tell(id, 'asking')
  progress.tell('b', 'done')
  vi.advanceTimersByTime(499)
  expect(terminal.stderr()).toBe('')
  vi.advanceTimersByTime(1)
  progress.tell('a', 'done')
  progress.end()
  expect(terminal.stderr().split(CLEAR)).toEqual([
    '',
    'asking a, c (2 of 3)',
    'asking c (1 of 3)',
    '',
  ])
  expect(terminal.stdout()).toBe('')
})

test('nothing is shown of what was fast', () => {
  const terminal = memoryTerminal({ answers: [] })
  const progress = startProgress(contextOn(terminal), 7)
  progress.tell('a', 'asking')
  progress.tell('a', 'done')
  progress.end()
  vi.advanceTimersByTime(5000)
  expect(terminal.stderr()).toBe('')
})

test('what is shown fits into a line, and counts all', () => {
  const terminal = memoryTerminal({ answers: [] })
  const progress = startProgress(contextOn(terminal), 30)
  for (let index = 0; index < 20; index += 1) progress.tell(`provider-${index}`, 'asking')
  vi.advanceTimersByTime(500)
  const [, line = ''] = terminal.stderr().split(CLEAR)
  expect(line).toMatch(/^asking provider-0, provider-1, .*… \(20 of 30\)$/)
  expect(line).toHaveLength(79)
})

test.each<[string, Partial<Context>, Readonly<Record<string, string>>]>([
  ['with --quiet', { quiet: true }, {}],
  ['with --json', { json: true }, {}],
  ['without a terminal', { terminal: memoryTerminal() }, {}],
  ['on a terminal that cannot', {}, { TERM: 'dumb' }],
])('nothing is shown %s', (_, more, env) => {
  const context = contextOn(memoryTerminal({ answers: [] }), more, env)
  const progress = startProgress(context)
  progress.tell('a', 'asking')
  vi.advanceTimersByTime(5000)
  progress.end()
  expect(vi.getTimerCount()).toBe(0)
})
