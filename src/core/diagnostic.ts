import type { Source } from './source.ts'

/**
 * A problem in a file that the user wrote (manifest, preset, opencode.jsonc, auth.json).
 *
 * Collected, never thrown one by one, so that all are shown at once. Messages start in lower case,
 * have no full stop and put names in double quotes. They never contain a key.
 */
export interface Diagnostic {
  /** Stable kebab-case name, documented in docs/diagnostics.md. */
  readonly code: string
  /** `info`: worth knowing and no fault. */
  readonly severity: Severity
  readonly message: string
  /** Absent only where no place in a file is to blame. */
  readonly source?: Source
  readonly hint?: string
}

export type Severity = 'error' | 'warning' | 'info'

/** Whether any diagnostic forbids going on. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error')
}

/** A value, or the problems that prevented it. Warnings may come with a value. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T; readonly diagnostics: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] }
