import { destinationOf, renderDestination } from '../destination.ts'
import { sourceName } from '../key-source.ts'
import type { WantedProvider } from '../wanted.ts'
import type { Context } from './context.ts'
import type { Managed } from './explanation.ts'

/** What opgen has to do with the provider on this machine. */
export function managedBy({ scene, id, manifest }: Context): Managed {
  const { recorded } = scene
  const owning = Object.entries(recorded.files).filter(([, { values }]) =>
    Object.values(values).some(({ unit }) => unit === id),
  )
  const provider = manifest?.provider
  return {
    isOwned: scene.managed.has(id),
    files: owning.map(([file]) => file),
    manifest: owning[0]?.[1].manifest,
    delivery: Object.hasOwn(recorded.delivery, id) ? recorded.delivery[id] : undefined,
    lastApply:
      recorded.lastApply === null
        ? undefined
        : { time: recorded.lastApply.time, generation: recorded.lastApply.generation },
    binding: provider === undefined ? undefined : bindingOf(provider, recorded.bindings),
  }
}

/** Undefined where no key of opgen's goes anywhere. */
function bindingOf(
  provider: WantedProvider,
  bindings: readonly { readonly source: string; readonly destination: string }[],
): Managed['binding'] {
  const sources = provider.key.sources
    .filter(({ kind }) => kind !== 'none' && kind !== 'external')
    .map(sourceName)
  if (sources.length === 0) return undefined
  const destination = renderDestination(destinationOf(provider), provider)
  const accepted = bindings.some(
    (known) => known.destination === destination && sources.includes(known.source),
  )
  return { destination, accepted }
}
