import { checkHealth } from '../../app/check-health.ts'
import { repairFiles } from '../../app/repair-files.ts'
import type { Finding } from '../../core/doctor/finding.ts'
import type { Rule } from '../../core/doctor/rule.ts'
import { RULES } from '../../core/doctor/rules.ts'
import type { CommandContext, Report } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { renderFindings, renderRule } from '../render-findings.ts'
import { renderRepairs } from '../render-repairs.ts'

/** Diagnose this machine, or files that are named. An error among the findings is a failure. */
export async function runDoctor(context: CommandContext): Promise<Report> {
  const health = await checkHealth(context.session)
  const findings = health.diagnoses.map(({ finding }) => finding)
  return {
    exitCode: exitCodeOf(findings),
    text: renderFindings(context, health),
    json: { findings },
  }
}

/** Repair what is certain, then diagnose what is left. */
export async function runDoctorFix(context: CommandContext): Promise<Report> {
  const { repaired, refused, generation, health, staleProcesses } = await repairFiles(
    context.session,
  )
  const findings = health.diagnoses.map(({ finding }) => finding)
  const done = { repaired, refused, generation, staleProcesses }
  return {
    exitCode: exitCodeOf(findings),
    text: renderRepairs(context, done) + renderFindings(context, health),
    json: {
      findings,
      repaired,
      refused: refused.map(({ finding, why }) => ({ ...finding, why })),
      generation,
    },
  }
}

function exitCodeOf(findings: readonly Finding[]): number {
  return findings.some(({ severity }) => severity === 'error') ? ExitCode.failure : ExitCode.ok
}

/** The rule with this code, and the codes that there are. */
export function ruleNamed(code: string): {
  readonly rule: Rule | undefined
  readonly codes: readonly string[]
} {
  return {
    rule: RULES.find((rule) => rule.code === code),
    codes: RULES.map((rule) => rule.code),
  }
}

/** Explain one code at length. */
export async function runDoctorCode({ paint }: CommandContext, rule: Rule): Promise<Report> {
  const { code, severity, title, cause, fix, source } = rule
  return {
    exitCode: ExitCode.ok,
    text: renderRule(rule, paint),
    json: { rule: { code, severity, title, cause, fix, source } },
  }
}
