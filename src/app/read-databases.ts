import type { DatabaseFacts } from '../core/doctor/scene.ts'
import type { System } from '../system/system.ts'
import { databases } from './find-opencode.ts'

/** What OpenCode's databases say of themselves. */
export async function readDatabases(system: System): Promise<readonly DatabaseFacts[]> {
  const found = await Promise.all((await databases(system)).map((file) => readFacts(system, file)))
  return found.filter((facts) => facts !== undefined)
}

/** Undefined: there is no such file. */
async function readFacts(
  { files, machine, openCode }: System,
  file: string,
): Promise<DatabaseFacts | undefined> {
  const facts = await files
    .resolve(file)
    .then((real) => files.look(real))
    .catch(() => undefined)
  if (facts?.kind !== 'file') return undefined
  const [content, isOf2] = await Promise.all([
    openCode.readDatabase(file),
    openCode.isDatabaseOfV2(file),
  ])
  return {
    file,
    mode: machine.os === 'win32' ? undefined : facts.mode,
    tables: content?.tables,
    isOf2,
    credentials: content?.credentials ?? [],
  }
}
