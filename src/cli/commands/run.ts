import { recordRun } from '../../app/record-run.ts'
import { carryOutRun, startRun } from '../../app/run-command.ts'
import type { PreparedRun } from '../../app/run-command.ts'
import { harmless } from '../../core/format-diagnostic.ts'
import type { Choices } from '../../core/plan/plan.ts'
import { askDecisions } from '../ask-decisions.ts'
import type { CommandContext, Report } from '../command.ts'
import { diagnosticJson, renderDiagnostics } from '../render-diagnostics.ts'
import { decisionJson } from '../plan-json.ts'
import { renderTrusted } from '../render-trusted.ts'
import { reportUndecided } from '../report-undecided.ts'

export interface RunCommandOptions {
  /** The program, and its arguments. */
  readonly argv: readonly [string, ...string[]]
  readonly choices: Choices
}

/**
 * Run a program with config and keys in its environment. Standard output is that program's: what there is
 * to say is said on standard error before it starts.
 */
export async function runRun(
  context: CommandContext,
  { argv, choices }: RunCommandOptions,
): Promise<Report> {
  const { session } = context
  const prepare = await startRun(session, choices)
  let given = choices
  let prepared = await prepare(given)
  while (prepared.decisions.length > 0) {
    const answers = session.options.interactive
      ? await askDecisions({ ...context, carryInto: undefined }, prepared.decisions, given)
      : undefined
    if (answers === undefined) return undecided(context, prepared)
    given = answers.choices
    prepared = await prepare(given, answers.entered)
  }
  await recordRun(session, prepared)
  await say(context, prepared)
  const { code } = await carryOutRun(session, argv, prepared)
  return { exitCode: code, text: '', json: undefined }
}

function undecided(context: CommandContext, prepared: PreparedRun): Report {
  const { decisions, manifest, warnings } = prepared
  const asked = { hasQuit: () => context.session.options.interactive, carried: () => [] }
  const report = reportUndecided(context, { decisions }, { command: 'run', asked })
  const json = {
    manifest: manifest.file.path,
    decisions: decisions.map((decision) => decisionJson(decision, undefined)),
    diagnostics: warnings.map(diagnosticJson),
    ...report.json,
  }
  return { ...report, warnings, json }
}

async function say(
  { session, terminal, paint, quiet, json }: CommandContext,
  { notes, trusted, warnings }: PreparedRun,
): Promise<void> {
  if (quiet) return
  // Also where nothing but JSON was asked for: standard output is the child's, and has none.
  terminal.err(renderTrusted(trusted))
  if (json) return
  terminal.err(await renderDiagnostics(session.system, warnings, paint))
  for (const [id, texts] of notes) {
    for (const text of texts) terminal.err(`opgen: note: "${id}": ${harmless(text)}\n`)
  }
}
