import type { Diagnostic } from '../core/diagnostic.ts'
import type { Session } from '../app/session.ts'
import type { Paint } from './paint.ts'
import type { Terminal } from './terminal.ts'

/** What every command is given. */
export interface CommandContext {
  readonly session: Session
  readonly terminal: Terminal
  readonly paint: Paint
  readonly verbose: boolean
  readonly quiet: boolean
  /** Whether standard output is for one JSON document. */
  readonly json: boolean
}

/** What a command leaves: the same result as text and as JSON. `run.ts` prints one of the two. */
export interface Report {
  readonly exitCode: number
  /** Standard output. */
  readonly text: string
  /** Standard error, beside the warnings. */
  readonly notes?: string
  readonly warnings?: readonly Diagnostic[]
  /** The fields of the JSON document beside `version` and `command`; undefined: there is none. */
  readonly json: Readonly<Record<string, unknown>> | undefined
  /** That `text` and `json` are meant to hold a key: on standard output it is not masked. */
  readonly revealed?: boolean
}
