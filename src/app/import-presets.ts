import type { PresetTraits } from '../core/import/presets.ts'
import { field, textOf } from '../core/manifest/node.ts'
import { BUILT_IN_PRESETS } from '../core/preset/preset.ts'
import type { PresetText, Presets } from '../core/preset/preset.ts'
import type { ReadPreset } from '../core/preset/read-preset.ts'
import type { System } from '../system/system.ts'
import { presetFile } from './load-manifest.ts'
import { readText } from './read-text.ts'

/** Stands where a preset wants an address. */
const SOME_URL = 'https://base-url.invalid'

/** The built-in presets, as texts and as what they bring to a block. */
export interface KnownPresets {
  readonly texts: Presets
  readonly traits: ReadonlyMap<string, PresetTraits>
}

/**
 * Read the presets that an import chooses from. What stands in for one beside the manifest is not
 * known to bring what that one does: such names are left out.
 *
 * @param home folder of the manifest that is to be written
 */
export async function readKnownPresets(
  { files, packageFolder }: System,
  home: string,
  reader: ReadPreset,
): Promise<KnownPresets> {
  const texts = new Map<string, PresetText>()
  const traits = new Map<string, PresetTraits>()
  for (const name of BUILT_IN_PRESETS) {
    if ((await files.look(presetFile(home, name))) !== undefined) continue
    const file = presetFile(packageFolder, name)
    const text = await readText(files, file)
    if (text === undefined) continue
    texts.set(name, { file, text })
    const known = traitsOf(name, { file, text }, reader)
    if (known !== undefined) traits.set(name, known)
  }
  return { texts, traits }
}

function traitsOf(name: string, preset: PresetText, reader: ReadPreset): PresetTraits | undefined {
  const { defaults, render } = reader(preset)
  const context = { id: 'some-id', baseURL: SOME_URL, with: {}, vars: {}, machine: {} }
  const rendered = render(context)
  if (!rendered.ok) return undefined
  return {
    name,
    npm: textOf(field(rendered.value.provider, 'npm')),
    defaultName: defaults.name?.value,
    defaultUrl: defaults.baseURL?.value,
    key: rendered.value.key ?? 'required',
    catalogue: defaults.catalogue,
  }
}
