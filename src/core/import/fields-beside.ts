import { keysIn } from '../manifest/key-forms.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import type { Import, ImportInput } from './make-import.ts'
import { printManifest } from './print-manifest.ts'
import type { ManifestDraft } from './print-manifest.ts'

const TOP_FIELDS = ['model', 'small_model', 'enabled_providers', 'disabled_providers'] as const

/** The other fields that a manifest has, one after the other: what it does not take stays where it is. */
export function fieldsBeside(
  { judge, only }: ImportInput,
  config: JsonObject,
  draft: ManifestDraft,
): { readonly said: ManifestDraft['fields']; readonly stays: Import['stays'] } {
  const said: (readonly [string, JsonValue])[] = []
  const stays: Import['stays'][number][] = []
  const holds = (fields: ManifestDraft['fields']): boolean =>
    judge(printManifest({ ...draft, fields })).ok
  for (const name of TOP_FIELDS) {
    const value = config[name]
    if (value === undefined || !isOfThese(name, value, only)) continue
    if (typeof value === 'string' && keysIn(value).length > 0) continue
    if (holds([...said, [name, value]])) said.push([name, value])
    else stays.push({ path: [name], why: 'unsayable' })
  }
  // A list that leaves a provider out is the user's wish, and `auto` would add to it.
  const listed = config['enabled_providers']
  const isSaid = said.some(([name]) => name === 'enabled_providers')
  if (!isSaid && Array.isArray(listed) && draft.providers.some(({ id }) => !listed.includes(id))) {
    said.push(['enabled_providers', 'keep'])
  }
  return { said, stays }
}

/** Of a part of the providers, lists say nothing, and a model is one of theirs. */
function isOfThese(name: string, value: JsonValue, only: ReadonlySet<string> | undefined): boolean {
  if (only === undefined) return true
  return typeof value === 'string' && name.endsWith('model') && only.has(value.split('/')[0] ?? '')
}
