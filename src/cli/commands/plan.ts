import { loadPlan } from '../../app/load-plan.ts'
import type { Loaded } from '../../app/load-plan.ts'
import { displayPath } from '../../app/paths.ts'
import { previewTexts } from '../../app/preview-texts.ts'
import type { Choices } from '../../core/plan/plan.ts'
import { changesFiles } from '../../core/plan/plan.ts'
import { usualRoute } from '../../core/key-delivery.ts'
import { unifiedDiff } from '../../core/text-diff.ts'
import type { CommandContext, Report } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { planJson, targetsJson } from '../plan-json.ts'
import { renderDecisions } from '../render-decisions.ts'
import { countChanges, renderChanges, renderPlaces } from '../render-plan.ts'

export interface PlanCommandOptions {
  readonly choices: Choices
  /** Exit 2 when there is anything to do or to decide. */
  readonly check: boolean
  /** Show the config files' text as a unified diff too. */
  readonly text: boolean
}

/** Show what apply would do. */
export async function runPlan(
  context: CommandContext,
  { choices, check, text }: PlanCommandOptions,
): Promise<Report> {
  const loaded = await loadPlan(context.session, choices, { forApply: false })
  const { plan } = loaded
  const pending = changesFiles(plan) || plan.decisions.length > 0
  return {
    exitCode: check && pending ? ExitCode.differences : ExitCode.ok,
    text: renderPlanText(context, loaded) + (text ? renderTexts(context, loaded) : ''),
    warnings: loaded.warnings,
    json: planJson(loaded, { applied: false, generation: null }),
  }
}

function renderPlanText({ session, paint, verbose }: CommandContext, loaded: Loaded): string {
  const { plan } = loaded
  const changes = renderChanges(plan.changes, paint, { all: verbose })
  const decisions = renderDecisions(plan.decisions, paint, loaded.manifest.wanted)
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

function renderTexts({ session, paint }: CommandContext, loaded: Loaded): string {
  const shades = { '+': paint.green, '-': paint.red, '@': paint.dim }
  const shade = (line: string): string => {
    const sign = line[0]
    return sign === '+' || sign === '-' || sign === '@' ? shades[sign](line) : line
  }
  return previewTexts(loaded)
    .map(({ path, before, after }) => {
      const name = displayPath(session.system.machine, path)
      const diff = unifiedDiff(before, after, [name, `${name} (planned)`])
      return `\n${diff.split('\n').map(shade).join('\n')}`
    })
    .join('')
}

export function placesOf(loaded: Loaded): readonly (readonly [string, string])[] {
  const { config } = targetsJson(loaded)
  return [
    ['manifest', loaded.manifest.file.path],
    ...config.map((file) => ['config', file] as const),
    ...keyPlaces(loaded).map((place) => ['keys', place] as const),
  ]
}

/** Where keys are written, or were so far. */
function keyPlaces({ plan, manifest, recorded, targets }: Loaded): readonly string[] {
  const routes = new Set([
    ...Object.values(recorded.delivery),
    ...Object.values(plan.next.delivery),
  ])
  // Without any key there is still one place where they would be.
  if (routes.size === 0) routes.add(usualRoute(manifest.wanted))
  const { auth, keys } = targets
  return [...(routes.has('auth.json') ? [auth] : []), ...(routes.has('keyfile') ? [keys] : [])]
}

function closing({ plan }: Loaded): string {
  const counts = countChanges(plan, 'planned')
  if (plan.decisions.length > 0) return 'Settle these, then run `opgen apply`.'
  if (!changesFiles(plan)) return 'Nothing to change.'
  return `Plan: ${counts === '' ? 'changes' : counts}. Run \`opgen apply\` to make it so.`
}
