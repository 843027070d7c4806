import { harmless } from '../core/format-diagnostic.ts'
import { describeFailure } from '../errors.ts'
import type { OpgenError } from '../errors.ts'
import type { Terminal } from './terminal.ts'

/** Tell of a failure after which the same is asked again. */
export function complain(terminal: Pick<Terminal, 'err'>, { failure }: OpgenError): void {
  const { message, hint } = describeFailure(failure)
  terminal.err(`opgen: error: ${harmless(message)}\nopgen: hint: ${harmless(hint)}\n`)
}
