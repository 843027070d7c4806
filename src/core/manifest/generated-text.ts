/**
 * Telling generated text from names. Names are made of words, sizes and dates, so that most neighbouring
 * characters go together; of random ones hardly any pair does.
 */

/** A part of a line, in UTF-16 units; `end` is the unit after the last. */
export interface KeyPlace {
  readonly start: number
  readonly end: number
}

/**
 * What generated text has at least. In characters: the whole, without what divides it, and its parts on the
 * average; chance makes short names look random, and model ids have parts of 4.
 */
interface Measure {
  readonly length: number
  readonly part: number
}

/** Letters and digits in one run. */
const UNDIVIDED: Measure = { length: 20, part: 20 }

/** With `+`, `/`, `-` and `_` in it, of which base64 has one in 32 characters. */
const DIVIDED: Measure = { length: 28, part: 8 }

/** Behind a vendor's prefix, where less is enough. */
export const AFTER_PREFIX: Measure = { length: 14, part: 4 }

/** Share of the pairs that go together. Random text: 0.1 to 0.15 on the average; model ids: 0.55. */
const MOST_NATURAL = 0.4

/** The same without a digit, where names in camel case and acronyms come near. */
const MOST_NATURAL_LETTERS = 0.25

/** Share of the pairs with a change of class. Random text: 0.4 to 0.6; an acronym in a word: 0.1. */
const FEWEST_CHANGES = 0.2

/** The commonest pairs of letters in English words, which are three quarters of all pairs in them. */
const COMMON_PAIRS = new Set(
  (
    'th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co ' +
    'me de hi ri ro ic ne ea ra ce li ch ll be ma si om ur ca el ta la ns di fo ho pe ec pr no ct us ' +
    'ac ot il tr ly nc et ut ss so rs un lo wa ge ie wh ee wi em ad ol rt po we na ul ni ts mo ow pa ' +
    'im mi ai sh ir su id os iv ia am fi ci vi pl ig tu ev ld ry mp fe bl ab gh ty op wo sa ay ex ke'
  ).split(' '),
)

/**
 * The generated parts of a run of letters, digits and `+/_-`: base62 and the like between the others, or
 * base64 with them. A path gives its parts, not itself.
 */
export function generatedIn(run: string): readonly KeyPlace[] {
  const generated = (pattern: RegExp, least: Measure): readonly KeyPlace[] =>
    placesOf(run, pattern).filter(({ start, end }) => isGenerated(run.slice(start, end), least))
  const undivided = generated(/[A-Za-z0-9]+/g, UNDIVIDED)
  if (undivided.length > 0) return undivided
  return [...generated(/[\w-]+/g, DIVIDED), ...generated(/[A-Za-z0-9+/]+/g, DIVIDED)]
}

/** Whether a text of letters, digits and `+/_-` can hardly be anything but generated. */
export function isGenerated(text: string, least: Measure): boolean {
  const parts = text.match(/[A-Za-z0-9]+/g) ?? []
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  if (length < least.length || length < parts.length * least.part || !isVaried(text)) return false
  if (parts.some(isHex)) return true
  const pairs = length - parts.length
  const most = /\d/.test(text) ? MOST_NATURAL : MOST_NATURAL_LETTERS
  return (
    sumOf(parts, changesOfClass) >= pairs * FEWEST_CHANGES &&
    sumOf(parts, naturalPairs) <= pairs * most
  )
}

/** 128 bits or more. */
function isHex(text: string): boolean {
  return /^[\da-f]{32,}$/i.test(text) && /\d/.test(text) && /[a-f]/i.test(text)
}

/** More than a placeholder has: `xxxxxxxx`, `00000000-0000-…`. */
export function isVaried(text: string, least = 4): boolean {
  return new Set(text.match(/[A-Za-z0-9]/g)).size >= least
}

/** How often neighbours are of different classes: lower case, upper case, digit. */
function changesOfClass(text: string): number {
  return countPairs(text, (a, b) => classOf(a) !== classOf(b))
}

/** How many neighbours go together: digits, and letters that often do, but for `aB`. */
function naturalPairs(text: string): number {
  return countPairs(text, (a, b) => {
    const classes = classOf(a) + classOf(b)
    if (classes === '00') return true
    return classes !== 'aA' && COMMON_PAIRS.has((a + b).toLowerCase())
  })
}

function countPairs(text: string, holds: (a: string, b: string) => boolean): number {
  let count = 0
  for (let at = 1; at < text.length; at += 1) {
    if (holds(text.charAt(at - 1), text.charAt(at))) count += 1
  }
  return count
}

function classOf(character: string): '0' | 'A' | 'a' {
  if (character <= '9') return '0'
  return character <= 'Z' ? 'A' : 'a'
}

function sumOf(parts: readonly string[], measure: (part: string) => number): number {
  return parts.reduce((sum, part) => sum + measure(part), 0)
}

/** Where a global pattern matches, in order. */
export function placesOf(text: string, pattern: RegExp): readonly KeyPlace[] {
  return Array.from(text.matchAll(pattern), ({ index, 0: { length } }) => ({
    start: index,
    end: index + length,
  }))
}
