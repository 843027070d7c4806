import type { RecordedState } from '../state/recorded.ts'
import type { Drafts } from './draft.ts'
import type { KeyedProvider } from './plan-key.ts'

/** How the key of each provider reaches OpenCode from now on; without a key there is no way to tell. */
export function routesOf(
  { leftOut }: Drafts,
  keyed: readonly KeyedProvider[],
  { delivery }: RecordedState,
): RecordedState['delivery'] {
  const chosen = keyed.filter(
    ({ provider, key }) =>
      !leftOut.has(provider.id) && ['present', 'placeholder', 'unread'].includes(key.state),
  )
  return Object.fromEntries([
    ...Object.entries(delivery).filter(([id]) => leftOut.has(id)),
    ...chosen.map(({ provider, route }) => [provider.id, route] as const),
  ])
}

/** How each provider that opgen writes gets its key: as wanted now, or as it was before. */
export function keysOf(
  { leftOut }: Drafts,
  keyed: readonly KeyedProvider[],
  { keys }: RecordedState,
): RecordedState['keys'] {
  const chosen = keyed.filter(({ provider }) => !leftOut.has(provider.id))
  return Object.fromEntries([
    ...Object.entries(keys).filter(([id]) => leftOut.has(id)),
    ...chosen.map(({ provider: { id, key, keyIn } }) => {
      const { sources, placeholder = null } = key
      return [id, { sources, placeholder, keyIn }] as const
    }),
  ])
}
