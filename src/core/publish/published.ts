import type { Path } from '../json.ts'
import { valuesWithKey } from '../key-delivery.ts'
import type { Wanted, WantedProvider, WantedValue } from '../wanted.ts'

/**
 * For whom a file is made: `well-known`, what OpenCode fetches from an organisation's web server;
 * `managed`, what an administrator puts into a folder of each computer.
 */
export type PublishFormat = 'well-known' | 'managed'

export const PUBLISH_FORMATS: readonly PublishFormat[] = ['well-known', 'managed']

interface Form {
  /** The file, in the folder that is published. */
  readonly file: Path
  /** Where in it OpenCode's config stands. */
  readonly root: Path
}

/** Strict JSON both: OpenCode takes comments from no web server, and whatever is served may be either. */
export const FORMS: Readonly<Record<PublishFormat, Form>> = {
  'well-known': { file: ['.well-known', 'opencode'], root: ['config'] },
  managed: { file: ['opencode.json'], root: [] },
}

/** How a laptop comes by a key for a provider that was published. */
export type PublishedKey =
  /** In auth.json, or OpenCode 2's own store, under the provider's id. */
  | 'by-id'
  /** It has to be added to the block itself, in the laptop's own config. */
  | 'in-block'
  /** The laptop's own login, which opgen does not manage. */
  | 'external'
  /** None is needed. */
  | 'none'

export function publishedKey({ key, keyIn }: WantedProvider): PublishedKey {
  const [first] = key.sources
  if (first?.kind === 'none') return 'none'
  if (first?.kind === 'external') return 'external'
  return keyIn.kind === 'apiKey' ? 'by-id' : 'in-block'
}

/** The fields that are in the file only where the manifest has them. */
export const PUBLISHED_FIELDS = [
  'model',
  'small_model',
  'enabled_providers',
  'disabled_providers',
] as const

/** The values of a provider's block, without a key: a placeholder is none. */
export function publishedBlock(provider: WantedProvider): readonly WantedValue[] {
  const { placeholder } = provider.key
  const isKeyless = publishedKey(provider) === 'none'
  return isKeyless && placeholder !== undefined
    ? valuesWithKey(provider, placeholder)
    : provider.values
}

/** OpenCode's top-level fields, as the manifest has them. `auto` is for lists that are only on laptops. */
export function publishedFields({
  model,
  smallModel,
  enabledProviders,
  disabledProviders,
}: Wanted): readonly WantedValue[] {
  return [
    ...(model === undefined ? [] : [{ ...model, path: ['model'] }]),
    ...(smallModel === undefined ? [] : [{ ...smallModel, path: ['small_model'] }]),
    ...(enabledProviders.mode === 'list'
      ? [
          {
            path: ['enabled_providers'],
            value: texts(enabledProviders.items),
            source: enabledProviders.source,
          },
        ]
      : []),
    ...(disabledProviders === undefined
      ? []
      : [
          {
            path: ['disabled_providers'],
            value: texts(disabledProviders.value),
            source: disabledProviders.source,
          },
        ]),
  ]
}

function texts(items: readonly { readonly value: string }[]): readonly string[] {
  return [...new Set(items.map(({ value }) => value))]
}
