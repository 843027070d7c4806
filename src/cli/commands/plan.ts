import { loadPlan } from '../../app/load-plan.ts'
import type { Loaded } from '../../app/load-plan.ts'
import type { Choices } from '../../core/plan/plan.ts'
import { changesFiles } from '../../core/plan/plan.ts'
import type { CommandContext, Report } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { planJson, targetsJson } from '../plan-json.ts'
import { countChanges, renderChanges, renderDecisions, renderPlaces } from '../render-plan.ts'

export interface PlanCommandOptions {
  readonly choices: Choices
  /** Exit 2 when there is anything to do or to decide. */
  readonly check: boolean
}

/** Show what apply would do. */
export async function runPlan(
  context: CommandContext,
  { choices, check }: PlanCommandOptions,
): Promise<Report> {
  const loaded = await loadPlan(context.session, choices, { mayUnlock: false })
  const { plan } = loaded
  const pending = changesFiles(plan) || plan.decisions.length > 0
  return {
    exitCode: check && pending ? ExitCode.differences : ExitCode.ok,
    text: renderPlanText(context, loaded),
    warnings: loaded.warnings,
    json: planJson(loaded, { applied: false, generation: null }),
  }
}

function renderPlanText({ session, paint, verbose }: CommandContext, loaded: Loaded): string {
  const { plan } = loaded
  const changes = renderChanges(plan.changes, paint, { all: verbose })
  const decisions = renderDecisions(plan.decisions, paint)
  const blocks = [
    renderPlaces(session.system.machine, placesOf(loaded), paint),
    changes,
    decisions === ''
      ? ''
      : `${paint.bold('Decisions needed before anything is written:')}\n\n${decisions}`,
    `${closing(loaded)}\n`,
  ]
  return blocks.filter((block) => block !== '').join('\n')
}

export function placesOf(loaded: Loaded): readonly (readonly [string, string])[] {
  const { config, auth } = targetsJson(loaded)
  return [
    ['manifest', loaded.manifest.file.path],
    ...config.map((file) => ['config', file] as const),
    ['keys', auth],
  ]
}

function closing({ plan }: Loaded): string {
  const counts = countChanges(plan, 'planned')
  if (plan.decisions.length > 0) return 'Run `opgen apply` with the flags above.'
  if (!changesFiles(plan)) return 'Nothing to change.'
  return `Plan: ${counts === '' ? 'changes' : counts}. Run \`opgen apply\` to make it so.`
}
