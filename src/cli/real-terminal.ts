import { StringDecoder } from 'node:string_decoder'
import { askHidden, askLines, askVisible } from './read-line.ts'
import type { TerminalInput } from './read-line.ts'
import type { Terminal } from './terminal.ts'

/** What of `process` a terminal is made of. */
export interface TerminalStreams {
  readonly stdin: TerminalInput
  readonly stdout: TerminalOutput
  readonly stderr: TerminalOutput
  readonly env: Readonly<Record<string, string | undefined>>
}

export interface TerminalOutput extends NodeJS.WritableStream {
  readonly isTTY?: boolean
  readonly destroyed?: boolean
}

export interface RealTerminal extends Terminal {
  /** Whether something that was to be printed could not be. */
  lost(): boolean
}

/**
 * The terminal of this process.
 *
 * Each stream is touched when it is first needed and not before: Node.js builds them on first use,
 * and most runs do not read. A reader that goes away (`opgen plan | head`) is no error.
 */
export function createRealTerminal(streams: TerminalStreams): RealTerminal {
  const guarded = new Set<TerminalOutput>()
  let broken: string | undefined

  function write(stream: TerminalOutput, text: string): void {
    if (!guarded.has(stream)) {
      guarded.add(stream)
      stream.on('error', (error: NodeJS.ErrnoException) => {
        // A reader that has seen enough is no error; a full disk is.
        if (error.code === 'EPIPE' || broken !== undefined) return
        broken = error.code ?? 'unknown'
        if (stream !== streams.stderr) write(streams.stderr, lostOutput(broken))
      })
    }
    if (!stream.destroyed) stream.write(text)
  }

  const writeErr = (text: string): void => write(streams.stderr, text)
  return {
    out: (text) => write(streams.stdout, text),
    err: writeErr,
    lost: () => broken !== undefined,
    get stdinIsTerminal() {
      return streams.stdin.isTTY === true
    },
    get stdoutIsTerminal() {
      return streams.stdout.isTTY === true
    },
    get stderrIsTerminal() {
      return streams.stderr.isTTY === true
    },
    get colourWanted() {
      const { NO_COLOR: noColour = '', TERM: term } = streams.env
      return streams.stdout.isTTY === true && noColour === '' && term !== 'dumb'
    },
    readStdin: () => readAll(streams.stdin),
    askHidden: (question) => askHidden(streams.stdin, writeErr, question),
    ask: (question) => askVisible(streams.stdin, writeErr, question),
    askLines: (first, next) => askLines(streams.stdin, writeErr, [first, next]),
  }
}

function lostOutput(code: string): string {
  const what = code === 'ENOSPC' ? 'no space left for standard output' : 'standard output is lost'
  return `opgen: error: ${what} (${code})\nopgen: hint: run \`opgen status\` to see what was done\n`
}

async function readAll(stdin: TerminalInput): Promise<string> {
  const decoder = new StringDecoder('utf8')
  let text = ''
  for await (const chunk of stdin) text += typeof chunk === 'string' ? chunk : decoder.write(chunk)
  return text + decoder.end()
}
