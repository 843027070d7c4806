import { InvalidArgumentError } from 'commander'
import type { Command } from 'commander'
import { noChoices } from '../core/plan/plan.ts'
import type { Choices, Selection } from '../core/plan/plan.ts'
import { completes } from './completes.ts'
import { addTargetOptions } from './options.ts'

export interface PlanFlags {
  readonly force?: Selection
  readonly keep?: Selection
  readonly trustOrigin?: Selection
  readonly trustCommands?: boolean
  readonly skipMissing?: boolean
  readonly switchManifest?: boolean
  readonly switchDelivery?: boolean
  readonly only?: Selection
  readonly dryRun?: boolean
  readonly check?: boolean
  readonly text?: boolean
  readonly allMachines?: boolean
}

export function addDecisionOptions(command: Command): Command {
  addAnswerOptions(
    addTargetOptions(command).option('--only <id>', 'only this provider; may be repeated', collect),
  )
  completes(command, { '--only': 'unit' })
  return addKeyAnswerOptions(command)
    .option('--switch-manifest', 'take over what another manifest wrote')
    .option('--switch-delivery', 'move keys to where the OpenCode that is installed reads them')
}

/** The answers to what somebody else wrote. */
export function addAnswerOptions(command: Command): Command {
  command
    .option('--force [id]', 'overwrite what somebody else wrote (all, or this one)', collect)
    .option('--keep [id]', 'leave what somebody else wrote (all, or this one)', collect)
  return completes(command, { '--force': 'unit', '--keep': 'unit' })
}

/** The answers to what concerns keys. */
export function addKeyAnswerOptions(command: Command): Command {
  return addTrustOptions(command.option('--skip-missing', 'leave out providers without a key'))
}

/** The answers to what is sent where, and what is run. */
export function addTrustOptions(command: Command): Command {
  return addOriginOption(command).option(
    '--trust-commands',
    'run the commands that the manifest takes keys from',
  )
}

/** The answer to what is sent where. */
export function addOriginOption(command: Command): Command {
  command.option(
    '--trust-origin <id>',
    'send the key of this provider where the manifest says',
    collect,
  )
  return completes(command, { '--trust-origin': 'provider' })
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
export function choicesOf(command: Command, flags: PlanFlags): Choices {
  const force = selection(flags.force)
  const keep = selection(flags.keep)
  if (overlap(force, keep))
    command.error('error: the same cannot be forced and kept', { code: 'opgen.forceAndKeep' })
  const only = flags.only
  return {
    ...noChoices,
    force,
    keep,
    trustOrigin: selection(flags.trustOrigin),
    trustCommands: flags.trustCommands === true ? 'all' : noChoices.trustCommands,
    skipMissing: flags.skipMissing === true ? 'all' : noChoices.skipMissing,
    switchManifest: flags.switchManifest === true,
    switchDelivery: flags.switchDelivery === true,
    only: only === undefined || only === 'all' ? undefined : only,
  }
}
