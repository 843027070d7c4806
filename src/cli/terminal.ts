/** The person's side: two streams out, one in. The only way the program speaks. */
export interface Terminal {
  /** Results. `text` ends with a newline where one is wanted. */
  out(text: string): void
  /** Everything that is not a result. */
  err(text: string): void
  readonly stdinIsTerminal: boolean
  readonly stdoutIsTerminal: boolean
  readonly stderrIsTerminal: boolean
  /** Whether colour is possible: a terminal, no `NO_COLOR`, `TERM` not `dumb`. */
  readonly colourWanted: boolean
  /** All of standard input, as text. */
  readStdin(): Promise<string>
  /** Ask for a line that is not echoed; undefined when the person gave up (Ctrl-C, Ctrl-D). */
  askHidden(question: string): Promise<string | undefined>
  /**
   * Ask for a line on standard error, and show it as it is typed; undefined when the input ended.
   *
   * @throws OpgenError `interrupted` for Ctrl-C
   */
  ask(question: string): Promise<string | undefined>
  /**
   * Ask as `ask` does for one line after the other, up to an empty one. Lines that are pasted together all
   * count, while behind the answer to `ask` they are dropped.
   */
  askLines(first: string, next: string): Promise<readonly string[] | undefined>
}
