import { rollBack, startRollingBack } from '../../app/roll-back.ts'
import type { Choices } from '../../core/plan/plan.ts'
import { reportCarriedOut } from '../carried-out.ts'
import type { CommandContext, Report } from '../command.ts'
import { reportPlanned } from '../planned.ts'

export interface RollbackOptions {
  /** Undefined: the generation before the newest. */
  readonly number: number | undefined
  readonly choices: Choices
  readonly dryRun: boolean
}

/** Go back to what opgen owned after an earlier generation. */
export async function runRollback(
  context: CommandContext,
  { number, choices, dryRun }: RollbackOptions,
): Promise<Report> {
  const { session } = context
  const command = number === undefined ? 'rollback' : `rollback ${number}`
  if (dryRun) {
    const planned = await (await startRollingBack(session, { number, mayUnlock: false }))(choices)
    const manifest = planned.origin.manifest?.path ?? null
    const report = reportPlanned(context, planned, { ...planned, manifest, command })
    return { ...report, json: { ...report.json, to: planned.to } }
  }
  const carriedOut = await rollBack(session, {
    number,
    choices,
    decide: async () => undefined,
  })
  const { planned } = carriedOut
  const { to, wanted, origin } = planned
  const report = reportCarriedOut(context, carriedOut, {
    manifest: origin.manifest?.path ?? null,
    wanted,
    command,
    done: to === 0 ? 'Back to before the first generation' : `Back to generation ${to}`,
    remarks: [{ kind: 'note', text: UNDONE }],
  })
  return { ...report, json: { ...report.json, to } }
}

const UNDONE =
  'the manifest is as it was: the next `opgen apply` undoes this, unless you change it too'
