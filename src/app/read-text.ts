import { LARGEST_FILE, TOO_LONG } from '../core/manifest/yaml-limits.ts'
import { InvalidInput, OpgenError } from '../errors.ts'
import type { Files } from '../system/system.ts'

/**
 * Read a file that a person writes; undefined when nothing is there. One that is far too large is
 * refused unread, with the diagnostic that its text would get.
 *
 * What is neither file nor folder is not read either: a link in somebody's repository could lead to a
 * pipe or a device, and keep a run waiting for ever.
 *
 * @param options.mayBePipe the file was named by the user, who may have meant `<(…)`
 * @throws InvalidInput `too-large`
 * @throws OpgenError `file-refused`
 */
export async function readText(
  files: Files,
  file: string,
  options: { readonly mayBePipe: boolean } = { mayBePipe: false },
): Promise<string | undefined> {
  const found = await files.look(file)
  const facts = found?.kind === 'link' ? await files.look(await files.resolve(file)) : found
  if (facts !== undefined && facts.size > LARGEST_FILE) {
    throw new InvalidInput([{ ...TOO_LONG, source: { file, line: 1, column: 1 } }])
  }
  if (facts?.kind === 'other' && !options.mayBePipe) {
    throw new OpgenError({ code: 'file-refused', path: file, reason: 'no-file' })
  }
  return files.read(file)
}

/**
 * Read what may be anything at all: undefined where there is no file, or one that is refused or no text. A pipe or
 * a device is not opened, since it would be waited for without end.
 */
export async function readIfFile(files: Files, file: string): Promise<string | undefined> {
  try {
    const kind = (await files.look(await files.resolve(file)))?.kind
    return kind === 'file' ? await files.read(file) : undefined
  } catch {
    return undefined
  }
}
