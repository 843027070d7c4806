import { harmless } from '../core/format-diagnostic.ts'
import type { CommandContext } from './command.ts'
import { COLUMNS, cut } from './cut.ts'

/** A line on standard error that says who is being waited for, and goes away again. */
export interface Progress {
  readonly tell: (id: string, state: 'asking' | 'done') => void
  /** Take the line away, for good. */
  readonly end: () => void
}

/** Whoever answers before that was not waited for. */
export const PATIENT_MS = 500

/** Back to the first column, and away with what stands in the line. */
export const CLEAR = '\r\u001B[2K'

/**
 * Show who is being asked, once it takes a while; never where nobody looks at it.
 *
 * @param total how many there are to be asked; without it, as many as were told of
 */
export function startProgress(
  context: Pick<CommandContext, 'terminal' | 'quiet' | 'json' | 'session'>,
  total?: number,
): Progress {
  const { terminal, quiet, json, session } = context
  const isSeen = terminal.stderrIsTerminal && session.system.machine.env['TERM'] !== 'dumb'
  if (!isSeen || quiet || json) return { tell: () => {}, end: () => {} }
  const asked = new Set<string>()
  const waitedFor = new Set<string>()
  let shown = ''
  let isPatient = true
  const show = (): void => {
    const next = isPatient ? '' : lineOf([...waitedFor], total ?? asked.size)
    if (next === shown) return
    shown = next
    terminal.err(`${CLEAR}${next}`)
  }
  const timer = setTimeout(() => {
    isPatient = false
    show()
  }, PATIENT_MS)
  return {
    tell: (id, state) => {
      asked.add(id)
      if (state === 'asking') waitedFor.add(id)
      else waitedFor.delete(id)
      show()
    },
    end: () => {
      clearTimeout(timer)
      waitedFor.clear()
      show()
    },
  }
}

function lineOf(ids: readonly string[], total: number): string {
  if (ids.length === 0) return ''
  const count = ` (${ids.length} of ${total})`
  // A line that is full would begin another one.
  return `${cut(harmless(`asking ${ids.join(', ')}`), COLUMNS - 1 - count.length)}${count}`
}
