import { InvalidArgumentError } from 'commander'
import type { Command } from 'commander'
import { completes } from './completes.ts'
import { addTargetOptions, subcommand } from './options.ts'
import type { Choose } from './options.ts'
import { addAnswerOptions, addKeyAnswerOptions, choicesOf } from './plan-options.ts'
import type { PlanFlags } from './plan-options.ts'

/** The commands that look back, go back, or leave. */
export function addUndoCommands(program: Command, choose: Choose): void {
  const history = subcommand(program, 'history').description('list what was applied, newest last')
  history.action(async () => {
    const { runHistory } = await import('./commands/history.ts')
    choose(history, 'history', runHistory)
  })

  const rollback = addTargetOptions(subcommand(program, 'rollback'))
    .argument('[number]', 'generation; the one before the newest when left out', generationNumber)
    .description('go back to what an earlier apply left')
  addKeyAnswerOptions(addAnswerOptions(rollback)).option('--dry-run', 'show it; write nothing')
  completes(rollback, { '[number]': 'generation' })
  rollback.action(async (number: number | undefined, given: PlanFlags) => {
    const { runRollback } = await import('./commands/rollback.ts')
    const options = { number, choices: choicesOf(rollback, given), dryRun: given.dryRun === true }
    choose(rollback, 'rollback', (context) => runRollback(context, options))
  })

  const unmanage = subcommand(program, 'unmanage')
    .argument('[id...]', 'providers, or top-level fields such as /model; all when left out')
    .description('stop managing, leaving all files as they are')
  completes(unmanage, { '[id]': 'managed' })
  unmanage.action(async (ids: readonly string[]) => {
    const { runUnmanage } = await import('./commands/unmanage.ts')
    choose(unmanage, 'unmanage', (context) => runUnmanage(context, ids))
  })

  const destroy = addAnswerOptions(addTargetOptions(subcommand(program, 'destroy')))
    .description('take out all that opgen wrote, and put back what it replaced')
    .option('--dry-run', 'show it; write nothing')
  destroy.action(async (given: PlanFlags) => {
    const { runDestroy } = await import('./commands/destroy.ts')
    const options = { choices: choicesOf(destroy, given), dryRun: given.dryRun === true }
    choose(destroy, 'destroy', (context) => runDestroy(context, options))
  })
}

function generationNumber(value: string): number {
  if (/^\d{1,9}$/.test(value)) return Number(value)
  throw new InvalidArgumentError('a number of `opgen history` is needed.')
}
