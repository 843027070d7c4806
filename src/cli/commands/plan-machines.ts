import { problemsOf } from '../../app/check-manifest.ts'
import { planMachines } from '../../app/plan-machines.ts'
import type { MachinePlan } from '../../app/plan-machines.ts'
import { harmless } from '../../core/format-diagnostic.ts'
import type { Choices } from '../../core/plan/plan.ts'
import type { CommandContext, Report } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { diagnosticJson } from '../render-diagnostics.ts'
import { renderDecisions } from '../render-decisions.ts'
import { renderChanges, renderPlaces } from '../render-plan.ts'

/** Show what a first apply would do on every machine that the manifest names. */
export async function runPlanMachines(
  context: CommandContext,
  only: Choices['only'],
): Promise<Report> {
  const { all, plans } = await planMachines(context.session, only)
  const { paint, session } = context
  const manifest = renderPlaces(session.system.machine, [['manifest', all.file.path]], paint)
  return {
    exitCode: ExitCode.ok,
    text: [manifest, ...plans.map((plan) => renderMachine(context, plan))].join('\n'),
    warnings: problemsOf(all.machines),
    json: {
      manifest: all.file.path,
      machines: plans.map(({ machine, plan, seen }) => ({
        machine: machine ?? null,
        changes: plan.changes,
        decisions: plan.decisions.map(({ id, kind, detail, flag }) => ({ id, kind, detail, flag })),
        diagnostics: seen.diagnostics.map(diagnosticJson),
      })),
    },
  }
}

function renderMachine({ paint }: CommandContext, { machine, plan }: MachinePlan): string {
  const title = paint.bold(harmless(machine ?? 'any machine (the manifest names none)'))
  const changes = renderChanges(plan.changes, paint, { all: true })
  const decisions = renderDecisions(plan.decisions, paint)
  return [
    `${title}\n${changes === '' ? '    nothing to write\n' : changes}`,
    ...(decisions === '' ? [] : [decisions]),
  ].join('\n')
}
