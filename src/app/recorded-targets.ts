import path from 'node:path'
import type { RecordedFile, RecordedState, TargetKind } from '../core/state/recorded.ts'
import { findTargets } from './find-targets.ts'
import type { Targets } from './find-targets.ts'
import { keysFolder } from './key-files.ts'
import type { Session } from './session.ts'

/**
 * The targets of this run, and those of earlier ones in which opgen still owns something: to take out what
 * opgen wrote or repaired, no matter where.
 */
export function recordedTargets(
  session: Session,
  { files, intended, repairs = {} }: RecordedState,
): Targets {
  const targets = findTargets(session)
  const folder = keysFolder(session.system.machine)
  const here = new Set([...targets.config, targets.auth])
  const repaired = Object.entries(repairs).flatMap(([file, [first]]) =>
    first === undefined ? [] : [[file, { target: first.target }] as const],
  )
  const known: Readonly<Record<string, Pick<RecordedFile, 'target'>>> = {
    ...Object.fromEntries(repaired),
    ...intended,
    ...files,
  }
  const former = Object.entries(known).filter(([file]) => !here.has(file))
  const of = (kind: TargetKind): readonly string[] =>
    former
      .filter(([file, { target }]) => (target ?? kindOf(file, folder)) === kind)
      .map(([file]) => file)
  const config = of('config')
  return {
    ...targets,
    // Lowest precedence first: what is not read here counts least.
    config: [...config, ...targets.config],
    former: config,
    formerAuth: of('auth'),
  }
}

/** The targets of a rollback, and in which of their config files what is wanted is to stand. */
export interface TargetsBack {
  readonly targets: Targets
  readonly main: ReadonlySet<string>
}

/**
 * Of config files that one OpenCode reads together, those of this run, or those that the generation is of.
 * What it owned in still others stays as it is now: no other way leads to two values at one path.
 */
export function targetsBack(
  session: Session,
  state: RecordedState,
  then: RecordedState['files'],
): TargetsBack {
  const targets = recordedTargets(session, state)
  const own = findTargets(session).config
  const owned = Object.entries(then).flatMap(([file, { target, values }]) =>
    target === 'config' && Object.keys(values).length > 0 ? [file] : [],
  )
  const last = owned.at(-1)
  if (last === undefined || owned.some((file) => own.includes(file))) {
    const config = targets.config.filter((file) => own.includes(file) || !owned.includes(file))
    return { targets: { ...targets, config }, main: new Set(own) }
  }
  const main = owned.filter((file) => path.dirname(file) === path.dirname(last))
  const former = targets.config.filter((file) => !owned.includes(file))
  return { targets: { ...targets, config: [...former, ...main], former }, main: new Set(main) }
}

/** What the first versions did not record. */
function kindOf(file: string, folder: string): TargetKind {
  if (path.dirname(file) === folder) return 'keyfile'
  return path.basename(file) === 'auth.json' ? 'auth' : 'config'
}
