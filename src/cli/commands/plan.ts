import { loadPlan } from '../../app/load-plan.ts'
import type { Loaded } from '../../app/load-plan.ts'
import { displayPath } from '../../app/paths.ts'
import type { Diagnostic } from '../../core/diagnostic.ts'
import { previewTexts } from '../../app/preview-texts.ts'
import type { Choices } from '../../core/plan/plan.ts'
import { isPending } from '../../core/plan/plan.ts'
import { unifiedDiff } from '../../core/text-diff.ts'
import type { CommandContext, Report } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { wishOf } from '../plan-json.ts'
import { reportPlanned } from '../planned.ts'
import { diagnosticJson } from '../render-diagnostics.ts'

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
  const pending = isPending(plan) || plan.decisions.length > 0
  const report = reportPlanned(context, loaded, { ...wishOf(loaded), command: 'apply' })
  const warnings = [...(report.warnings ?? []), ...interruption(loaded)]
  return {
    ...report,
    warnings,
    json: { ...report.json, diagnostics: warnings.map(diagnosticJson) },
    exitCode: check && pending ? ExitCode.differences : ExitCode.ok,
    text: report.text + (text ? renderTexts(context, loaded) : ''),
  }
}

/** What `status` has among its notes. */
function interruption({ stored }: Loaded): readonly Diagnostic[] {
  if (stored.state.intended === null) return []
  const message = 'an earlier run was interrupted; `opgen apply` goes on from what is there'
  return [{ code: 'interrupted-run', severity: 'info', message }]
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
