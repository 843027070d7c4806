import type { Terminal } from '../../src/cli/terminal.ts'

export interface MemoryTerminal extends Terminal {
  /** Standard output so far. */
  stdout(): string
  stderr(): string
  /** Both, in the order written. */
  text(): string
}

export interface MemoryTerminalOptions {
  /** What is piped in. */
  readonly stdin?: string
  /**
   * What a person answers, one after the other, and then ends the input; with it the terminal is
   * interactive. A function is called, and may throw.
   */
  readonly answers?: readonly TypedAnswer[]
}

export type TypedAnswer = string | (() => string)

/** A terminal that remembers; what is asked, and visible answers, count as standard error. */
export function memoryTerminal(options: MemoryTerminalOptions = {}): MemoryTerminal {
  const written: { readonly stream: 'out' | 'err'; readonly text: string }[] = []
  const of = (stream: 'out' | 'err'): string =>
    written.flatMap((entry) => (entry.stream === stream ? [entry.text] : [])).join('')
  const isTerminal = options.answers !== undefined
  const answers = [...(options.answers ?? [])]
  const answer = (question: string): string | undefined => {
    written.push({ stream: 'err', text: question })
    const next = answers.shift()
    return typeof next === 'function' ? next() : next
  }
  const shown = (question: string): string | undefined => {
    const typed = answer(question)
    written.push({ stream: 'err', text: `${typed ?? ''}\n` })
    return typed
  }
  return {
    out: (text) => void written.push({ stream: 'out', text }),
    err: (text) => void written.push({ stream: 'err', text }),
    stdinIsTerminal: isTerminal,
    stdoutIsTerminal: isTerminal,
    stderrIsTerminal: isTerminal,
    colourWanted: false,
    readStdin: async () => options.stdin ?? '',
    askHidden: async (question) => {
      const typed = answer(question)
      written.push({ stream: 'err', text: '\n' })
      return typed
    },
    ask: async (question) => shown(question),
    askLines: async (first, next) => {
      const lines: string[] = []
      for (;;) {
        const typed = shown(lines.length === 0 ? first : next)
        if (typed === undefined) return undefined
        if (typed.trim() === '') return lines
        lines.push(typed)
      }
    },
    stdout: () => of('out'),
    stderr: () => of('err'),
    text: () => written.map((entry) => entry.text).join(''),
  }
}
