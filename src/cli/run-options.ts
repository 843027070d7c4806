import type { Command } from 'commander'
import { completes } from './completes.ts'
import { subcommand } from './options.ts'
import type { Choose } from './options.ts'
import { addKeyAnswerOptions, choicesOf } from './plan-options.ts'
import type { PlanFlags } from './plan-options.ts'

/** The command that starts another: behind its name every word is that one's. */
export function addRunCommand(program: Command, choose: Choose): void {
  // Else an option of the program's that opgen has, too, would be taken for opgen's.
  program.enablePositionalOptions()
  const run = addKeyAnswerOptions(subcommand(program, 'run'))
    .argument('<command...>', 'program to run, with its arguments')
    .usage('[options] -- <command...>')
    .passThroughOptions()
    .description('run a program, such as opencode, with config and keys in its environment only')
  completes(run, { '<command>': 'program' })
  run.action(async ([name = '', ...args]: readonly string[], given: PlanFlags) => {
    const { runRun } = await import('./commands/run.ts')
    const options = { argv: [name, ...args] as const, choices: choicesOf(run, given) }
    choose(run, 'run', (context) => runRun(context, options))
  })
}
