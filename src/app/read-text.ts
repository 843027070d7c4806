import { LARGEST_FILE, TOO_LONG } from '../core/manifest/yaml-limits.ts'
import { InvalidInput } from '../errors.ts'
import type { Files } from '../system/system.ts'

/**
 * Read a file that a person writes; undefined when nothing is there. One that is far too large is
 * refused unread, with the diagnostic that its text would get.
 *
 * @throws InvalidInput `too-large`
 */
export async function readText(files: Files, file: string): Promise<string | undefined> {
  const found = await files.look(file)
  const facts = found?.kind === 'link' ? await files.look(await files.resolve(file)) : found
  if (facts !== undefined && facts.size > LARGEST_FILE) {
    throw new InvalidInput([{ ...TOO_LONG, source: { file, line: 1, column: 1 } }])
  }
  return files.read(file)
}
