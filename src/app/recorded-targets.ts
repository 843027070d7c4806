import path from 'node:path'
import type { RecordedState, TargetKind } from '../core/state/recorded.ts'
import { findTargets } from './find-targets.ts'
import type { Targets } from './find-targets.ts'
import { keysFolder } from './key-files.ts'
import type { Session } from './session.ts'

/**
 * The targets of this run, and those of earlier ones in which opgen still owns something: to take out what
 * opgen wrote, no matter where.
 */
export function recordedTargets(session: Session, { files, intended }: RecordedState): Targets {
  const targets = findTargets(session)
  const folder = keysFolder(session.system.machine)
  const here = new Set([...targets.config, targets.auth])
  const former = Object.entries({ ...intended, ...files }).filter(([file]) => !here.has(file))
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

/** What the first versions did not record. */
function kindOf(file: string, folder: string): TargetKind {
  if (path.dirname(file) === folder) return 'keyfile'
  return path.basename(file) === 'auth.json' ? 'auth' : 'config'
}
