import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Sandbox } from '../../scripts/sandbox.mjs'

/** Every file in the sandbox, byte for byte as latin1 text, so that binary files are searched too. */
export async function keptTexts(sandbox: Sandbox): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(sandbox.folder, { recursive: true, withFileTypes: true })
  const texts = new Map<string, string>()
  for (const found of entries.filter((each) => each.isFile())) {
    const path = join(found.parentPath, found.name)
    texts.set(path, await readFile(path, 'latin1'))
  }
  return texts
}
