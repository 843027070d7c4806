import { nearest } from '../nearest.ts'
import { isFilledIn, isIncomplete, mayHaveMore } from './certainty.ts'
import { offerOf } from './declared-models.ts'
import type { Filter, Offer } from './declared-models.ts'
import { mergedAt } from './merged-config.ts'
import { groupedByText, modelReferences } from './model-references.ts'
import type { ModelReference, ReferenceGroup } from './model-references.ts'
import { hidingLists } from './provider-lists.ts'
import type { ProviderList } from './provider-lists.ts'
import type { Scene, SceneProvider } from './scene.ts'

/** The whole name of the model that may be meant. Looking for it takes time. */
type Guess = () => string | undefined

/** Why OpenCode finds no model under a name. */
export type ModelFault =
  | { readonly kind: 'no-prefix'; readonly guess: Guess }
  | { readonly kind: 'no-provider'; readonly provider: string; readonly guess: Guess }
  | {
      readonly kind: 'no-model'
      readonly provider: string
      readonly guess: Guess
      /** Whether the provider is of the catalogue, which OpenCode refreshes. */
      readonly inCatalogue: boolean
    }
  | { readonly kind: 'hidden'; readonly provider: string; readonly list: ProviderList }
  | { readonly kind: 'filtered'; readonly provider: string; readonly filter: Filter }

/** What is wrong with a reference; undefined: nothing, or it cannot be told. */
export function faultFinder(scene: Scene): (reference: ModelReference) => ModelFault | undefined {
  const world = worldOf(scene)
  const hiding = hidingLists(scene)
  if (isIncomplete(scene)) return () => undefined
  return ({ provider, model, text }) => {
    if (provider === undefined) return { kind: 'no-prefix', guess: () => world.ownerOf(text) }
    if (!world.isKnown(provider)) {
      if (world.isUnclear(text)) return undefined
      return {
        kind: 'no-provider',
        provider,
        guess: () => guessProvider(world, { provider, model, text }),
      }
    }
    const list = hiding(provider)
    if (list !== undefined) return { kind: 'hidden', provider, list }
    const offer = world.offer(provider)
    const filter = offer?.filtered.get(model)
    if (filter !== undefined) return { kind: 'filtered', provider, filter }
    // Of one without any model another rule tells.
    const isTold = offer === undefined || offer.keys.size + offer.filtered.size === 0
    if (isTold || !offer.isKnown || offer.keys.has(model)) return undefined
    const inCatalogue = scene.catalogue.has(provider)
    return {
      kind: 'no-model',
      provider,
      inCatalogue,
      guess: () => guessModel(offer, { provider, model }),
    }
  }
}

/** References with a fault, those to the same model together. */
export function faultyGroups(scene: Scene): readonly (readonly [ReferenceGroup, ModelFault])[] {
  const find = faultFinder(scene)
  return groupedByText(modelReferences(scene)).flatMap((group) => {
    const fault = find(group[0])
    return fault === undefined ? [] : [[group, fault] as const]
  })
}

interface World {
  readonly ids: readonly string[]
  /** Ids without a block that may be meant: where plugins bring providers, those of the catalogue are too many. */
  readonly others: () => Iterable<string>
  readonly isKnown: (id: string) => boolean
  /** Whether it may be of a provider that cannot be told from here. */
  readonly isUnclear: (text: string) => boolean
  /** Undefined: the provider has no block that OpenCode 1 reads, and is not of its catalogue. */
  readonly offer: (id: string) => Offer | undefined
  /** The whole name of a model that has this text as its name within a block. */
  readonly ownerOf: (text: string) => string | undefined
}

function worldOf(scene: Scene): World {
  const { providers, catalogue, config } = scene
  const blocks = new Map(providers.map((provider) => [provider.id, provider]))
  const offers = new Map<string, Offer>()
  const offer = (id: string): Offer | undefined => {
    const provider = blocks.get(id) ?? withoutBlock(scene, id)
    if (provider === undefined) return undefined
    const found = offers.get(id) ?? offerOf(scene, provider)
    offers.set(id, found)
    return found
  }
  // Those of OpenCode 2, and blocks of a wrong type: of these other rules tell.
  const isNative = (id: string): boolean =>
    ['providers', 'provider'].some((name) => mergedAt(config, [name, id]) !== undefined)
  let owners: ReadonlyMap<string, string> | undefined
  return {
    ids: [...blocks.keys()],
    others: () => (mayHaveMore(scene) ? [] : catalogue.ids()),
    isKnown: (id) => blocks.has(id) || catalogue.has(id) || isNative(id),
    isUnclear: (text) =>
      [...blocks.keys()].some(
        (id) => isFilledIn(id) || (id.includes('/') && text.startsWith(`${id}/`)),
      ),
    offer,
    ownerOf: (text) => {
      owners ??= new Map(
        providers
          .toReversed()
          .flatMap(({ id, models }) => models.map(({ key }) => [key, id] as const)),
      )
      const owner = owners.get(text)
      return owner === undefined ? undefined : `${owner}/${text}`
    },
  }
}

function withoutBlock({ catalogue }: Scene, id: string): Omit<SceneProvider, 'node'> | undefined {
  if (!catalogue.has(id)) return undefined
  return { id, inCatalogue: true, block: {}, models: [], adapter: undefined, isManaged: false }
}

type Named = Pick<ModelReference, 'model'> & { readonly provider: string }

function guessProvider(world: World, { provider, model, text }: Named & { readonly text: string }) {
  const owned = world.ownerOf(text)
  if (owned !== undefined) return owned
  const near = nearest(provider, world.ids) ?? nearest(provider, world.others())
  if (near === undefined) return world.ownerOf(model)
  const offer = world.offer(near)
  if (offer === undefined || !offer.isKnown || offer.keys.has(model)) return `${near}/${model}`
  return guessModel(offer, { provider: near, model })
}

/** The same name, where the id of the provider stands once too often or too seldom; else the nearest. */
function guessModel({ keys }: Offer, { provider, model }: Named): string | undefined {
  const doubled = `${provider}/${model}`
  const stripped = model.startsWith(`${provider}/`) ? model.slice(provider.length + 1) : undefined
  const found =
    (keys.has(doubled) ? doubled : undefined) ??
    (stripped !== undefined && keys.has(stripped) ? stripped : undefined) ??
    nearest(model, fewOf(keys, model))
  return found === undefined ? undefined : `${provider}/${found}`
}

/** Comparing takes time for each: of thousands, only those that begin alike and are about as long. */
function fewOf(keys: ReadonlySet<string>, name: string): readonly string[] {
  if (keys.size <= 1000) return [...keys]
  const start = name.slice(0, 2).toLowerCase()
  const isAlike = (key: string): boolean =>
    Math.abs(key.length - name.length) <= 3 && key.toLowerCase().startsWith(start)
  return [...keys].filter(isAlike).slice(0, 200)
}
