import { PassThrough, Writable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { createRealTerminal } from '../../../src/cli/real-terminal.ts'
import type { Terminal } from '../../../src/cli/terminal.ts'

interface World {
  readonly terminal: Terminal
  readonly stdin: PassThrough
  /** Everything that happened, in order: what was written, and the modes the input was put in. */
  readonly events: string[]
}

interface WorldOptions {
  readonly terminals?: readonly ('stdin' | 'stdout' | 'stderr')[]
  readonly env?: Readonly<Record<string, string>>
}

function world({ terminals = ['stdin', 'stdout', 'stderr'], env = {} }: WorldOptions = {}): World {
  const events: string[] = []
  const output = (name: 'stdout' | 'stderr') =>
    Object.assign(
      new Writable({
        decodeStrings: false,
        write(text, _, written) {
          events.push(`${name} ${JSON.stringify(text)}`)
          written()
        },
      }),
      { isTTY: terminals.includes(name) },
    )
  const stdin = Object.assign(new PassThrough(), {
    isTTY: terminals.includes('stdin'),
    setRawMode: (mode: boolean) => events.push(mode ? 'raw' : 'cooked'),
  })
  const streams = { stdin, stdout: output('stdout'), stderr: output('stderr'), env }
  return { terminal: createRealTerminal(streams), stdin, events }
}

describe('askHidden', () => {
  test('asks on standard error, in raw mode, and shows nothing of the answer', async () => {
    const { terminal, stdin, events } = world()
    const answer = terminal.askHidden('key: ')
    for (const character of 'test-key-groq\r') stdin.write(character)
    expect(await answer).toBe('test-key-groq')
    expect(events).toEqual(['raw', 'stderr "key: "', 'cooked', String.raw`stderr "\n"`])
  })

  test.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('gives up on %s and puts the terminal back', async (_, typed) => {
    const { terminal, stdin, events } = world()
    const answer = terminal.askHidden('key: ')
    stdin.write(`half${typed}`)
    expect(await answer).toBeUndefined()
    expect(events.slice(-2)).toEqual(['cooked', String.raw`stderr "\n"`])
  })

  test('gives up when the input ends', async () => {
    const { terminal, stdin, events } = world()
    const answer = terminal.askHidden('key: ')
    stdin.end('half')
    expect(await answer).toBeUndefined()
    expect(events).toContain('cooked')
  })

  test('gives up when the terminal breaks', async () => {
    const { terminal, stdin, events } = world()
    const answer = terminal.askHidden('key: ')
    stdin.destroy(new Error('EIO'))
    expect(await answer).toBeUndefined()
    expect(events).toContain('cooked')
  })

  test('joins a character that arrives in two pieces', async () => {
    const { terminal, stdin } = world()
    const answer = terminal.askHidden('key: ')
    stdin.write(Buffer.from([0xc3]))
    stdin.write(Buffer.from([0xa9, 0x0d]))
    expect(await answer).toBe('é')
  })

  test('can ask again, and leaves nothing behind on the input', async () => {
    const { terminal, stdin } = world()
    const before = stdin.eventNames().map((name) => stdin.listenerCount(name))
    for (const key of ['test-key-one', 'test-key-two']) {
      const answer = terminal.askHidden('key: ')
      stdin.write(`${key}\r`)
      expect(await answer).toBe(key)
    }
    expect(stdin.eventNames().map((name) => stdin.listenerCount(name))).toEqual(before)
    expect(stdin.isPaused()).toBe(true)
  })
})

describe('ask', () => {
  test('asks on standard error, in raw mode, and shows what is typed and taken back', async () => {
    const { terminal, stdin, events } = world()
    const answer = terminal.ask('answer: ')
    for (const typed of ['ab', '\u007F', 'c\u001B[D', '\u0015', 'k', '\r']) {
      stdin.write(typed)
      await new Promise(setImmediate)
    }
    expect(await answer).toBe('k')
    const shown = ['ab', '\b \b', 'c', '\b \b\b \b', 'k', ''].map(
      (text) => `stderr ${JSON.stringify(text)}`,
    )
    const end = ['cooked', String.raw`stderr "\n"`]
    expect(events).toEqual(['raw', 'stderr "answer: "', ...shown, ...end])
  })

  test('drops what was pasted behind the answer, also for the next question', async () => {
    const { terminal, stdin } = world()
    const answer = terminal.ask('answer: ')
    stdin.write('o\rk\r')
    expect(await answer).toBe('o')
    const next = terminal.ask('answer: ')
    stdin.write('q\r')
    expect(await next).toBe('q')
  })

  test('is interrupted by Ctrl-C, and puts the terminal back', async () => {
    const { terminal, stdin, events } = world()
    const answer = terminal.ask('answer: ')
    stdin.write('o\u0003')
    await expect(answer).rejects.toMatchObject({ failure: { code: 'interrupted' } })
    expect(events.slice(-2)).toEqual(['cooked', String.raw`stderr "\n"`])
  })

  test.each([
    ['Ctrl-D', (stdin: PassThrough) => stdin.write('o\u0004')],
    ['the end of the input', (stdin: PassThrough) => stdin.end('o')],
    ['a terminal that breaks', (stdin: PassThrough) => stdin.destroy(new Error('EIO'))],
  ])('has no answer after %s', async (_, end) => {
    const { terminal, stdin, events } = world()
    const answer = terminal.ask('answer: ')
    end(stdin)
    expect(await answer).toBeUndefined()
    expect(events).toContain('cooked')
  })
})

describe('askLines', () => {
  test('asks up to an empty line, and takes every line of a paste', async () => {
    const { terminal, stdin, events } = world()
    const answer = terminal.askLines('first: ', 'next: ')
    for (const typed of ['a\rb\r\nc\rd', 'e\u007F', 'f\r', 'g\r', '\rrm -rf\r']) {
      stdin.write(typed)
      await new Promise(setImmediate)
    }
    expect(await answer).toEqual(['a', 'b', 'c', 'df', 'g'])
    const shown = events.filter((event) => event.startsWith('stderr')).join('')
    expect(shown.match(/first: /g)).toHaveLength(1)
    expect(shown.match(/next: /g)).toHaveLength(5)
    expect(shown).not.toContain('rm')
    expect(events.at(-2)).toBe('cooked')
  })

  test('is interrupted by Ctrl-C in a paste', async () => {
    const { terminal, stdin } = world()
    const answer = terminal.askLines('first: ', 'next: ')
    stdin.write('a\rb\u0003')
    await expect(answer).rejects.toMatchObject({ failure: { code: 'interrupted' } })
  })

  test('has no answer when the input ends', async () => {
    const { terminal, stdin } = world()
    const answer = terminal.askLines('first: ', 'next: ')
    stdin.end('a\rb')
    expect(await answer).toBeUndefined()
  })
})

describe('readStdin', () => {
  test('reads to the end, whatever the pieces', async () => {
    const { terminal, stdin } = world({ terminals: [] })
    const text = terminal.readStdin()
    stdin.write(Buffer.from('test-key-\u00E9\n').subarray(0, 10))
    stdin.end(Buffer.from('test-key-\u00E9\n').subarray(10))
    expect(await text).toBe('test-key-\u00E9\n')
  })

  test('of nothing is the empty text', async () => {
    const { terminal, stdin } = world({ terminals: [] })
    stdin.end()
    expect(await terminal.readStdin()).toBe('')
  })
})

describe('the streams', () => {
  test('take results and everything else apart', () => {
    const { terminal, events } = world()
    terminal.out('result\n')
    terminal.err('note\n')
    expect(events).toEqual([String.raw`stdout "result\n"`, String.raw`stderr "note\n"`])
  })

  test('are terminals or not, each by itself', () => {
    const { terminal } = world({ terminals: ['stderr'] })
    expect(terminal.stdinIsTerminal).toBe(false)
    expect(terminal.stdoutIsTerminal).toBe(false)
    expect(terminal.stderrIsTerminal).toBe(true)
  })

  test('may lose their reader', async () => {
    const gone = new Writable({
      write: (_text, _encoding, written) =>
        written(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
    })
    const closed = new Promise((resolve) => gone.once('close', resolve))
    const streams = { stdin: new PassThrough(), stdout: gone, stderr: gone, env: {} }
    const terminal = createRealTerminal(streams)
    terminal.out('result\n')
    await closed
    expect(gone.errored).toMatchObject({ code: 'EPIPE' })
    expect(terminal.lost()).toBe(false)
  })

  test('may be full, which is told on the other one', async () => {
    const full = new Writable({
      write: (_text, _encoding, written) =>
        written(Object.assign(new Error('write ENOSPC'), { code: 'ENOSPC' })),
    })
    const stderr = new PassThrough({ encoding: 'utf8' })
    const closed = new Promise((resolve) => full.once('close', resolve))
    const streams = { stdin: new PassThrough(), stdout: full, stderr, env: {} }
    const terminal = createRealTerminal(streams)
    terminal.out('result\n')
    await closed
    terminal.out('more\n')
    expect(terminal.lost()).toBe(true)
    expect(stderr.read()).toContain('opgen: error: no space left for standard output')
  })

  test.each<[string, WorldOptions, boolean]>([
    ['on a terminal', {}, true],
    ['not into a file', { terminals: ['stdin', 'stderr'] }, false],
    ['not with NO_COLOR', { env: { NO_COLOR: '1' } }, false],
    ['with an empty NO_COLOR', { env: { NO_COLOR: '' } }, true],
    ['not on a dumb terminal', { env: { TERM: 'dumb' } }, false],
    ['on any other terminal', { env: { TERM: 'xterm-256color' } }, true],
  ])('get colour %s', (_, options, colour) => {
    expect(world(options).terminal.colourWanted).toBe(colour)
  })
})
