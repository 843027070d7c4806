import { CommanderError } from 'commander'
import type { SlowSource } from '../app/session.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import { harmless } from '../core/format-diagnostic.ts'
import { keyVariable } from '../core/key-variable.ts'
import { describeFailure, InvalidInput, OpgenError } from '../errors.ts'
import type { Failure } from '../errors.ts'
import { learningKeychain } from '../system/learning-keychain.ts'
import type { System } from '../system/system.ts'
import { showWork } from './at-work.ts'
import type { CommandContext, Report } from './command.ts'
import { ExitCode } from './exit-code.ts'
import { guardTerminal } from './guard-terminal.ts'
import type { GuardedTerminal } from './guard-terminal.ts'
import type { Invocation } from './options.ts'
import { parseCommandLine } from './program.ts'
import { choosePaint } from './paint.ts'
import { diagnosticJson, renderDiagnostics } from './render-diagnostics.ts'
import type { Terminal } from './terminal.ts'

/** Run one opgen command line. Never throws and never exits: the caller sets the exit code. */
export async function run(
  argv: readonly string[],
  system: System,
  terminal: Terminal,
): Promise<number> {
  return await runOnStage(argv, { system, watched: system, terminal })
}

/** What a run plays on. */
export interface Stage {
  readonly system: System
  /** The same, for all that the outcome of the command depends on. */
  readonly watched: System
  readonly terminal: Terminal
}

/** Run one opgen command line as `run` does, with somebody who watches. */
export async function runOnStage(
  argv: readonly string[],
  { system, watched, terminal }: Stage,
): Promise<number> {
  const guarded = guardTerminal(terminal)
  try {
    await learnAtStart(argv, system, guarded)
    const invocation = await parseCommandLine(argv, system, guarded)
    if (invocation === undefined) return ExitCode.ok
    return await runInvocation(invocation, { system, watched }, guarded)
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage
    }
    return reportBug(error, guarded)
  }
}

/**
 * Know the keys that show before any source is asked: in variables that are named for it, and typed where
 * none belongs. Paths are left as they are: programs need them, and they may be made of random text.
 */
async function learnAtStart(
  argv: readonly string[],
  { machine: { env } }: System,
  { learn }: GuardedTerminal,
): Promise<void> {
  for (const name of Object.keys(env)) {
    if (name.startsWith(keyVariable(''))) learn(env[name] ?? '')
  }
  const words = argv.filter((word) => word.length >= SHORTEST_KEY && !/[\\/]/.test(word))
  if (words.length === 0) return
  // Names and options are short, and most runs need no more than these.
  const { keysIn } = await import('../core/manifest/key-forms.ts')
  for (const word of words) {
    for (const { start, end } of keysIn(word)) learn(word.slice(start, end))
  }
}

/** Characters of the shortest word that has the form of a key. */
const SHORTEST_KEY = 15

async function runInvocation(
  invocation: Invocation,
  { system: unwatched, watched }: Pick<Stage, 'system' | 'watched'>,
  guarded: GuardedTerminal,
): Promise<number> {
  const { command, options } = invocation
  const { learn } = guarded
  const learning = { ...watched, keychain: learningKeychain(watched.keychain, learn) }
  const now = (): Date => unwatched.now()
  const { system, terminal, end } = showWork(learning, guarded, { ...options, now })
  const paint = choosePaint(options.color, terminal.colourWanted)
  const context: CommandContext = {
    terminal,
    paint,
    verbose: options.verbose,
    quiet: options.quiet,
    json: options.json,
    session: {
      system,
      learn,
      options: { ...options, interactive: isInteractive(options, system, terminal) },
      onWaiting: (source) => {
        if (!options.quiet) terminal.err(waitingFor(source))
      },
      onBusy: () => {
        if (!options.quiet) terminal.err(BUSY)
      },
    },
  }
  try {
    const report = await invocation.run(context)
    const print = (text: string): void =>
      report.revealed === true ? terminal.reveal(text) : terminal.out(text)
    if (!options.json) await printReport(context, report, print)
    else if (report.json !== undefined) print(jsonText(command, report.json))
    return report.exitCode
  } catch (error) {
    if (error instanceof InvalidInput) {
      return await reportInvalid(error.diagnostics, { context, command })
    }
    if (error instanceof OpgenError) {
      return reportFailure(error, { context, command })
    }
    throw error
  } finally {
    end()
  }
}

function waitingFor(source: SlowSource): string {
  const what =
    source.kind === 'keychain'
      ? 'the keychain asks to be unlocked'
      : `\`${harmless(source.line)}\` has not answered yet`
  return `opgen: note: ${what}; waiting for it, Ctrl-C to stop\n`
}

const BUSY = 'opgen: note: another opgen is at work; waiting for it, Ctrl-C to stop\n'

/** Whether somebody is there to answer a dialog of the keychain or a prompt. */
function isInteractive(
  options: Invocation['options'],
  system: System,
  terminal: Terminal,
): boolean {
  const unattended = (system.machine.env['CI'] ?? '') !== ''
  return (
    options.input &&
    !options.json &&
    !unattended &&
    terminal.stdinIsTerminal &&
    terminal.stderrIsTerminal
  )
}

/** @param print standard output */
async function printReport(
  context: CommandContext,
  report: Report,
  print: Terminal['out'],
): Promise<void> {
  const { terminal, paint, quiet, session } = context
  if (!quiet) terminal.err(await renderDiagnostics(session.system, report.warnings ?? [], paint))
  if (report.text !== '') print(report.text)
  if (report.notes !== undefined && report.notes !== '') terminal.err(report.notes)
}

function jsonText(command: string, fields: Readonly<Record<string, unknown>>): string {
  return `${JSON.stringify({ version: 1, command, ...fields }, null, 2)}\n`
}

interface Occasion {
  readonly context: CommandContext
  readonly command: string
}

async function reportInvalid(
  diagnostics: readonly Diagnostic[],
  { context, command }: Occasion,
): Promise<number> {
  const { terminal, paint, session, json } = context
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  const count = `${errors.length} ${errors.length === 1 ? 'problem' : 'problems'}`
  // Only some commands write, and `check` is run to be told this.
  const message =
    command === 'check' || command === 'explain' ? count : `${count}; nothing was written`
  const hint = 'correct what is named above, then run it again'
  if (json) {
    const error = { code: errors[0]?.code ?? 'invalid-input', message, hint }
    terminal.out(jsonText(command, { diagnostics: diagnostics.map(diagnosticJson), error }))
  } else {
    terminal.err(await renderDiagnostics(session.system, diagnostics, paint))
    terminal.err(`opgen: error: ${message}\nopgen: hint: ${hint}\n`)
  }
  return ExitCode.badInput
}

function reportFailure(error: OpgenError, { context, command }: Occasion): number {
  const { terminal, paint, json } = context
  const { message, hint } = describeFailure(error.failure)
  const { code } = error.failure
  if (json) terminal.out(jsonText(command, { error: { code, message, hint } }))
  else {
    const lines = [
      `${paint.red('error:')} ${harmless(message)}`,
      paint.dim(`hint: ${harmless(hint)}`),
    ]
    terminal.err(lines.map((line) => `opgen: ${line}\n`).join(''))
  }
  return exitCodeOf(error.failure)
}

function exitCodeOf(failure: Failure): number {
  if (failure.code === 'interrupted') return ExitCode.interrupted
  // Bytes that are no text are a file that cannot be parsed, not a refusal of the world's.
  const unreadable = failure.code === 'file-refused' && failure.reason === 'not-utf8'
  return unreadable ? ExitCode.badInput : ExitCode.failure
}

function reportBug(error: unknown, terminal: Terminal): number {
  const trace =
    error instanceof Error ? (error.stack ?? error.message) : 'an unknown value was thrown'
  terminal.err(`opgen: bug: ${trace}\n`)
  terminal.err('opgen: hint: this is a fault of opgen; report it with the lines above\n')
  return ExitCode.bug
}
