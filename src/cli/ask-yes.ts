import { OpgenError } from '../errors.ts'
import type { Terminal } from './terminal.ts'

/** @throws OpgenError `interrupted` also when the input ends: whoever is gone has decided nothing */
export async function askYes(terminal: Terminal, question: string): Promise<boolean> {
  terminal.err(`${question}\n`)
  for (;;) {
    const typed = (await terminal.ask('  [y]es  [n]o  > '))?.trim().toLowerCase()
    if (typed === undefined) throw new OpgenError({ code: 'interrupted' })
    if (typed === 'y' || typed === 'n') return typed === 'y'
  }
}
