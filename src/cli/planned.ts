import type { Planned } from '../app/planned.ts'
import { isPending } from '../core/plan/plan.ts'
import type { CommandContext, Report } from './command.ts'
import { ExitCode } from './exit-code.ts'
import { placesOf } from './places.ts'
import { planJson } from './plan-json.ts'
import type { Wish } from './plan-json.ts'
import { countChanges, renderChanges, renderDecisions, renderPlaces } from './render-plan.ts'

/** @param wish.command what carries the plan out */
export function reportPlanned(
  context: CommandContext,
  planned: Planned,
  wish: Wish & { readonly command: string },
): Report {
  return {
    exitCode: ExitCode.ok,
    text: renderPlanned(context, planned, wish),
    warnings: planned.warnings,
    json: planJson(planned, wish),
  }
}

function renderPlanned(
  { session, paint, verbose }: CommandContext,
  planned: Planned,
  wish: Wish & { readonly command: string },
): string {
  const { plan } = planned
  const changes = renderChanges(plan.changes, paint, { all: verbose })
  const decisions = renderDecisions(plan.decisions, paint)
  const blocks = [
    renderPlaces(session.system.machine, placesOf(planned, wish), paint),
    changes,
    decisions === ''
      ? ''
      : `${paint.bold('Decisions needed before anything is written:')}\n\n${decisions}`,
    `${closing(planned, wish.command)}\n`,
  ]
  return blocks.filter((block) => block !== '').join('\n')
}

function closing({ plan }: Planned, command: string): string {
  const counts = countChanges(plan.changes, 'planned')
  if (plan.decisions.length > 0) return `Settle these, then run \`opgen ${command}\`.`
  if (!isPending(plan)) return 'Nothing to change.'
  return `Plan: ${counts === '' ? 'changes' : counts}. Run \`opgen ${command}\` to make it so.`
}
