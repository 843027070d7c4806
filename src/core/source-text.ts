import { hiddenFrom } from './manifest/key-text.ts'

/** A file's text for the diagnostics that point into it, which may be very many on one long line. */
export interface SourceText {
  /** @param number 1-based; undefined for a line that is blank or not there */
  line(number: number): SourceLine | undefined
}

export interface SourceLine {
  readonly text: string
  /** Index from which the line may hold a key and must not be shown; Infinity when all of it may be. */
  readonly hiddenFrom: number
}

/** Split a text once, and look for keys in a line once. */
export function makeSourceText(text: string): SourceText {
  // A byte order mark takes no column.
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n?|\n/)
  const looked = new Map<number, SourceLine>()
  return {
    line: (number) => {
      const known = looked.get(number)
      const line = lines[number - 1]
      if (known !== undefined || line === undefined || line.trim() === '') return known
      const found: SourceLine = { text: line, hiddenFrom: hiddenFrom(line) ?? Infinity }
      looked.set(number, found)
      return found
    },
  }
}
