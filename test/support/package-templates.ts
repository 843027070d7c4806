import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** The presets that ship with opgen, where a memory system has its package. */
export function packageTemplates(): Readonly<Record<string, string>> {
  const folder = path.join(import.meta.dirname, '../../templates')
  return Object.fromEntries(
    readdirSync(folder).map((name) => [
      `/opgen/templates/${name}`,
      readFileSync(path.join(folder, name), 'utf8'),
    ]),
  )
}
