import { finished } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { OpgenError } from '../errors.ts'
import { EMPTY_LINE, typeInto } from './typed-line.ts'
import type { TypedLine } from './typed-line.ts'

export interface TerminalInput extends NodeJS.ReadableStream {
  readonly isTTY?: boolean
  readonly isRaw?: boolean
  setRawMode?(mode: boolean): unknown
}

type Write = (text: string) => void

/** Ask for a line and show nothing of it. */
export async function askHidden(
  stdin: TerminalInput,
  write: Write,
  question: string,
): Promise<string | undefined> {
  try {
    const line = await readLine(stdin, { begin: () => write(question) })
    return line.end === 'enter' ? line.text : undefined
  } finally {
    // The Enter that ended the line was not shown either.
    write('\n')
  }
}

/** Ask for a line that is shown as it is typed. @throws OpgenError `interrupted` for Ctrl-C */
export async function askVisible(
  stdin: TerminalInput,
  write: Write,
  question: string,
): Promise<string | undefined> {
  return (await readVisible(stdin, write, { question, begun: '' }))?.text
}

/**
 * Ask for lines up to an empty one. Of several that are pasted at once, each is an answer.
 *
 * @returns undefined when the input ended
 * @throws OpgenError `interrupted` for Ctrl-C
 */
export async function askLines(
  stdin: TerminalInput,
  write: Write,
  [first, next]: readonly [string, string],
): Promise<readonly string[] | undefined> {
  const lines: string[] = []
  let begun = ''
  for (;;) {
    const question = lines.length === 0 ? first : next
    const line = await readVisible(stdin, write, { question, begun })
    if (line === undefined) return undefined
    if (line.text.trim() === '') return lines
    lines.push(line.text)
    // Of a paste whose lines end with CR LF, the CR was the Enter.
    begun = line.behind.replace(/^\n/, '')
  }
}

interface Begun {
  readonly question: string
  /** What was typed already. */
  readonly begun: string
}

async function readVisible(
  stdin: TerminalInput,
  write: Write,
  { question, begun }: Begun,
): Promise<TypedLine | undefined> {
  try {
    const line = await readLine(stdin, {
      begin: () => write(question),
      typed: (before, after) => write(echoOf(before, after)),
      begun,
    })
    if (line.end === 'interrupted') throw new OpgenError({ code: 'interrupted' })
    return line.end === 'enter' ? line : undefined
  } finally {
    write('\n')
  }
}

/** What a terminal shows of a line when it has changed: what went is rubbed out. */
function echoOf(before: string, after: string): string {
  const old = Array.from(before)
  const now = Array.from(after)
  const differs = old.findIndex((character, index) => character !== now[index])
  const same = differs < 0 ? old.length : differs
  return '\b \b'.repeat(old.length - same) + now.slice(same).join('')
}

interface LineReader {
  /** Called when the input is ready to be typed at. */
  readonly begin: () => void
  /** Called with the text before and after something was typed. */
  readonly typed?: (before: string, after: string) => void
  /** What was typed already. */
  readonly begun?: string
}

/**
 * Read one line in raw mode, where the terminal itself shows nothing; then put the mode back. Input
 * that breaks (a terminal that is closed) has ended.
 */
async function readLine(
  stdin: TerminalInput,
  { begin, typed, begun = '' }: LineReader,
): Promise<TypedLine> {
  const wasRaw = stdin.isRaw === true
  const decoder = new StringDecoder('utf8')
  let stopListening: (() => void) | undefined

  stdin.setRawMode?.(true)
  try {
    begin()
    let line = typeInto(EMPTY_LINE, begun)
    if (begun !== '') typed?.('', line.text)
    if (line.end !== undefined) return line
    return await new Promise((resolve) => {
      function take(chunk: Buffer | string): void {
        if (line.end !== undefined) return
        const before = line.text
        line = typeInto(line, typeof chunk === 'string' ? chunk : decoder.write(chunk))
        typed?.(before, line.text)
        if (line.end !== undefined) resolve(line)
      }
      const forgetEnd = finished(stdin, { writable: false }, () => {
        resolve({ ...line, end: 'ended' })
      })
      stdin.on('data', take)
      stdin.resume()
      stopListening = () => {
        forgetEnd()
        stdin.off('data', take)
      }
    })
  } finally {
    stopListening?.()
    stdin.setRawMode?.(wasRaw)
    // A stream that is read keeps the process alive.
    stdin.pause()
  }
}
