import { createRedactor } from '../core/redact.ts'
import type { Terminal } from './terminal.ts'

/** A terminal on which no key is seen that it was told of. */
export interface GuardedTerminal extends Terminal {
  /** Tell what a key source gave. */
  readonly learn: (text: string) => void
  /** Print a result that is meant to hold a key. */
  reveal(text: string): void
}

/**
 * Put a redactor before a terminal. What is typed without an echo, and what is piped in, are keys.
 *
 * Every text is printed as a whole: no key is cut in two between two calls.
 */
export function guardTerminal(terminal: Terminal): GuardedTerminal {
  const { learn, redact } = createRedactor()
  return {
    learn,
    reveal: (text) => terminal.out(text),
    out: (text) => terminal.out(redact(text)),
    err: (text) => terminal.err(redact(text)),
    // Looked for when they are needed, as the terminal itself does.
    get stdinIsTerminal() {
      return terminal.stdinIsTerminal
    },
    get stdoutIsTerminal() {
      return terminal.stdoutIsTerminal
    },
    get stderrIsTerminal() {
      return terminal.stderrIsTerminal
    },
    get colourWanted() {
      return terminal.colourWanted
    },
    async readStdin() {
      const text = await terminal.readStdin()
      learn(text)
      return text
    },
    async askHidden(question) {
      const answer = await terminal.askHidden(redact(question))
      if (answer !== undefined) learn(answer)
      return answer
    },
    ask: (question) => terminal.ask(redact(question)),
    askLines: (first, next) => terminal.askLines(redact(first), redact(next)),
  }
}
