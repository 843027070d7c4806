import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { showWork } from '../../../src/cli/at-work.ts'
import type { AtWork } from '../../../src/cli/at-work.ts'
import { guardTerminal } from '../../../src/cli/guard-terminal.ts'
import { HOME, memoryWorld } from '../../support/memory-system.ts'
import { memoryTerminal } from '../../support/memory-terminal.ts'
import type { MemoryTerminal } from '../../support/memory-terminal.ts'

const CLEAR = '\r\u001B[2K'
const PATIENT = 500

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

interface Scene extends AtWork {
  readonly screen: MemoryTerminal
  /** Let time go by in which no timer can ring. */
  readonly compute: (milliseconds: number) => void
}

function start(env: Readonly<Record<string, string>> = { TERM: 'xterm' }, flags = {}): Scene {
  const screen = memoryTerminal({ answers: ['yes', 'no'] })
  const files = { [`${HOME}/long.yaml`]: 'a'.repeat(200_000), [`${HOME}/short.yaml`]: 'a' }
  const { system } = memoryWorld({ env, files })
  let time = 0
  const compute = (milliseconds: number): void => {
    time += milliseconds
  }
  const options = { quiet: false, json: false, now: () => new Date(time), ...flags }
  return { ...showWork(system, guardTerminal(screen), options), screen, compute }
}

describe('a run that is silent for half a second', () => {
  test('says that it is at work, and takes that back before anything else', () => {
    const { terminal, screen, end } = start()
    vi.advanceTimersByTime(PATIENT - 1)
    terminal.err('note\n')
    vi.advanceTimersByTime(PATIENT - 1)
    expect(screen.text()).toBe('note\n')
    vi.advanceTimersByTime(1)
    terminal.out('result\n')
    expect(screen.text()).toBe(`note\n${CLEAR}working${CLEAR}result\n`)
    vi.advanceTimersByTime(PATIENT)
    end()
    expect(screen.text()).toBe(`note\n${CLEAR}working${CLEAR}result\n${CLEAR}working${CLEAR}`)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('says it at the next door, where no timer had a chance', async () => {
    const { system, compute, screen } = start()
    compute(PATIENT - 1)
    await system.files.look(HOME)
    expect(screen.text()).toBe('')
    compute(1)
    await system.files.look(HOME)
    expect(screen.text()).toBe(`${CLEAR}working`)
  })

  test('says it at once of a manifest that is long', async () => {
    const { system, screen } = start()
    await system.files.read(`${HOME}/short.yaml`)
    expect(screen.text()).toBe('')
    await system.files.read(`${HOME}/long.yaml`)
    expect(screen.text()).toBe(`${CLEAR}working on ~/long.yaml`)
  })

  test('begins no line within one that somebody else has begun', () => {
    const { terminal, screen } = start()
    terminal.err('a question: ')
    vi.advanceTimersByTime(PATIENT * 3)
    expect(screen.text()).toBe('a question: ')
    terminal.err(CLEAR)
    vi.advanceTimersByTime(PATIENT)
    expect(screen.text()).toBe(`a question: ${CLEAR}${CLEAR}working`)
  })

  test('says nothing while somebody is asked', async () => {
    const { terminal, screen } = start()
    vi.advanceTimersByTime(PATIENT)
    for (const ask of [
      () => terminal.ask('one? '),
      () => terminal.askHidden('two? '),
      () => terminal.askLines('three? ', 'more? '),
      () => terminal.readStdin(),
    ]) {
      const before = screen.text()
      const asking = ask()
      vi.advanceTimersByTime(PATIENT * 3)
      expect(screen.text().slice(before.length)).not.toContain('working')
      await asking
    }
    expect(screen.text().startsWith(`${CLEAR}working${CLEAR}one? `)).toBe(true)
    vi.advanceTimersByTime(PATIENT)
    expect(screen.text().endsWith(`${CLEAR}working`)).toBe(true)
  })

  test('says nothing while another program or a server has the word', async () => {
    const { system, screen, end } = start()
    const patience = { deadline: 1, onWaiting: () => {} }
    const opening = system.keychain.batch([], patience)
    vi.advanceTimersByTime(PATIENT * 3)
    await opening
    const running = system.processes.run(['sh'], { env: {} })
    vi.advanceTimersByTime(PATIENT * 3)
    await running
    expect(screen.text()).toBe('')
    end()
    vi.advanceTimersByTime(PATIENT * 3)
    expect(screen.text()).toBe('')
  })
})

test.each([
  ['with --quiet', { TERM: 'xterm' }, { quiet: true }],
  ['with --json', { TERM: 'xterm' }, { json: true }],
  ['on a terminal that cannot', { TERM: 'dumb' }, {}],
  ['on what is no terminal that is known', {}, {}],
])('nothing is said %s', async (_, env, flags) => {
  const { system, screen } = start(env, flags)
  await system.files.read(`${HOME}/long.yaml`)
  vi.advanceTimersByTime(PATIENT)
  expect(screen.text()).toBe('')
  expect(vi.getTimerCount()).toBe(0)
})

test('nothing is said where nobody looks', () => {
  const screen = memoryTerminal()
  showWork(memoryWorld({ env: { TERM: 'xterm' } }).system, guardTerminal(screen), {
    quiet: false,
    json: false,
    now: () => new Date(0),
  })
  vi.advanceTimersByTime(PATIENT)
  expect(screen.text()).toBe('')
})
