/**
 * Where a value was written, so that every message can point at it.
 *
 * `line` and `column` are 1-based; columns count UTF-16 units, as editors do.
 */
export interface Source {
  /** Absolute path of the file, or the name of a built-in preset. */
  readonly file: string
  readonly line: number
  readonly column: number
}

/** A value and where it came from. */
export interface Sourced<T> {
  readonly value: T
  readonly source: Source
  /** Where the variables were set that an expression in it named. */
  readonly via?: readonly Source[]
}
