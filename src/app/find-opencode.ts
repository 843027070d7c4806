import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { lineOf } from '../core/opencode-line.ts'
import { dependsOnInstalled } from '../core/plan/plan-delivery.ts'
import type { Trace } from '../core/plan/plan-delivery.ts'
import {
  parseKnownPrograms,
  renderKnownPrograms,
  stillHolds,
  untilOf,
} from '../core/state/known-programs.ts'
import type { KnownProgram } from '../core/state/known-programs.ts'
import type { Wanted } from '../core/wanted.ts'
import { OpgenError } from '../errors.ts'
import type { Machine, ProgramFile, System } from '../system/system.ts'
import { namesIn } from './look-if-possible.ts'
import { absolute, displayPath, variable, xdgFolder } from './paths.ts'
import { PRIVATE, stateFolder } from './state-folder.ts'

/** What shows an OpenCode 2.x here, and what has been learnt on the way. */
export interface FoundOpenCode {
  readonly traces: readonly Trace[]
  /** The programs and their versions; undefined: nothing new. */
  readonly learnt: readonly KnownProgram[] | undefined
}

/** Look for an OpenCode 2.x where it makes a difference how keys are delivered. */
export async function findWhereNeeded(system: System, wanted: Wanted): Promise<FoundOpenCode> {
  const isSet = (name: string): boolean => variable(system.machine, name) !== undefined
  return dependsOnInstalled({ wanted, isSet })
    ? await findOpenCode(system)
    : { traces: [], learnt: undefined }
}

/** Where the programs that were found are kept, with what they said of themselves. */
export function knownProgramsFile(machine: Machine): string {
  return path.join(stateFolder(machine), 'opencode-versions.json')
}

/**
 * Look for an OpenCode 2.x: its program, else the registration of its service, else its database. Writes
 * nothing; a program is started only where neither its package nor an earlier run knows its version.
 */
export async function findOpenCode(system: System): Promise<FoundOpenCode> {
  const { programs, learnt } = await findPrograms(system)
  const ofV2 = programs.flatMap(({ path: file, version }): Trace[] =>
    version !== null && lineOf(version) === 2
      ? [{ kind: 'program', path: displayPath(system.machine, file), version }]
      : [],
  )
  const traces = ofV2.length > 0 ? ofV2 : await leftByV2(system)
  return { traces, learnt }
}

/** Every OpenCode on this machine, in the order of PATH, and what opgen does not know of it yet. */
export async function findPrograms(
  system: System,
): Promise<{ readonly programs: readonly KnownProgram[] } & Pick<FoundOpenCode, 'learnt'>> {
  const known = await readKnown(system)
  const programs = await askPrograms(system, known)
  return { programs, learnt: isDeepStrictEqual(programs, known) ? undefined : programs }
}

/** Keep what was learnt, for the next run. Where that is refused, it will be asked again. */
export async function keepLearnt(system: System, { learnt }: FoundOpenCode): Promise<void> {
  if (learnt === undefined) return
  const file = knownProgramsFile(system.machine)
  try {
    await system.files.sweep(file)
    await system.files.replace(file, renderKnownPrograms(learnt), PRIVATE)
  } catch (error) {
    if (!(error instanceof OpgenError)) throw error
  }
}

async function readKnown({ files, machine }: System): Promise<readonly KnownProgram[]> {
  return parseKnownPrograms((await readIfPossible(files, knownProgramsFile(machine))) ?? '')
}

async function readIfPossible(files: System['files'], file: string): Promise<string | undefined> {
  try {
    return await files.read(file)
  } catch {
    return undefined
  }
}

/** Every program that is here, with its version where it is known by now. */
async function askPrograms(
  system: System,
  known: readonly KnownProgram[],
): Promise<readonly KnownProgram[]> {
  // PATH is not the same in every session; what was here once and still is, still counts.
  const found = await system.openCode.find(known.map((program) => program.path))
  return await Promise.all(found.map((program) => knownOrAsked(system, program, known)))
}

async function knownOrAsked(
  system: System,
  program: ProgramFile,
  known: readonly KnownProgram[],
): Promise<KnownProgram> {
  const now = (): number => system.now().getTime()
  const held = known.find((one) => stillHolds(one, program, now))
  if (held !== undefined && program.version === undefined) return held
  const { path: file, realPath, size, mtimeMs, version: packaged } = program
  const told =
    packaged === undefined
      ? await system.openCode.versionOf(program)
      : { version: packaged, lasts: true }
  const version = told.version ?? null
  return { path: file, realPath, size, mtimeMs, version, until: untilOf(told, now) }
}

/** An OpenCode, and its version where it tells one. */
export interface FoundProgram {
  readonly file: ProgramFile
  readonly version: string | undefined
}

/** The one that `opencode` starts in this session; where PATH has none, the one of its installer. */
export async function findFirstOpenCode(system: System): Promise<FoundProgram | undefined> {
  const found = await system.openCode.find([])
  const file = found.find((program) =>
    /^opencode(?:\.(?:exe|cmd))?$/.test(path.basename(program.path)),
  )
  if (file === undefined) return undefined
  const { version } = await knownOrAsked(system, file, await readKnown(system))
  return { file, version: version ?? undefined }
}

export async function leftByV2(system: System): Promise<readonly Trace[]> {
  const { files, machine, openCode } = system
  const state = path.join(xdgFolder(machine, 'STATE'), 'opencode')
  const shown = (kind: Trace['kind'], file: string): Trace => {
    return { kind, path: displayPath(machine, file) }
  }
  const service = (await namesIn(files, state)).find((name) => /^service[^/]*\.json$/.test(name))
  if (service !== undefined) return [shown('service', path.join(state, service))]
  for (const file of await databases(system)) {
    if (await openCode.isDatabaseOfV2(file)) return [shown('database', file)]
  }
  return []
}

/** Where OpenCode keeps its database (contract 1.1); each channel of 2.x has its own. */
export async function databases({ files, machine }: System): Promise<readonly string[]> {
  const data = path.join(xdgFolder(machine, 'DATA'), 'opencode')
  const chosen = variable(machine, 'OPENCODE_DB')
  if (chosen === ':memory:') return []
  if (chosen !== undefined) return [absolute({ ...machine, cwd: data }, chosen)]
  const names = (await namesIn(files, data)).filter((name) => /^opencode(?:-.+)?\.db$/.test(name))
  return names.map((name) => path.join(data, name))
}
