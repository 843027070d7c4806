import type { JsonValue, Path } from './json.ts'
import type { LockedDiscovery } from './lock/lock.ts'
import type { ListingKind } from './offer/listing-kind.ts'
import type { Source, Sourced } from './source.ts'

/**
 * What the manifest asks for on this machine, before any key is read and before anything on disk is
 * looked at. Made by `manifest/resolve.ts`; a pure function of manifest, presets and machine.
 */
export interface Wanted {
  /** Rendered providers in manifest order; disabled ones are absent. */
  readonly providers: readonly WantedProvider[]
  /** Ids that the manifest names and that are not rendered on this machine. */
  readonly notHere: readonly string[]
  readonly model: Sourced<string> | undefined
  readonly smallModel: Sourced<string> | undefined
  readonly enabledProviders: WantedEnabledList
  /** Undefined: the manifest does not have the list. */
  readonly disabledProviders: Sourced<readonly Sourced<string>[]> | undefined
  readonly delivery: Delivery
  /** Path of the age file that keys are carried in, as the manifest has it. */
  readonly vault?: Sourced<string> | undefined
}

/** How keys reach OpenCode; `auto` is decided by what there is on the machine. */
export type Delivery = 'auto' | 'auth.json' | 'keyfile'

/** `auto`: add rendered ids where a list is effective; `keep`: never touch; `list`: these elements. */
export type WantedEnabledList =
  | { readonly mode: 'auto' }
  | { readonly mode: 'keep' }
  | { readonly mode: 'list'; readonly source: Source; readonly items: readonly Sourced<string>[] }

export interface WantedProvider {
  readonly id: string
  /** Position of the id in the manifest. */
  readonly source: Source
  readonly preset: string
  /**
   * Leaf values of the block, in the order in which a new block is written. Paths start at the root
   * of opencode.jsonc: `['provider', id, 'options', 'baseURL']`. An object never appears unless it is
   * empty: `{}` then means "an object stands here, whatever it holds".
   */
  readonly values: readonly WantedValue[]
  readonly key: WantedKey
  readonly keyIn: KeyIn
  /** Where a provider of an earlier generation has its key; else `delivery` says so. */
  readonly route?: 'auth.json' | 'keyfile' | undefined
  /** As rendered, after `extra`; undefined when the block has none. */
  readonly baseURL: Sourced<string> | undefined
  readonly npm: string | undefined
  /** Which of the models that its server offers it is to have; undefined: no more than are listed. */
  readonly discovery?: LockedDiscovery
  /** Under which a lock file knows its server: the base URL that the manifest, or its preset, gives to the template. */
  readonly address?: string | undefined
  /** How its server lists models; undefined for a provider of an earlier generation. */
  readonly listing?: ListingKind
  /** Whether it is one of OpenCode's catalogue, of which only what the user sets is written. */
  readonly isCatalogued?: boolean
}

/** Where under `options` a provider's adapter wants its key. `format` holds `{key}` exactly once. */
export type KeyIn =
  | { readonly kind: 'apiKey' | 'authToken' }
  | { readonly kind: 'header'; readonly name: string; readonly format: string }

export interface WantedValue extends Sourced<JsonValue> {
  readonly path: Path
}

/** How this provider gets its key (keys.md "Where a key comes from"). */
export interface WantedKey {
  /** Position of `key:` in the manifest, else of the provider's id. */
  readonly source: Source
  /** Tried in order. `OPGEN_KEY_<ID>` is not listed: it always comes first. */
  readonly sources: readonly KeySource[]
  /** Non-secret text written where a key would be when the answer is `none`. */
  readonly placeholder: string | undefined
  /** Web page where a person gets a key. */
  readonly keyPage: string | undefined
}

export type KeySource =
  | { readonly kind: 'keychain'; readonly service: string; readonly account: string }
  | { readonly kind: 'env'; readonly name: string }
  | CommandSource
  /** An absolute path; as written in the manifest until it is resolved for this machine. */
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'external' }

/** The standard output of a program, which is run without a shell. */
export interface CommandSource {
  readonly kind: 'command'
  /** The program and its arguments. */
  readonly argv: readonly string[]
  /** Seconds until it is given up. */
  readonly timeout: number
  /** Folder in which it runs: that of the manifest. */
  readonly folder: string
}
