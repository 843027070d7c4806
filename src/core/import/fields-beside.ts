import type { Diagnostic } from '../diagnostic.ts'
import { keysIn } from '../manifest/key-forms.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import type { Import, ImportInput, Staying } from './make-import.ts'
import { longSecrets, repeatsSecret } from './known-secrets.ts'
import { printManifest } from './print-manifest.ts'
import type { ManifestDraft } from './print-manifest.ts'

const TOP_FIELDS = ['model', 'small_model', 'enabled_providers', 'disabled_providers'] as const

/** The other fields that a manifest has, one after the other: what it does not take stays where it is. */
export function fieldsBeside(
  { judge, known, only }: ImportInput,
  config: JsonObject,
  draft: ManifestDraft,
): { readonly said: ManifestDraft['fields']; readonly stays: Import['stays'] } {
  const said: (readonly [string, JsonValue])[] = []
  const stays: Import['stays'][number][] = []
  for (const name of TOP_FIELDS) {
    const value = config[name]
    if (value === undefined || !isOfThese(name, value, only)) continue
    const text = JSON.stringify(value)
    if (keysIn(text).length > 0 || repeatsSecret(longSecrets(known), text)) {
      stays.push({ path: [name], why: 'secret' })
      continue
    }
    const judged = judge(printManifest({ ...draft, fields: [...said, [name, value]] }))
    if (judged.ok) said.push([name, value])
    else stays.push({ path: [name], why: 'unsayable', ...reasonOf(judged.diagnostics) })
  }
  // A list that leaves a provider out is the user's wish, and `auto` would add to it; to no list it cannot.
  const listed = config['enabled_providers']
  const isSaid = said.some(([name]) => name === 'enabled_providers')
  const lists = (id: string): boolean => Array.isArray(listed) && listed.includes(id)
  if (!isSaid && listed !== undefined && !draft.providers.every(({ id }) => lists(id))) {
    said.push(['enabled_providers', 'keep'])
  }
  return { said, stays }
}

function reasonOf(diagnostics: readonly Diagnostic[]): Pick<Staying, 'because'> {
  const [first] = diagnostics.filter(({ severity }) => severity === 'error')
  if (first === undefined) return {}
  return { because: first.hint === undefined ? first.message : `${first.message}; ${first.hint}` }
}

/** Of a part of the providers, lists say nothing, and a model is one of theirs. */
function isOfThese(name: string, value: JsonValue, only: ReadonlySet<string> | undefined): boolean {
  if (only === undefined) return true
  return typeof value === 'string' && name.endsWith('model') && only.has(value.split('/')[0] ?? '')
}
