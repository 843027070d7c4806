import { Argument } from 'commander'
import type { Command } from 'commander'
import type { Machine } from '../system/system.ts'
import { ExitCode } from './exit-code.ts'
import { subcommand } from './options.ts'
import type { Choose } from './options.ts'
import type { Shell } from './commands/complete.ts'

const SHELLS: readonly Shell[] = ['bash', 'zsh', 'fish']

const INSTALLING = `
In ~/.bashrc, or as a file of the bash-completion package:
  source <(opgen completion bash)
  opgen completion bash > ~/.local/share/bash-completion/completions/opgen

In ~/.zshrc, below compinit, or as a file _opgen in a folder of $fpath:
  source <(opgen completion zsh)
  opgen completion zsh > "\${fpath[1]}/_opgen"

For fish, once, or in ~/.config/fish/config.fish:
  opgen completion fish > ~/.config/fish/completions/opgen.fish
  opgen completion fish | source`

/** The command that prints a script for a shell, and the hidden one that such a script asks. */
export function addCompletionCommands(
  program: Command,
  choose: Choose,
  { env }: Pick<Machine, 'env'>,
): void {
  const completion = subcommand(program, 'completion')
    .addArgument(new Argument('[shell]', 'shell to print it for').choices(SHELLS))
    .usage('[options] <shell>')
    .description('print a script with which a shell completes commands, options and names')
    .addHelpText('after', INSTALLING)
  completion.action(async (given: string | undefined) => {
    const shell = SHELLS.find((each) => each === given)
    if (shell === undefined) {
      return completion.error(`error: missing required argument "shell"\n(hint: ${hintFor(env)})`, {
        exitCode: ExitCode.usage,
      })
    }
    const { runCompletion } = await import('./commands/completion.ts')
    choose(completion, 'completion', (context) => runCompletion(context, shell))
  })

  const complete = program
    .command('__complete', { hidden: true })
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .argument('<words...>')
  complete.action(async (given: string, words: readonly string[]) => {
    const shell = SHELLS.find((each) => each === given) ?? 'bash'
    const { runComplete } = await import('./commands/complete.ts')
    choose(complete, 'complete', (context) => runComplete(context, { program, shell, words }))
  })
}

/** Which shell is meant is a guess, and good for no more than a hint. */
function hintFor(env: Machine['env']): string {
  const own = SHELLS.find((shell) => env['SHELL']?.endsWith(`/${shell}`) === true)
  return `run \`opgen completion ${own ?? 'bash'}\`, or \`opgen completion --help\``
}
