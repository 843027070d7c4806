import type { Terminal } from '../../src/cli/terminal.ts'

export interface MemoryTerminal extends Terminal {
  /** Standard output so far. */
  stdout(): string
  stderr(): string
  /** Both, in the order written. */
  text(): string
}

/** A terminal that remembers. Not interactive; `stdin` is what is piped in. */
export function memoryTerminal(options: { readonly stdin?: string } = {}): MemoryTerminal {
  const written: { readonly stream: 'out' | 'err'; readonly text: string }[] = []
  const of = (stream: 'out' | 'err'): string =>
    written.flatMap((entry) => (entry.stream === stream ? [entry.text] : [])).join('')
  return {
    out: (text) => void written.push({ stream: 'out', text }),
    err: (text) => void written.push({ stream: 'err', text }),
    stdinIsTerminal: false,
    stdoutIsTerminal: false,
    stderrIsTerminal: false,
    colourWanted: false,
    readStdin: async () => options.stdin ?? '',
    askHidden: async () => undefined,
    stdout: () => of('out'),
    stderr: () => of('err'),
    text: () => written.map((entry) => entry.text).join(''),
  }
}
