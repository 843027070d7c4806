import path from 'node:path'
import type { System } from '../system/system.ts'

/** The script that teaches a shell to complete opgen, as it came with this opgen. */
export async function readCompletion(
  { files, packageFolder }: System,
  shell: 'bash' | 'zsh' | 'fish',
): Promise<string> {
  const file = path.join(packageFolder, 'completions', `opgen.${shell}`)
  const text = await files.read(file)
  if (text === undefined) throw new Error(`${file} is missing from the package`)
  return text
}
