/** A line being typed in raw mode. */
export interface TypedLine {
  readonly text: string
  /** What of an escape sequence has arrived so far; empty outside one. */
  readonly escape: string
  readonly pasting: boolean
  /** How the line ended; undefined while it goes on. */
  readonly end: LineEnd | undefined
  /** What came together with the end, behind it. */
  readonly behind: string
}

/** `ended`: no more input will come, as after Ctrl-D. */
export type LineEnd = 'enter' | 'interrupted' | 'ended'

export const EMPTY_LINE: TypedLine = {
  text: '',
  escape: '',
  pasting: false,
  end: undefined,
  behind: '',
}

const ESCAPE = '\u001B'

/**
 * Take in what a terminal in raw mode sent.
 *
 * Enter ends the line, Ctrl-C and Ctrl-D give it up, Backspace takes back one character and Ctrl-U
 * all of them. Other control characters and keys (arrows, function keys) do nothing. In a bracketed
 * paste a line break does not end the line. What follows the end is no part of it: the rest of a paste
 * of several lines must be run neither by the shell nor by the next question.
 */
export function typeInto(line: TypedLine, input: string): TypedLine {
  let typed = line
  let length = 0
  for (const character of input) {
    if (typed.end !== undefined) break
    length += character.length
    typed = typed.escape === '' ? typeCharacter(typed, character) : typeEscape(typed, character)
  }
  return line.end === undefined && typed.end !== undefined
    ? { ...typed, behind: input.slice(length) }
    : typed
}

function typeCharacter(line: TypedLine, character: string): TypedLine {
  switch (character) {
    case ESCAPE:
      return { ...line, escape: ESCAPE }
    case '\r':
    case '\n':
      return line.pasting ? line : { ...line, end: 'enter' }
    case '\u0003': // Ctrl-C
      return { ...line, end: 'interrupted' }
    case '\u0004': // Ctrl-D
      return { ...line, end: 'ended' }
    case '\u0008': // Backspace, as some terminals send it
    case '\u007F':
      return { ...line, text: line.text.replace(/.$/su, '') }
    case '\u0015': // Ctrl-U
      return { ...line, text: '' }
    default:
      return character < ' ' ? line : { ...line, text: line.text + character }
  }
}

/** Escape sequences (ECMA-48): `ESC [ … letter` or `~`, `ESC O letter`; anything else is one character. */
function typeEscape(line: TypedLine, character: string): TypedLine {
  const escape = line.escape + character
  if (escape === `${ESCAPE}[` || escape === `${ESCAPE}O`) return { ...line, escape }
  if (line.escape === ESCAPE) return typeCharacter({ ...line, escape: '' }, character)
  if (line.escape.startsWith(`${ESCAPE}[`) && !/[@-~]/.test(character)) return { ...line, escape }
  if (escape === `${ESCAPE}[200~`) return { ...line, escape: '', pasting: true }
  if (escape === `${ESCAPE}[201~`) return { ...line, escape: '', pasting: false }
  return { ...line, escape: '' }
}
