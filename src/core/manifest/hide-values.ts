import type { Diagnostic } from '../diagnostic.ts'

/** Characters of the shortest value that is hidden: a shorter one is in any text by chance. */
const SHORTEST = 4

/** Characters by which a value is known that a message may have cut. */
const BEGINNING = 16

/**
 * The diagnostics without these values in their words. What a variable holds may be told to nobody: a
 * manifest of a stranger's, checked where there are secrets, could name any.
 */
export function hideValues(
  diagnostics: readonly Diagnostic[],
  values: readonly string[],
): readonly Diagnostic[] {
  const patterns = values
    .filter((value) => value.length >= SHORTEST)
    .toSorted((a, b) => b.length - a.length)
    .map(patternOf)
  if (patterns.length === 0) return diagnostics
  const hide = (text: string): string =>
    patterns.reduce((left, pattern) => left.replaceAll(pattern, '***'), text)
  return diagnostics.map((diagnostic) => ({
    ...diagnostic,
    message: hide(diagnostic.message),
    ...(diagnostic.hint === undefined ? {} : { hint: hide(diagnostic.hint) }),
  }))
}

/** Messages have values as JSON writes them, and may cut long ones. */
function patternOf(value: string): RegExp {
  const written = JSON.stringify(value).slice(1, -1)
  const [start, rest] =
    written.length > BEGINNING ? [written.slice(0, BEGINNING), '[^"]*'] : [written, '']
  return new RegExp(start.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`) + rest, 'g')
}
