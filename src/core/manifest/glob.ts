/**
 * Whether a text is as a pattern says: `*` stands for any characters, `?` for exactly one, all else
 * for itself. In time linear in the product of the lengths, whatever the pattern.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let inPattern = 0
  let inText = 0
  /** Where to go on when a guess turns out wrong: the last star, and the text it covers so far. */
  let star = -1
  let covered = 0
  while (inText < text.length) {
    const wanted = pattern[inPattern]
    if (wanted === '*') {
      star = inPattern++
      covered = inText
    } else if (wanted === '?' || wanted === text[inText]) {
      inPattern++
      inText++
    } else if (star >= 0) {
      inPattern = star + 1
      inText = ++covered
    } else {
      return false
    }
  }
  return /^\**$/.test(pattern.slice(inPattern))
}
