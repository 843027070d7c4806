import { applyManifest } from '../../app/apply-manifest.ts'
import type { Choices } from '../../core/plan/plan.ts'
import { reportCarriedOut } from '../carried-out.ts'
import type { CommandContext, Report } from '../command.ts'
import { wishOf } from '../plan-json.ts'

/** Make this machine as the manifest says. */
export async function runApply(context: CommandContext, choices: Choices): Promise<Report> {
  const applied = await applyManifest(context.session, choices, async () => undefined)
  const wish = wishOf(applied.planned)
  return reportCarriedOut(context, applied, { ...wish, command: 'apply', done: 'Applied' })
}
