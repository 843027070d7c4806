import type { Argument, Command, Option } from 'commander'
import type { NameKind } from '../app/names.ts'

/**
 * What a shell may put for the value of an option or an argument: a name of some kind, a file or folder, a program with
 * its arguments, or nothing, because it is `free` text.
 */
export type Completes = NameKind | 'file' | 'folder' | 'program' | 'free'

const known = new WeakMap<Argument | Option, Completes>()

/** Say what completes the values of a command's options, `--name`, and its arguments, `<name>` or `[name]`. */
export function completes(command: Command, values: Readonly<Record<string, Completes>>): Command {
  for (const [name, value] of Object.entries(values)) {
    const taker =
      command.options.find(({ long }) => long === name) ??
      command.registeredArguments.find((argument) => name.slice(1, -1) === argument.name())
    if (taker === undefined) throw new Error(`"${command.name()}" has no ${name}`)
    known.set(taker, value)
  }
  return command
}

/** The same for an option alone. */
export function completing(option: Option, value: Completes): Option {
  known.set(option, value)
  return option
}

/** Undefined where nobody said it, as for an option without a value. */
export function completesOf(taker: Argument | Option): Completes | undefined {
  return known.get(taker)
}
