import type { Command } from 'commander'
import { namesOfKind } from '../../app/names.ts'
import type { Session } from '../../app/session.ts'
import { harmless } from '../../core/format-diagnostic.ts'
import { keysIn } from '../../core/manifest/key-forms.ts'
import type { CommandContext, Report } from '../command.ts'
import { completeWords } from '../complete-words.ts'
import type { Asked, Candidate, Wish } from '../complete-words.ts'
import type { Completes } from '../completes.ts'
import { ExitCode } from '../exit-code.ts'
import { quotedFor, readShellLine, unquoted } from '../shell-words.ts'
import type { CurrentWord } from '../shell-words.ts'

export type Shell = 'bash' | 'zsh' | 'fish'

export interface CompletionRequest {
  readonly program: Command
  readonly shell: Shell
  /**
   * What the shell's script sends. bash: the line up to the cursor and `COMP_WORDBREAKS`; zsh and fish: the words
   * behind the program's name, the last one being that at the cursor. fish takes the quotes off all but that one.
   */
  readonly words: readonly string[]
}

/**
 * Answer a shell's script: a first line `words`, `files`, `folders`, or `command N`, then the candidates, one to a line. bash
 * gets them quoted and cut as readline needs them, the others with a tab and a description. Whatever goes wrong,
 * there are no candidates then, and that is no failure.
 */
export async function runComplete(
  { session }: CommandContext,
  request: CompletionRequest,
): Promise<Report> {
  return { exitCode: ExitCode.ok, text: await answerTo(session, request), json: undefined }
}

const NOTHING = 'words\n'

async function answerTo(session: Session, request: CompletionRequest): Promise<string> {
  try {
    return await (request.shell === 'bash' ? answerBash : answerOthers)(session, request)
  } catch {
    return NOTHING
  }
}

async function answerBash(
  session: Session,
  { program, words }: CompletionRequest,
): Promise<string> {
  const [line = '', breaks = ''] = words
  const { env } = session.system.machine
  const read = readShellLine(line, { breaks, env })
  const { current } = read
  if (current.isRedirection) return 'files\n'
  const before = read.words.slice(1)
  const texts = before.map(({ text }) => text)
  const asked = completeWords(program, texts, current.text)
  if (asked.wish.kind === 'program') {
    const { start } = before[asked.wish.at] ?? current
    // bash counts characters, and not units of UTF-16.
    return `command ${Array.from(line.slice(0, start)).length}\n`
  }
  return answer(session, asked, (candidates) =>
    candidates.flatMap(({ value }) => replyFor(current, value) ?? []),
  )
}

/** What readline has to put in for a candidate; undefined where it does not fit what is there. */
function replyFor({ text, kept, quote }: CurrentWord, value: string): string | undefined {
  if (!value.startsWith(text) || kept > text.length) return undefined
  return quotedFor(quote, value.slice(kept))
}

async function answerOthers(
  session: Session,
  { program, shell, words }: CompletionRequest,
): Promise<string> {
  const { env } = session.system.machine
  const current = unquoted(words.at(-1) ?? '', env)
  const before = words.slice(0, -1)
  const texts = shell === 'zsh' ? before.map((word) => unquoted(word, env)) : before
  const asked = completeWords(program, texts, current)
  // Both count from one; the name of the program is a word for zsh alone.
  const { wish } = asked
  if (wish.kind === 'program') return `command ${wish.at + 1}\n`
  return answer(session, asked, (candidates) =>
    candidates.map(({ value, about }) => `${value}\t${oneLine(about)}`),
  )
}

async function answer(
  session: Session,
  { wish, given }: Asked,
  print: (candidates: readonly Candidate[]) => readonly string[],
): Promise<string> {
  if (wish.kind === 'value' && isPlace(wish.completes)) return `${wish.completes}s\n`
  const options = { ...session.options, ...optionsIn(given) }
  const lines = print(await candidatesFor({ ...session, options }, wish))
  return ['words', ...lines].map((line) => `${line}\n`).join('')
}

function isPlace(completes: Completes): completes is 'file' | 'folder' {
  return completes === 'file' || completes === 'folder'
}

function optionsIn(given: Asked['given']): Partial<Session['options']> {
  const names = { manifest: '--manifest', config: '--config', auth: '--auth' }
  return Object.fromEntries(
    Object.entries(names).flatMap(([name, flag]) => {
      const value = given.get(flag)
      return value === undefined || value === '' ? [] : [[name, value]]
    }),
  )
}

async function candidatesFor(session: Session, wish: Wish): Promise<readonly Candidate[]> {
  if (wish.kind === 'words') return wish.candidates
  if (wish.kind === 'program') return []
  const { completes, prefix, taken } = wish
  if (isPlace(completes) || completes === 'free' || completes === 'program') return []
  const names = await namesOfKind(session, completes)
  const seen = new Set(taken)
  return names.flatMap(({ name, about }) => {
    if (seen.has(name) || !isFit(name)) return []
    seen.add(name)
    return [
      { value: `${prefix}${name}`, about: about === name || keysIn(about).length > 0 ? '' : about },
    ]
  })
}

/** Characters of the longest name that is offered. */
const LONGEST = 200

/** Names that would be taken for options, that a terminal would obey, or that look like keys are not for a screen. */
function isFit(name: string): boolean {
  return (
    name !== '' &&
    name.length <= LONGEST &&
    !name.startsWith('-') &&
    !/[\t\n]/.test(name) &&
    harmless(name) === name &&
    keysIn(name).length === 0
  )
}

function oneLine(text: string): string {
  return harmless(text.replaceAll(/\s+/g, ' ')).trim().slice(0, LONGEST)
}
