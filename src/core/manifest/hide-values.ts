import type { Diagnostic } from '../diagnostic.ts'

/** Characters of the shortest value that is hidden: a shorter one is in any text by chance. */
const SHORTEST = 4

/** Characters from which on a value is no word of the message itself; shorter ones stand in quotes. */
const NO_WORD = 8

/** What a message has in double quotes: names and values. */
const QUOTED = /"(?:\\.|[^"\\])*"/g

/**
 * The diagnostics without these values in their words. What a variable holds may be told to nobody: a
 * manifest of a stranger's, checked where there are secrets, could name any.
 */
export function hideValues(
  diagnostics: readonly Diagnostic[],
  values: readonly string[],
): readonly Diagnostic[] {
  const secrets = values
    .filter((value) => value.length >= SHORTEST)
    // Messages have values as JSON writes them.
    .map((value) => JSON.stringify(value).slice(1, -1))
    .toSorted((a, b) => b.length - a.length)
  if (secrets.length === 0) return diagnostics
  const long = secrets.filter((secret) => secret.length >= NO_WORD)
  const hide = (text: string): string =>
    hideIn(
      text.replaceAll(QUOTED, (quoted) => hideIn(quoted, secrets)),
      long,
    )
  return diagnostics.map((diagnostic) => ({
    ...diagnostic,
    message: hide(diagnostic.message),
    ...(diagnostic.hint === undefined ? {} : { hint: hide(diagnostic.hint) }),
  }))
}

function hideIn(text: string, secrets: readonly string[]): string {
  return secrets.reduce((left, secret) => hideCut(left.replaceAll(secret, '***'), secret), text)
}

/** A message may cut a value: then its beginning stands before the `…`. */
function hideCut(text: string, secret: string): string {
  let left = text
  for (let end = left.indexOf('…'); end >= 0; end = left.indexOf('…', end + 1)) {
    const before = left.slice(0, end)
    for (let length = Math.min(secret.length, end); length >= SHORTEST; length -= 1) {
      if (!before.endsWith(secret.slice(0, length))) continue
      left = `${before.slice(0, end - length)}***${left.slice(end)}`
      break
    }
  }
  return left
}
