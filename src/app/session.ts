import type { System } from '../system/system.ts'

/** What every use case needs: the outside world, and how this run was started. */
export interface Session {
  readonly system: System
  readonly options: RunOptions
  /** Called once when the keychain keeps the run waiting. */
  readonly onWaiting: () => void
}

export interface RunOptions {
  /** `--manifest`, as given. */
  readonly manifest: string | undefined
  /** `--config` and `--auth`, as given. */
  readonly config: string | undefined
  readonly auth: string | undefined
  /** Whether a person is there to answer a dialog: a terminal, no `--no-input`, no `CI`. */
  readonly interactive: boolean
}
