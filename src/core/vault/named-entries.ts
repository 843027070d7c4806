import type { WantedProvider } from '../wanted.ts'
import { entryId } from './content.ts'
import type { VaultEntry } from './content.ts'

/** An entry of the keychain that providers take their keys from. */
export interface NamedEntry extends Pick<VaultEntry, 'service' | 'account'> {
  /** Ids of these providers, in manifest order. */
  readonly ids: readonly string[]
}

/** The keychain entries that these providers name, by {@link entryId}, in their order. */
export function namedEntries(
  providers: readonly WantedProvider[],
): ReadonlyMap<string, NamedEntry> {
  const entries = new Map<string, NamedEntry>()
  for (const provider of providers) {
    const { id } = provider
    for (const source of provider.key.sources) {
      if (source.kind !== 'keychain') continue
      const { service, account } = source
      const key = entryId(source)
      const ids = entries.get(key)?.ids ?? []
      entries.set(key, { service, account, ids: ids.includes(id) ? ids : [...ids, id] })
    }
  }
  return entries
}
