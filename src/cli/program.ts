import { Command, Option } from 'commander'
import type { System } from '../system/system.ts'
import { addCompletionCommands } from './completion-commands.ts'
import { completes } from './completes.ts'
import { addCommonOptions, addTargetOptions, commonOptions, subcommand } from './options.ts'
import type { Choose, Invocation } from './options.ts'
import { addFleetCommands } from './fleet-commands.ts'
import { addHealthCommands } from './health-commands.ts'
import { addLiveCommands } from './live-commands.ts'
import { addModelCommands } from './model-commands.ts'
import { addManifestCommands } from './manifest-commands.ts'
import { addDecisionOptions, choicesOf } from './plan-options.ts'
import type { PlanFlags } from './plan-options.ts'
import type { Terminal } from './terminal.ts'
import { addRunCommand } from './run-options.ts'
import { addUndoCommands } from './undo-commands.ts'
import { addVaultCommands } from './vault-commands.ts'

/**
 * Understand a command line. Undefined when help or the version was all that was asked for, and has
 * been printed.
 *
 * @throws CommanderError for wrong usage, after it was printed
 */
export async function parseCommandLine(
  argv: readonly string[],
  system: System,
  terminal: Terminal,
): Promise<Invocation | undefined> {
  let chosen: Invocation | undefined
  const choose: Choose = (command, name, run) => {
    chosen = { command: name, options: commonOptions(command), run }
  }
  const program = createProgram(system, terminal, choose)
  if (argv.length === 0) {
    program.outputHelp()
    return undefined
  }
  await program.parseAsync([...argv], { from: 'user' })
  return chosen
}

/**
 * Every command with its arguments and options, for who runs one and for who describes them all.
 *
 * @param choose called when a command line is parsed
 */
export function createProgram(
  system: Pick<System, 'version' | 'machine'>,
  terminal: Pick<Terminal, 'out' | 'err'>,
  choose: Choose,
): Command {
  const program = createRoot(system, terminal)
  addPlanCommands(program, choose)
  addStatusCommands(program, choose)
  addKeyCommands(program, choose)
  addRunCommand(program, choose)
  addUndoCommands(program, choose)
  addManifestCommands(program, choose)
  addHealthCommands(program, choose)
  addLiveCommands(program, choose)
  addModelCommands(program, choose)
  addFleetCommands(program, choose)
  addCompletionCommands(program, choose, system.machine)
  addCommonOptions(program)
  return program
}

function createRoot(
  system: Pick<System, 'version' | 'machine'>,
  terminal: Pick<Terminal, 'out' | 'err'>,
): Command {
  return new Command('opgen')
    .description('compile providers.yaml into OpenCode provider blocks and keys')
    .version(system.version, '--version', 'print the version')
    .helpCommand(false)
    .addHelpText('after', FIRST_STEPS)
    .exitOverride()
    .configureOutput({
      // The same everywhere, so that it can be kept ready.
      getOutHelpWidth: () => 80,
      getErrHelpWidth: () => 80,
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.err(text),
      outputError: (text, write) => write(inOwnVoice(text)),
    })
}

const FIRST_STEPS = `
The manifest is ./providers.yaml, else opgen/providers.yaml in the XDG config
folder. First steps: \`opgen init\` writes one, \`opgen key set <id>\` stores a
key, \`opgen plan\` shows what would change, \`opgen apply\` does it.`

/** `option "--profile <name>" argument "x" is invalid. a name is needed`; also of an argument's value. */
const BAD_VALUE = /(?<=^error: )(.*) is invalid(?: for argument "[^"]*")?\. (.*)$/

/** @param what the option and what it was given, @param why a sentence of its own */
function explain(what: string, why: string): string {
  const reason = why.charAt(0).toLowerCase() + why.slice(1)
  const option = /^option "([^"]*)" argument ""$/.exec(what)?.[1]
  return option === undefined
    ? `${what} is invalid: ${reason}`
    : `option "${option}" is empty: ${reason}`
}

/** `error: unknown option '--x'\n(Did you mean --y?)` in the voice of the rest of the program. */
function inOwnVoice(text: string): string {
  const [message = '', guess] = text.trim().split('\n')
  const plain = message.replaceAll("'", '"').replace(/\. Expected.*|\.$/, '')
  const lines = [`opgen: ${plain.replace(BAD_VALUE, (_, what, why) => explain(what, why))}`]
  const near = /^\(Did you mean (?:one of )?"?(.*?)"?\?\)$/i.exec(guess ?? '')?.[1]
  const hint = /^\(hint: (.*)\)$/.exec(guess ?? '')?.[1] ?? 'run `opgen --help`'
  lines.push(`opgen: hint: ${near === undefined ? hint : `did you mean "${near}"?`}`)
  return lines.map((line) => `${line}\n`).join('')
}

function addPlanCommands(program: Command, choose: Choose): void {
  const apply = addDecisionOptions(subcommand(program, 'apply'))
    .description('make this machine as the manifest says')
    .option('--dry-run', 'the same as `opgen plan`')
  apply.action(async (given: PlanFlags) => {
    const choices = choicesOf(apply, given)
    if (given.dryRun !== true) {
      const { runApply } = await import('./commands/apply.ts')
      choose(apply, 'apply', (context) => runApply(context, choices))
      return
    }
    const { runPlan } = await import('./commands/plan.ts')
    choose(apply, 'apply', (context) => runPlan(context, { choices, check: false, text: false }))
  })

  const plan = addDecisionOptions(subcommand(program, 'plan'))
    .alias('diff')
    .description('show what apply would do; write nothing')
    .option('--check', 'exit 2 when there is anything to do or to decide')
    .option('--text', 'show the change of opencode.jsonc as a unified diff, keys masked')
    .addOption(
      new Option(
        '--all-machines',
        'show what a first apply would do on every machine of the manifest',
      ).conflicts(['check', 'text', 'force', 'keep']),
    )
  plan.action(async (given: PlanFlags) => {
    const choices = choicesOf(plan, given)
    if (given.allMachines === true) {
      const { runPlanMachines } = await import('./commands/plan-machines.ts')
      choose(plan, 'plan', (context) => runPlanMachines(context, choices.only))
      return
    }
    const { runPlan } = await import('./commands/plan.ts')
    const options = { choices, check: given.check === true, text: given.text === true }
    choose(plan, 'plan', (context) => runPlan(context, options))
  })
}

function addStatusCommands(program: Command, choose: Choose): void {
  const status = addTargetOptions(subcommand(program, 'status')).description(
    'show what opgen manages here, and how it stands',
  )
  status.action(async () => {
    const { runStatus } = await import('./commands/status.ts')
    choose(status, 'status', runStatus)
  })

  const render = addTargetOptions(subcommand(program, 'render'))
    .description('print the two files as a first apply would write them, keys as ***')
    .option('--reveal', 'print the keys themselves')
  render.action(async (given: { readonly reveal?: boolean }) => {
    const { runRender } = await import('./commands/render.ts')
    choose(render, 'render', (context) => runRender(context, { reveal: given.reveal === true }))
  })
}

function addKeyCommands(program: Command, choose: Choose): void {
  const key = program.command('key').description('keep keys in the OS keychain').helpCommand(false)
  const set = subcommand(key, 'set')
    .argument('<id>', 'provider id')
    .description('store a key, from a hidden prompt or from standard input')
  set.action(async (id: string) => {
    const { runKeySet } = await import('./commands/key.ts')
    choose(set, 'key set', (context) => runKeySet(context, id))
  })
  const rotate = addTargetOptions(subcommand(key, 'rotate'))
    .argument('<id>', 'provider id')
    .description('replace a key by a new one, once the provider has accepted it')
  rotate.action(async (id: string) => {
    const { runKeyRotate } = await import('./commands/rotate.ts')
    choose(rotate, 'key rotate', (context) => runKeyRotate(context, id))
  })
  const list = subcommand(key, 'list').description('list the providers and the state of their keys')
  list.action(async () => {
    const { runKeyList } = await import('./commands/key.ts')
    choose(list, 'key list', runKeyList)
  })
  const trust = subcommand(key, 'trust')
    .argument('<id>', 'provider id')
    .description('let the key go where the manifest sends it now')
  trust.action(async (id: string) => {
    const { runKeyTrust } = await import('./commands/key.ts')
    choose(trust, 'key trust', (context) => runKeyTrust(context, id))
  })
  const show = subcommand(key, 'show')
    .argument('<id>', 'provider id')
    .description('print a key on a terminal')
    .option('--reveal', 'print it anywhere, also inside a coding agent')
  show.action(async (id: string, given: { readonly reveal?: boolean }) => {
    const { runKeyShow } = await import('./commands/key-show.ts')
    choose(show, 'key show', (context) =>
      runKeyShow(context, id, { reveal: given.reveal === true }),
    )
  })
  const remove = subcommand(key, 'remove')
    .argument('<id>', 'provider id')
    .description('remove a key from the keychain')
  remove.action(async (id: string) => {
    const { runKeyRemove } = await import('./commands/key.ts')
    choose(remove, 'key remove', (context) => runKeyRemove(context, id))
  })
  for (const command of [set, rotate, trust, show, remove])
    completes(command, { '<id>': 'provider' })
  addVaultCommands(key, choose)
}
