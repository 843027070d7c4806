import path from 'node:path'
import type { System } from '../system/system.ts'

/** The JSON Schema of the manifest, as it came with this opgen. */
export async function readSchema({ files, packageFolder }: System): Promise<string> {
  const file = path.join(packageFolder, 'schema', 'providers.schema.json')
  const text = await files.read(file)
  if (text === undefined) throw new Error(`${file} is missing from the package`)
  return text
}
