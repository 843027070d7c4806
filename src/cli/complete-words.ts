import type { Argument, Command, Option } from 'commander'
import { completesOf } from './completes.ts'
import type { Completes } from './completes.ts'

/** A word that may stand at the cursor. */
export interface Candidate {
  readonly value: string
  readonly about: string
}

/** What may stand at the cursor. */
export type Wish =
  | { readonly kind: 'words'; readonly candidates: readonly Candidate[] }
  | {
      readonly kind: 'value'
      readonly completes: Completes
      /** What stands before the value in its word: `--only=`, or nothing. */
      readonly prefix: string
      /** Values that are there already, and would be there twice. */
      readonly taken: readonly string[]
    }
  /** Part of the command line of another program, which begins at this word. */
  | { readonly kind: 'program'; readonly at: number }

export interface Asked {
  readonly wish: Wish
  /** The values of options that are there already, by `--name`. */
  readonly given: ReadonlyMap<string, string>
}

/**
 * Find what may stand behind these words, by the commands and options that the program has.
 *
 * @param words without the name of the program
 * @param current what is there of the word at the cursor
 */
export function completeWords(program: Command, words: readonly string[], current: string): Asked {
  const place = placeBehind(program, words)
  return { wish: wishAt(place, words, current), given: place.given }
}

/** Where a line has got to. */
interface Place {
  command: Command
  /** Whether it was a command; with another word there is nothing to be said. */
  isKnown: boolean
  readonly operands: string[]
  readonly flags: Set<string>
  readonly given: Map<string, string>
  /** The option whose value comes next, or may come. */
  pending: Option | undefined
  /** Behind `--`. */
  isOver: boolean
  program: number | undefined
}

function placeBehind(program: Command, words: readonly string[]): Place {
  const place: Place = {
    command: program,
    isKnown: true,
    operands: [],
    flags: new Set(),
    given: new Map(),
    pending: undefined,
    isOver: false,
    program: undefined,
  }
  for (const [index, word] of words.entries()) {
    step(place, word)
    const isProgram = place.operands.length > 0 && argumentAt(place, 0) === 'program'
    if (isProgram) return { ...place, program: index }
  }
  return place
}

function step(place: Place, word: string): void {
  const { command, pending, operands } = place
  place.pending = undefined
  if (pending !== undefined && (pending.required || !word.startsWith('-'))) {
    place.given.set(pending.long ?? '', word)
  } else if (!place.isOver && word === '--') {
    place.isOver = true
  } else if (!place.isOver && /^-./.test(word)) {
    takeOption(place, word)
  } else if (command.commands.length === 0) {
    operands.push(word)
  } else {
    const child = command.commands.find((each) => [each.name(), ...each.aliases()].includes(word))
    place.isKnown &&= child !== undefined
    place.command = child ?? command
  }
}

function takeOption(place: Place, word: string): void {
  const [name = '', ...value] = word.split('=')
  place.flags.add(name)
  const option = place.command.options.find(({ long }) => long === name)
  if (option === undefined || !takesValue(option)) return
  if (value.length > 0) place.given.set(name, value.join('='))
  else place.pending = option
}

/** Commander's own `isBoolean` is false for `--no-…`. */
export function takesValue({ required, optional }: Option): boolean {
  return required || optional
}

function wishAt(place: Place, words: readonly string[], current: string): Wish {
  const { command, pending, operands, isOver, isKnown } = place
  if (!isKnown) return { kind: 'words', candidates: [] }
  if (place.program !== undefined) return { kind: 'program', at: place.program }
  const isOption = current.startsWith('-') && !isOver
  if (pending !== undefined && (pending.required || !isOption)) return valuesOf(pending, '', [])
  if (isOption) {
    const [name = ''] = current.split('=')
    const option = command.options.find(({ long }) => long === name)
    if (!current.includes('=')) return { kind: 'words', candidates: optionsOf(place) }
    return option === undefined || !takesValue(option)
      ? { kind: 'words', candidates: [] }
      : valuesOf(option, `${name}=`, [])
  }
  if (command.commands.length > 0) return { kind: 'words', candidates: commandsOf(command) }
  if (argumentAt(place, operands.length) === 'program') return { kind: 'program', at: words.length }
  const argument = argumentOf(place, operands.length)
  if (argument !== undefined) return valuesOf(argument, '', operands)
  return { kind: 'words', candidates: current === '' && !isOver ? optionsOf(place) : [] }
}

function valuesOf(taker: Option | Argument, prefix: string, taken: readonly string[]): Wish {
  const choices = taker.argChoices
  if (choices !== undefined) {
    const candidates = choices.map((choice) => ({ value: `${prefix}${choice}`, about: '' }))
    return { kind: 'words', candidates }
  }
  return { kind: 'value', completes: completesOf(taker) ?? 'free', prefix, taken }
}

function argumentOf({ command }: Place, index: number): Argument | undefined {
  const { registeredArguments: all } = command
  const last = all.at(-1)
  return all[index] ?? (last?.variadic === true ? last : undefined)
}

function argumentAt(place: Place, index: number): Completes | undefined {
  const argument = argumentOf(place, index)
  return argument === undefined ? undefined : completesOf(argument)
}

function commandsOf(command: Command): readonly Candidate[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .flatMap((each) =>
      [each.name(), ...each.aliases()].map((value) => ({ value, about: each.description() })),
    )
}

/** Those with a value may come again; of the others once is all there is. */
function optionsOf({ command, flags }: Place): readonly Candidate[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .flatMap((option) =>
      option.long === undefined || (!takesValue(option) && flags.has(option.long))
        ? []
        : [{ value: option.long, about: option.description }],
    )
}
