import type { Diagnostic } from '../diagnostic.ts'

/*
 * How much a text may be before it is refused, so that no file can keep the program busy or fill its
 * memory. A manifest is written by people: the longest sensible one is a hundredth of this.
 */

/** In UTF-16 units. */
const LONGEST_TEXT = 1_000_000

/** In bytes: what is larger is too long as well, whatever it holds. UTF-8 takes up to three for a unit. */
export const LARGEST_FILE = 3 * LONGEST_TEXT + 3

/** Levels of nesting. The YAML library recurses, and a stack overflow in it can end the process. */
export const DEEPEST = 100

/** See {@link piecesIn}. The YAML library takes up to 5 microseconds and 600 bytes for each. */
const MOST_PIECES = 250_000

/** A problem that leaves nothing to read. */
export interface Refusal {
  readonly offset: number
  readonly diagnostic: Omit<Diagnostic, 'source'>
}

/** What a lexeme of YAML costs to read: one, and one for each line and escape in it. */
export function piecesIn(lexeme: string): number {
  return lexeme.length === 1 ? 1 : 1 + (lexeme.match(/[\n\\]/g)?.length ?? 0)
}

export function refuseLength(text: string): Refusal | undefined {
  return text.length > LONGEST_TEXT ? { offset: 0, diagnostic: TOO_LONG } : undefined
}

/** @param depth levels of nesting at `offset` */
export function refuseDepth(depth: number, offset: number): Refusal | undefined {
  if (depth <= DEEPEST) return undefined
  const message = `nested more than ${DEEPEST} levels deep`
  return { offset, diagnostic: { code: 'too-deep', severity: 'error', message } }
}

/** @param pieces how many end at `offset` */
export function refusePieces(pieces: number, offset: number): Refusal | undefined {
  if (pieces <= MOST_PIECES) return undefined
  const message = `more than ${MOST_PIECES / 1000} thousand names, values, signs and lines up to here`
  return { offset, diagnostic: { ...TOO_LONG, message } }
}

/** Of a file over {@link LARGEST_FILE}, which need not be read, and of a longer text. */
export const TOO_LONG: Refusal['diagnostic'] = {
  code: 'too-large',
  severity: 'error',
  message: `the file has more than ${LONGEST_TEXT / 1_000_000} million characters`,
  hint: 'a manifest is a small file: is it the right one?',
}
