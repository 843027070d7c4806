import { applyManifest } from '../../app/apply-manifest.ts'
import type { Loaded } from '../../app/load-plan.ts'
import type { Choices } from '../../core/plan/plan.ts'
import { makeAsker } from '../ask-decisions.ts'
import { reportCarriedOut } from '../carried-out.ts'
import type { CommandContext, Report } from '../command.ts'
import { wishOf } from '../plan-json.ts'

/** Make this machine as the manifest says. */
export async function runApply(context: CommandContext, choices: Choices): Promise<Report> {
  const asked = makeAsker<Loaded>(context, ({ manifest }) => manifest.wanted)
  const applied = await applyManifest(context.session, choices, asked.decide)
  const wish = wishOf(applied.planned)
  return reportCarriedOut(context, applied, { ...wish, asked, command: 'apply', done: 'Applied' })
}
