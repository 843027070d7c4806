import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Diagnostic } from '../../src/core/diagnostic.ts'
import { parseManifest } from './parse-manifest.ts'
import { resolve } from '../../src/core/manifest/resolve.ts'
import { presetReader } from '../../src/core/preset/read-preset.ts'
import { BUILT_IN_PRESETS } from '../../src/core/preset/preset.ts'
import type { Presets } from '../../src/core/preset/preset.ts'
import type { Wanted } from '../../src/core/wanted.ts'
import { compileTemplate } from '../../src/system/handlebars-templates.ts'

const templates = path.join(import.meta.dirname, '..', '..', 'templates')

/** The presets that ship with opgen, by name; their positions say `preset NAME`. */
export const builtInPresets: Presets = new Map(
  BUILT_IN_PRESETS.map((name) => [
    name,
    {
      file: `preset ${name}`,
      text: readFileSync(path.join(templates, `${name}.yaml.hbs`), 'utf8'),
    },
  ]),
)

/** What a manifest comes to, and all that is said of it. Undefined: it has errors. */
export function resolveManifest(
  text: string,
  own: Readonly<Record<string, string>> = {},
): { readonly wanted: Wanted | undefined; readonly diagnostics: readonly Diagnostic[] } {
  const parsed = parseManifest({ path: 'm', text })
  const manifest = parsed.ok ? parsed.value : parsed.partial
  if (manifest === undefined) throw new Error(JSON.stringify(parsed.diagnostics))
  const presets = new Map([
    ...builtInPresets,
    ...Object.entries(own).map(
      ([name, preset]) => [name, { file: `own/${name}`, text: preset }] as const,
    ),
  ])
  const resolved = resolve(manifest, presets, { readPreset: presetReader(compileTemplate) })
  return {
    wanted: parsed.ok && resolved.ok ? resolved.value : undefined,
    diagnostics: [...parsed.diagnostics, ...resolved.diagnostics],
  }
}
