import path from 'node:path'
import { isTemporaryName } from './left-over.ts'
import type { LookingSystem } from './looking-system.ts'
import type { FileFacts, KeychainAnswer, Machine, ProgramFile } from './system.ts'

/** Something that the outside was asked, and that can be asked again: nothing is changed by it. */
export type Question =
  | readonly ['read' | 'list' | 'look' | 'resolve' | 'leftOvers' | 'database' | 'variable', string]
  | readonly ['fact', Exclude<keyof Machine, 'env'>]
  | readonly ['programs', readonly string[]]
  | KeychainQuestion

export type KeychainQuestion = readonly ['keychain', string, string]

/** An answer, in bytes that differ where two answers do. */
export type Answer = string | Uint8Array

/** That there is nothing of the kind. */
export const NONE: Answer = 'none'

/** How the answers to questions are written down, by their kinds. */
export const written = {
  read: (content: string | Uint8Array | undefined): Answer => content ?? '\0absent',
  list: (names: readonly string[]): Answer => JSON.stringify(names),
  look: (facts: FileFacts | undefined): Answer => JSON.stringify(facts ?? null),
  programs: (found: readonly ProgramFile[]): Answer => JSON.stringify(found),
  variable: (value: string | undefined): Answer => JSON.stringify(value ?? null),
  keychain: (answer: KeychainAnswer): Answer =>
    JSON.stringify(
      answer.status === 'present' ? [answer.status, answer.secret.reveal()] : [answer.status],
    ),
}

/**
 * Others write into folders all the time, and git writes files anew as they were. What compares a time with now
 * asks the clock, and is not repeated.
 */
export function timeless(facts: FileFacts | undefined): FileFacts | undefined {
  if (facts === undefined) return undefined
  return { ...facts, mtimeMs: 0, size: facts.kind === 'folder' ? 0 : facts.size }
}

/** Ask once more. Undefined: what would answer now could be waited for without end. */
export async function askAgain(
  { files, machine, openCode }: LookingSystem,
  question: Exclude<Question, KeychainQuestion>,
): Promise<Answer | undefined> {
  switch (question[0]) {
    case 'read': {
      const real = await files.look(await files.resolve(question[1]))
      // What comes through a pipe is there once, and then for whoever runs next.
      if (real === undefined) return written.read(undefined)
      if (real.kind !== 'file') return undefined
      return written.read(await files.readBytes(question[1]))
    }
    case 'list':
      return written.list(await files.list(question[1]))
    case 'look':
      return written.look(timeless(await files.look(question[1])))
    case 'resolve':
      return await files.resolve(question[1])
    case 'leftOvers': {
      const beside = await files.list(path.dirname(question[1]))
      // Whether they are swept away depends on who still runs.
      if (beside.some((name) => isTemporaryName(name, question[1]))) return undefined
      return NONE
    }
    case 'database':
      return String(await openCode.isDatabaseOfV2(question[1]))
    case 'fact':
      return machine[question[1]]
    case 'variable':
      return written.variable(machine.env[question[1]])
    case 'programs':
      return written.programs(await openCode.find(question[1]))
  }
}
