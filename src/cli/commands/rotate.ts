import { rotateKey } from '../../app/rotate-key.ts'
import type { Rotation } from '../../app/rotate-key.ts'
import type { Asked } from '../ask-decisions.ts'
import { reportCarriedOut } from '../carried-out.ts'
import type { CommandContext, Report } from '../command.ts'
import { planJson, wishOf } from '../plan-json.ts'
import { reportUndecided } from '../report-undecided.ts'
import { readKey } from './key.ts'

/** Replace a key by a new one, from a hidden prompt or from standard input, that the provider accepts. */
export async function runKeyRotate(context: CommandContext, id: string): Promise<Report> {
  const { session, terminal, quiet } = context
  const rotation = await rotateKey(session, {
    id,
    readKey: () => readKey(context, id, 'key rotate'),
    onWaiting: (origin) => {
      if (!quiet && terminal.stderrIsTerminal) terminal.err(`opgen: note: asking ${origin}\n`)
    },
  })
  return rotation.state === 'rotated'
    ? reportRotated(context, id, rotation)
    : reportOpen(context, id, rotation)
}

/** Only the key is asked for here: what an apply would ask is settled by an apply. */
const NOBODY: Asked = { hasQuit: () => false, carried: () => [] }

function reportRotated(
  context: CommandContext,
  id: string,
  rotation: Extract<Rotation, { state: 'rotated' }>,
): Report {
  const { former, fingerprint, verified, applied } = rotation
  const words = { ...wishOf(applied.planned), asked: NOBODY, command: 'apply', done: 'Applied' }
  const report = reportCarriedOut(context, applied, words)
  const was = former === undefined ? `fingerprint ${fingerprint}` : `${former} -> ${fingerprint}`
  return {
    ...report,
    text: `Rotated the key for "${id}" (${was}).\n\n${report.text}`,
    notes: `${notesOf(context, rotation)}${report.notes ?? ''}`,
    json: {
      id,
      rotated: true,
      fingerprint,
      verified,
      applied: report.json?.['applied'],
      generation: report.json?.['generation'],
    },
  }
}

function notesOf(
  { quiet }: CommandContext,
  { trimmed, former, keyPage }: Extract<Rotation, { state: 'rotated' }>,
): string {
  const cut = trimmed ? 'opgen: note: white space around the key was cut\n' : ''
  const where = keyPage === undefined ? "on the provider's site" : `at ${keyPage}`
  const revoke = `opgen: hint: the old key works until you delete it ${where}\n`
  return `${cut}${former === undefined || quiet ? '' : revoke}`
}

function reportOpen(
  context: CommandContext,
  id: string,
  { planned }: Extract<Rotation, { state: 'undecided' }>,
): Report {
  const { session } = context
  const alone = {
    ...context,
    session: { ...session, options: { ...session.options, interactive: false } },
  }
  const wish = wishOf(planned)
  const words = { ...wish, asked: NOBODY, command: `apply --only ${id}` }
  const undecided = reportUndecided(alone, planned.plan, words)
  const note = `opgen: note: the key for "${id}" is still the old one; rotate it afterwards\n`
  return {
    ...undecided,
    warnings: planned.warnings,
    notes: `${undecided.notes ?? ''}${note}`,
    json: { id, rotated: false, ...planJson(planned, wish), ...undecided.json },
  }
}
