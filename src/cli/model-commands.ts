import type { Command } from 'commander'
import { completes } from './completes.ts'
import { fileName, seconds, subcommand } from './options.ts'
import type { Choose } from './options.ts'
import { addTrustOptions, choicesOf } from './plan-options.ts'
import type { PlanFlags } from './plan-options.ts'

interface LiveFlags extends PlanFlags {
  readonly timeout?: number
  readonly catalogue?: string
}

/** The commands that ask servers which models they have. */
export function addModelCommands(program: Command, choose: Choose): void {
  addUpdate(program, choose)
  addModels(program, choose)
}

function addUpdate(program: Command, choose: Choose): void {
  const update = addTrustOptions(subcommand(program, 'update'))
    .argument('[ids...]', 'provider ids; all by default')
    .description('ask the providers for their models, and write providers.lock.json')
    .option('--check', 'exit 2 when the lock file would change; write nothing')
    .option('--catalogue <file>', "models.json to take for OpenCode's own copy of it", fileName)
    .option('--timeout <seconds>', 'how long one request may take', seconds)
  completes(update, { '[ids]': 'provider', '--catalogue': 'file', '--timeout': 'free' })
  update.action(async (ids: readonly string[], given: LiveFlags) => {
    const { runUpdate } = await import('./commands/update.ts')
    const request = {
      ids,
      choices: choicesOf(update, given),
      check: given.check === true,
      catalogue: given.catalogue,
      timeout: given.timeout,
    }
    choose(update, 'update', (context) => runUpdate(context, request))
  })
}

function addModels(program: Command, choose: Choose): void {
  const models = addTrustOptions(subcommand(program, 'models'))
    .argument('<id>', 'provider id')
    .description('show which models a provider offers, beside those of the manifest')
    .option('--timeout <seconds>', 'how long one request may take', seconds)
  completes(models, { '<id>': 'provider', '--timeout': 'free' })
  models.action(async (id: string, given: LiveFlags) => {
    const { runModels } = await import('./commands/models.ts')
    const request = { id, choices: choicesOf(models, given), timeout: given.timeout }
    choose(models, 'models', (context) => runModels(context, request))
  })
}
