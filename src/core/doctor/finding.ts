import type { Severity } from '../diagnostic.ts'

/** A fault, or what may be one, at a place of this machine (spec/commands.md "JSON"). */
export interface Finding {
  readonly code: string
  readonly severity: Severity
  /** Id of the provider that it is about; absent where it is about none, or about several. */
  readonly provider?: string
  readonly file?: string
  /** 1-based; the column in UTF-16 units. */
  readonly line?: number
  readonly column?: number
  /** What is wrong, here. Never a key, nor any value that may be one. */
  readonly message: string
  /** What OpenCode makes of it. */
  readonly cause: string
  /** The next thing to do. */
  readonly fix: string
  /** How it is known: sections of the contract, threads. */
  readonly source: string
}
