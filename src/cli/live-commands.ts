import type { Command } from 'commander'
import { completes } from './completes.ts'
import { seconds, subcommand } from './options.ts'
import type { Choose } from './options.ts'
import { addTrustOptions, choicesOf } from './plan-options.ts'
import type { PlanFlags } from './plan-options.ts'

interface VerifyFlags extends PlanFlags {
  readonly complete?: boolean
  readonly throughOpencode?: boolean
  readonly timeout?: number
}

/** The commands that ask servers whether they can be used. */
export function addLiveCommands(program: Command, choose: Choose): void {
  const verify = addTrustOptions(subcommand(program, 'verify'))
    .argument('[ids...]', 'provider ids; all by default')
    .description('ask the providers live: address, certificate, key, models, protocol')
    .option('--complete', 'have each provider answer, which costs a token')
    .option('--through-opencode', 'have the installed OpenCode list the models and answer, too')
    .option('--timeout <seconds>', 'how long one request may take', seconds)
  completes(verify, { '[ids]': 'provider', '--timeout': 'free' })
  verify.action(async (ids: readonly string[], given: VerifyFlags) => {
    const { runVerify } = await import('./commands/verify.ts')
    const wish = {
      ids,
      choices: choicesOf(verify, given),
      completes: given.complete === true,
      throughOpenCode: given.throughOpencode === true,
      timeout: given.timeout,
    }
    choose(verify, 'verify', (context) => runVerify(context, wish))
  })
}
