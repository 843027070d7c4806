import type { Finding } from '../../src/core/doctor/finding.ts'
import type { DatabaseContent } from '../../src/system/system.ts'
import { doctorIn, findingsIn } from './findings-in.ts'
import type { WorldOptions } from './memory-system.ts'

/* What doctor finds on a machine, for what no fixture of `test/doctor` shows: where it has to be silent. */

export interface DoctorMachine extends Pick<WorldOptions, 'env' | 'files' | 'processes' | 'os'> {
  /** Versions by path; 1.18.33 in /usr/bin when absent. */
  readonly installed?: Readonly<Record<string, string | null>>
  /** By path; undefined: it cannot be read. */
  readonly databases?: Readonly<Record<string, Partial<DatabaseContent> | undefined>>
  readonly databasesOfV2?: readonly string[]
  /** Files that are readable for all, unless a mode is said here. */
  readonly modes?: Readonly<Record<string, number>>
}

export async function findingsOn(
  machine: DoctorMachine,
  code: string,
  args: readonly string[] = [],
): Promise<readonly Finding[]> {
  const { databases = {}, databasesOfV2 = [], modes = {}, ...options } = machine
  const world = doctorIn(options)
  for (const [file, content] of Object.entries(databases)) {
    world.write(file, '')
    if (content === undefined) continue
    world.openCode.databases.set(file, { tables: [], credentials: [], ...content })
  }
  for (const file of databasesOfV2) world.openCode.databasesOfV2.add(file)
  for (const [file, mode] of Object.entries(modes)) {
    world.write(file, world.read(file) ?? '', mode)
  }
  return await findingsIn(world, code, args)
}
