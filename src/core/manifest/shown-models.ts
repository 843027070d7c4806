import type { Diagnostic } from '../diagnostic.ts'
import type { ManifestModel, ManifestProvider } from './manifest.ts'
import { modelIds } from './manifest.ts'
import { field, textOf } from './node.ts'
import type { ListNode } from './node.ts'
import { quote } from './words.ts'

/**
 * The models of a provider that OpenCode 1.18 lists: those of its whitelist, without those of its
 * blacklist, and without those whose status is `alpha` or `deprecated`.
 */
export function shownModels(provider: ManifestProvider): ReadonlySet<string> {
  const { whitelist, blacklist, models } = provider
  const gone = new Set(models.filter(isGone).map(({ id }) => id))
  const allowed = whitelist === undefined ? undefined : textsOf(whitelist)
  const forbidden = blacklist === undefined ? new Set() : textsOf(blacklist)
  return new Set(
    [...modelIds(provider)].filter(
      (id) => !gone.has(id) && !forbidden.has(id) && allowed?.has(id) !== false,
    ),
  )
}

function isGone({ fields }: ManifestModel): boolean {
  const status = textOf(field(fields, 'status'))
  return status === 'alpha' || status === 'deprecated'
}

function textsOf(list: ListNode): ReadonlySet<string> {
  return new Set(list.items.flatMap((item) => textOf(item) ?? []))
}

/** A provider none of whose models is listed is dropped as a whole. */
export function checkShown(provider: ManifestProvider): readonly Diagnostic[] {
  const { id, source, whitelist, blacklist } = provider
  if (modelIds(provider).size === 0 || shownModels(provider).size > 0) return []
  const list = whitelist ?? blacklist
  return [
    {
      code: 'hidden-models',
      severity: 'warning',
      message: `OpenCode will not show ${quote(id)}: none of its models is left`,
      source: list?.source ?? source,
      hint:
        list === undefined
          ? 'it leaves out models whose status is "alpha" or "deprecated"'
          : 'it shows what is in "whitelist", if there is one, and not what is in "blacklist"',
    },
  ]
}
