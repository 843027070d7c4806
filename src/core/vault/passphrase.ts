/** Why a passphrase is refused. */
export type PassphraseFault = 'short' | 'repeats' | 'guessable' | 'not-typable'

const SHORTEST = 12

/** Characters that nothing before them gives away. */
const FEWEST_SURPRISES = 6

/** Rows that fingers run along. */
const ROWS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm', 'qwertzuiop', 'azertyuiop', '1234567890']

/** What everybody tries first, each worth about one character. */
const COMMON =
  /pass(?:word|phrase|wort)|letmein|welcome|changeme|secret|admin|opencode|opgen|haimaker/g

/**
 * Find out why a passphrase is too weak for a file that is meant for git, where it can be guessed at for
 * ever. Undefined: nothing speaks against it; that is no proof of strength.
 */
export function checkPassphrase(passphrase: string): PassphraseFault | undefined {
  // It could never be typed at the prompt of `age`.
  if (/\p{Cc}/u.test(passphrase)) return 'not-typable'
  const characters = Array.from(passphrase)
  if (characters.length < SHORTEST) return 'short'
  if (periodOf(characters) < SHORTEST) return 'repeats'
  if (new Set(characters).size < FEWEST_SURPRISES) return 'repeats'
  return surprises(passphrase) < FEWEST_SURPRISES ? 'guessable' : undefined
}

/** Length of the shortest beginning that makes up all of the text, over and over. */
function periodOf(characters: readonly string[]): number {
  for (let period = 1; period <= characters.length / 2; period += 1) {
    if (characters.every((character, at) => character === characters[at % period])) return period
  }
  return characters.length
}

/** How many characters are neither part of a common word nor next to the one before. */
function surprises(passphrase: string): number {
  const characters = Array.from(passphrase.toLowerCase().replaceAll(COMMON, '*'))
  return characters.filter((character, at) => !isNext(characters[at - 1], character)).length
}

function isNext(before: string | undefined, character: string): boolean {
  if (before === undefined) return false
  const step = (character.codePointAt(0) ?? 0) - (before.codePointAt(0) ?? 0)
  if (Math.abs(step) <= 1) return true
  return ROWS.some((row) => row.includes(before + character) || row.includes(character + before))
}

const CONSONANTS = 'bdfghjklmnprstvz'
const VOWELS = 'aiou'

/** Bytes that {@link makePassphrase} is to be given: 80 bits. */
export const PASSPHRASE_BYTES = 10

/**
 * A passphrase of random bytes that can be said and typed: each two are a word of five letters (a
 * "proquint": `lusab-babad`), which says 16 bits.
 */
export function makePassphrase(bytes: Uint8Array): string {
  const words: string[] = []
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    words.push(wordOf(((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)))
  }
  return words.join('-')
}

/** Consonants say four bits each, vowels two. */
function wordOf(number: number): string {
  const letter = (letters: string, shift: number): string =>
    letters.charAt((number >> shift) & (letters.length - 1))
  return [
    letter(CONSONANTS, 12),
    letter(VOWELS, 10),
    letter(CONSONANTS, 6),
    letter(VOWELS, 4),
    letter(CONSONANTS, 0),
  ].join('')
}
