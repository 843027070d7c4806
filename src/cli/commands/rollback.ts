import { rollBack, startRollingBack } from '../../app/roll-back.ts'
import type { PlannedBack } from '../../app/roll-back.ts'
import type { Choices } from '../../core/plan/plan.ts'
import { makeAsker } from '../ask-decisions.ts'
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
    const { trustCommands } = choices
    const start = await startRollingBack(session, { number, mayUnlock: false, trustCommands })
    const planned = await start(choices)
    const manifest = planned.origin.manifest?.path ?? null
    const report = reportPlanned(context, planned, { ...planned, manifest, command })
    return { ...report, json: { ...report.json, to: planned.to } }
  }
  const asked = makeAsker<PlannedBack>(context, () => undefined)
  const carriedOut = await rollBack(session, { number, choices, decide: asked.decide })
  const { planned } = carriedOut
  const { to, wanted, origin, isOfManifest } = planned
  const report = reportCarriedOut(context, carriedOut, {
    manifest: origin.manifest?.path ?? null,
    wanted,
    asked,
    command,
    done: to === 0 ? 'Back to before the first generation' : `Back to generation ${to}`,
    remarks: isOfManifest ? [{ kind: 'note', text: UNDONE }] : [],
  })
  return { ...report, json: { ...report.json, to } }
}

const UNDONE =
  'the manifest is as it was: the next `opgen apply` undoes this, unless you change it too'
