import { InvalidArgumentError, Option } from 'commander'
import type { Command } from 'commander'
import type { RunOptions } from '../app/session.ts'
import type { CommandContext, Report } from './command.ts'
import { completes, completing } from './completes.ts'

/** The options that every command has. */
export interface CommonOptions extends Omit<RunOptions, 'interactive'> {
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

/** Called by the action of the command that was named. */
export type Choose = (
  command: Command,
  name: string,
  run: (context: CommandContext) => Promise<Report>,
) => void

/** Give every command the options that all have, after its own; those that it has already stay. */
export function addCommonOptions(command: Command): void {
  for (const option of commonOptionList()) {
    if (command.options.some(({ long }) => long === option.long)) continue
    command.addOption(option.helpGroup(COMMON))
  }
  for (const child of command.commands) addCommonOptions(child)
}

const COMMON = 'Common options:'

/** @param what what becomes of the file */
export function manifestOption(
  what: 'manifest to read' | 'manifest to write' | 'manifest to change',
): Option {
  const option = new Option('--manifest <file>', what).argParser(fileName).helpGroup(COMMON)
  return completing(option, 'file')
}

function commonOptionList(): readonly Option[] {
  return [
    manifestOption('manifest to read'),
    new Option('--json', 'print one JSON document; never ask'),
    new Option('--no-input', 'never ask'),
    new Option('--color <when>', 'colour the output').choices(['auto', 'always', 'never']),
    new Option('--quiet', 'print less'),
    new Option('--verbose', 'print more'),
    completing(
      new Option('--profile <name>', 'profile of this run').argParser(someName),
      'profile',
    ),
    completing(
      new Option('--machine <name>', 'as if on this machine of the manifest').argParser(someName),
      'machine',
    ),
    completing(
      new Option('--machine-facts <file>', 'facts of that machine, as JSON').argParser(fileName),
      'file',
    ),
  ]
}

/** Options may stand before and after the name of the command; those after it win. */
export function commonOptions(command: Command): CommonOptions {
  const all: Record<string, unknown> = {}
  for (let current: Command | null = command; current !== null; current = current.parent) {
    for (const [option, value] of Object.entries(current.opts())) {
      const given = current.getOptionValueSource(option) !== 'default'
      if (all[option] === undefined && given) all[option] = value
    }
  }
  const text = (option: string): string | undefined =>
    typeof all[option] === 'string' ? all[option] : undefined
  const color = all['color']
  return {
    manifest: text('manifest'),
    config: text('config'),
    auth: text('auth'),
    profile: text('profile'),
    machine: text('machine'),
    machineFacts: text('machineFacts'),
    json: all['json'] === true,
    input: all['input'] !== false,
    color: color === 'always' || color === 'never' ? color : 'auto',
    quiet: all['quiet'] === true,
    verbose: all['verbose'] === true,
  }
}

export function addTargetOptions(
  command: Command,
  config = 'OpenCode config file to edit, in place of the one OpenCode finds',
  auth = 'auth.json to edit, in place of the one OpenCode finds',
): Command {
  command.option('--config <file>', config, fileName).option('--auth <file>', auth, fileName)
  return completes(command, { '--config': 'file', '--auth': 'file' })
}

export function subcommand(parent: Command, name: string): Command {
  return parent.command(name).allowExcessArguments(false)
}

export function fileName(value: string): string {
  if (value === '') throw new InvalidArgumentError('a file name is needed.')
  return value
}

function someName(value: string): string {
  if (value === '') throw new InvalidArgumentError('a name is needed.')
  return value
}

/** Seconds that somebody waits for, in milliseconds. */
export function seconds(value: string): number {
  const given = Number(value)
  if (!(given > 0 && given <= 3600)) {
    throw new InvalidArgumentError('a number of seconds is needed, at most 3600.')
  }
  return Math.max(Math.round(given * 1000), 1)
}
