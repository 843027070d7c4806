import { Command, InvalidArgumentError, Option } from 'commander'
import type { Choices, Selection } from '../core/plan/plan.ts'
import type { System } from '../system/system.ts'
import type { CommandContext, Report } from './command.ts'
import type { Terminal } from './terminal.ts'

/** The options that every command has. */
export interface CommonOptions {
  readonly manifest: string | undefined
  readonly config: string | undefined
  readonly auth: string | undefined
  readonly json: boolean
  readonly input: boolean
  readonly color: 'auto' | 'always' | 'never'
  readonly quiet: boolean
  readonly verbose: boolean
}

/** A command line that was understood: what to run. */
export interface Invocation {
  readonly command: string
  readonly options: CommonOptions
  readonly run: (context: CommandContext) => Promise<Report>
}

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
  const program = createProgram(system, terminal)
  addPlanCommands(program, choose)
  addStatusCommands(program, choose)
  addKeyCommands(program, choose)
  addCommonOptions(program)
  if (argv.length === 0) {
    program.outputHelp()
    return undefined
  }
  await program.parseAsync([...argv], { from: 'user' })
  return chosen
}

type Choose = (
  command: Command,
  name: string,
  run: (context: CommandContext) => Promise<Report>,
) => void

function createProgram(system: System, terminal: Terminal): Command {
  return new Command('opgen')
    .description('compile providers.yaml into OpenCode provider blocks and keys')
    .version(system.version, '--version', 'print the version')
    .helpCommand(false)
    .addHelpText('after', FIRST_STEPS)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.err(text),
      outputError: (text, write) => write(inOwnVoice(text)),
    })
}

const FIRST_STEPS = `
The manifest is ./providers.yaml, else opgen/providers.yaml in the XDG config
folder. First steps: write one, store a key with \`opgen key set <id>\`, look
with \`opgen plan\`, then \`opgen apply\`.`

/** `error: unknown option '--x'\n(Did you mean --y?)` in the voice of the rest of the program. */
function inOwnVoice(text: string): string {
  const [message = '', guess] = text.trim().split('\n')
  const lines = [`opgen: ${message.replaceAll("'", '"').replace(/\. Expected.*|\.$/, '')}`]
  const near = /^\(Did you mean (?:one of )?(.*)\?\)$/.exec(guess ?? '')?.[1]
  lines.push(
    near === undefined ? 'opgen: hint: run `opgen --help`' : `opgen: hint: did you mean "${near}"?`,
  )
  return lines.map((line) => `${line}\n`).join('')
}

/** Give every command the options that all have, after its own. */
function addCommonOptions(command: Command): void {
  for (const option of commonOptionList()) command.addOption(option.helpGroup('Common options:'))
  for (const child of command.commands) addCommonOptions(child)
}

function commonOptionList(): readonly Option[] {
  return [
    new Option('--manifest <file>', 'manifest to read').argParser(fileName),
    new Option('--json', 'print one JSON document; never ask'),
    new Option('--no-input', 'never ask'),
    new Option('--color <when>', 'colour the output').choices(['auto', 'always', 'never']),
    new Option('--quiet', 'print less'),
    new Option('--verbose', 'print more'),
    // Understood, so that the refusal can say what they are.
    new Option('--profile <name>', 'profile of this run').hideHelp(),
    new Option('--machine <name>', 'render as if on this machine').hideHelp(),
    new Option('--machine-facts <file>', 'facts of that machine').hideHelp(),
  ]
}

/** Options may stand before and after the name of the command; those after it win. */
function commonOptions(command: Command): CommonOptions {
  const all: Record<string, unknown> = {}
  for (let current: Command | null = command; current !== null; current = current.parent) {
    for (const [name, value] of Object.entries(current.opts())) {
      const given = current.getOptionValueSource(name) !== 'default'
      if (all[name] === undefined && given) all[name] = value
    }
  }
  for (const name of ['profile', 'machine', 'machineFacts']) {
    if (all[name] === undefined) continue
    const flag = name === 'machineFacts' ? 'machine-facts' : name
    command.error(`error: \`--${flag}\` is not supported yet`, { code: 'opgen.notSupportedYet' })
  }
  const text = (name: string): string | undefined =>
    typeof all[name] === 'string' ? all[name] : undefined
  const color = all['color']
  return {
    manifest: text('manifest'),
    config: text('config'),
    auth: text('auth'),
    json: all['json'] === true,
    input: all['input'] !== false,
    color: color === 'always' || color === 'never' ? color : 'auto',
    quiet: all['quiet'] === true,
    verbose: all['verbose'] === true,
  }
}

function addTargetOptions(command: Command): Command {
  return command
    .option(
      '--config <file>',
      'OpenCode config file to edit, in place of the one OpenCode finds',
      fileName,
    )
    .option('--auth <file>', 'auth.json to edit, in place of the one OpenCode finds', fileName)
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
  plan.action(async (given: PlanFlags) => {
    const choices = choicesOf(plan, given)
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
  const list = subcommand(key, 'list').description('list the providers and the state of their keys')
  list.action(async () => {
    const { runKeyList } = await import('./commands/key.ts')
    choose(list, 'key list', runKeyList)
  })
  const remove = subcommand(key, 'remove')
    .argument('<id>', 'provider id')
    .description('remove a key from the keychain')
  remove.action(async (id: string) => {
    const { runKeyRemove } = await import('./commands/key.ts')
    choose(remove, 'key remove', (context) => runKeyRemove(context, id))
  })
}

function subcommand(parent: Command, name: string): Command {
  return parent.command(name).allowExcessArguments(false)
}

interface PlanFlags {
  readonly force?: Selection
  readonly keep?: Selection
  readonly trustOrigin?: Selection
  readonly skipMissing?: boolean
  readonly switchManifest?: boolean
  readonly only?: Selection
  readonly dryRun?: boolean
  readonly check?: boolean
  readonly text?: boolean
}

function addDecisionOptions(command: Command): Command {
  return addTargetOptions(command)
    .option('--only <id>', 'only this provider; may be repeated', collect)
    .option('--force [id]', 'overwrite what somebody else wrote (all, or this one)', collect)
    .option('--keep [id]', 'leave what somebody else wrote (all, or this one)', collect)
    .option('--skip-missing', 'leave out providers without a key')
    .option('--trust-origin <id>', 'send the key of this provider where the manifest says', collect)
    .option('--switch-manifest', 'take over what another manifest wrote')
}

function fileName(value: string): string {
  if (value === '') throw new InvalidArgumentError('a file name is needed.')
  return value
}

/** A repeatable option: without a value, for which commander puts `true`, it means all. */
function collect(value: string, earlier: Selection | true | undefined): Selection {
  if (value === '') throw new InvalidArgumentError('an id is needed.')
  return earlier === 'all' || earlier === true ? 'all' : new Set([...(earlier ?? []), value])
}

/** Commander gives `true` for an option whose value was left out. */
function selection(given: Selection | true | undefined): Selection {
  if (given === undefined) return new Set<string>()
  return given === true ? 'all' : given
}

/** Whether two selections name the same. An id that is named beats "all", so these may differ. */
function overlap(a: Selection, b: Selection): boolean {
  if (a === 'all' || b === 'all') return a === b
  return [...a].some((id) => b.has(id))
}

/** The answers that the flags give; an id that is to be forced and kept is wrong usage. */
function choicesOf(command: Command, flags: PlanFlags): Choices {
  const force = selection(flags.force)
  const keep = selection(flags.keep)
  if (overlap(force, keep))
    command.error('error: the same cannot be forced and kept', { code: 'opgen.forceAndKeep' })
  const only = flags.only
  return {
    force,
    keep,
    trustOrigin: selection(flags.trustOrigin),
    skipMissing: flags.skipMissing === true,
    switchManifest: flags.switchManifest === true,
    only: only === undefined || only === 'all' ? undefined : only,
  }
}
