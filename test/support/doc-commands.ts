import type { Argument, Command, Option } from 'commander'
import { createProgram } from '../../src/cli/program.ts'
import { memoryWorld } from './memory-system.ts'
import { COMMAND_NOTES } from './doc-command-notes.ts'

const silent = { out: () => {}, err: () => {} }
const program = createProgram(memoryWorld().system, silent, () => {})

/** A command that does something, with the words that it is called by behind `opgen`. */
interface Leaf {
  readonly name: string
  readonly command: Command
}

export const leaves: readonly Leaf[] = leavesOf(program, [])

function leavesOf(command: Command, words: readonly string[]): readonly Leaf[] {
  if (command.commands.length === 0) return [{ name: words.join(' '), command }]
  return command.commands
    .filter(isForPeople)
    .flatMap((child) => leavesOf(child, [...words, child.name()]))
}

/** What only a shell asks is not. */
function isForPeople(command: Command): boolean {
  return !command.name().startsWith('__')
}

/** One line for each command, which leads to its section. */
export function commandList(): string {
  const rows = leaves.map(({ name, command }) => {
    const alias = command.alias() === undefined ? '' : ` (\`${command.alias()}\`)`
    return `| [\`opgen ${name}\`](#opgen-${name.replaceAll(' ', '-')})${alias} | ${cell(command.description())} |`
  })
  return ['| command | does |', '|---|---|', ...rows].join('\n')
}

/** The options that every command has. */
export function commonOptionTable(): string {
  const [first] = leaves
  return optionTable(first?.command.options.filter(isCommon) ?? [])
}

/** A section for each command. */
export function commandReference(): string {
  return leaves.map(section).join('\n')
}

function section({ name, command }: Leaf): string {
  const notes = COMMAND_NOTES[name]
  const own = command.options.filter((option) => !isCommon(option) || isDifferent(option))
  const given = command.registeredArguments
  return [
    `\n### \`opgen ${name}\`\n`,
    `${sentence(command.description())}${notes?.about === undefined ? '' : ` ${notes.about}`}\n`,
    `\`\`\`sh\n${synopsis(name, command)}\n\`\`\`\n`,
    ...(given.length === 0
      ? []
      : [
          '| argument | means |\n|---|---|',
          `${given.map((each) => `| \`${argumentOf(each)}\` | ${cell(each.description)} |`).join('\n')}\n`,
        ]),
    ...(own.length === 0 ? [] : [`${optionTable(own)}\n`]),
    `${own.length === 0 ? 'It has' : 'It also has'} the [options of all commands](#options-of-all-commands). ${exits(notes?.exits)}\n`,
    ...(notes?.example === undefined ? [] : [`${notes.example.trim()}\n`]),
  ].join('\n')
}

function exits(codes: readonly number[] | undefined): string {
  const link = '[exit codes](#exit-codes)'
  if (codes === undefined) return `See the ${link}.`
  const words = [0, 64, ...codes].toSorted((a, b) => a - b).map((code) => `\`${code}\``)
  return `It ends with ${words.slice(0, -1).join(', ')} or ${words.at(-1)} (${link}).`
}

function synopsis(name: string, command: Command): string {
  const given = command.registeredArguments.map(argumentOf)
  const words = name === 'run' ? ['[options]', '--', ...given] : [...given, '[options]']
  return `opgen ${[name, ...words].join(' ')}`
}

function argumentOf(argument: Argument): string {
  const name = argument.variadic ? `${argument.name()}...` : argument.name()
  return argument.required ? `<${name}>` : `[${name}]`
}

function isCommon({ helpGroupHeading }: Option): boolean {
  return helpGroupHeading === 'Common options:'
}

/** Whether it is said of this command in other words than of most. */
function isDifferent({ long, description }: Option): boolean {
  const same = leaves.filter(({ command }) =>
    command.options.some((each) => each.long === long && each.description === description),
  )
  return same.length < leaves.length / 2
}

function optionTable(options: readonly Option[]): string {
  const rows = options.map(({ flags, description, argChoices }) => {
    const choices =
      argChoices === undefined ? '' : ` (${argChoices.map((c) => `\`${c}\``).join(', ')})`
    return `| \`${cell(flags)}\` | ${cell(description)}${choices} |`
  })
  return ['| option | means |', '|---|---|', ...rows].join('\n')
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`).replaceAll('***', '`***`')
}
