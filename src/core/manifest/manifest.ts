import type { Diagnostic } from '../diagnostic.ts'
import type { JsonObject } from '../json.ts'
import type { LockedDiscovery } from '../lock/lock.ts'
import type { Source, Sourced } from '../source.ts'
import type { Delivery, KeyIn, KeySource, WantedEnabledList } from '../wanted.ts'
import { field } from './node.ts'
import type { ListNode, MapNode } from './node.ts'

/**
 * A manifest as one machine sees it: overlays merged, expressions worked out, nothing filled in from
 * presets yet. One with errors is good for finding
 * further problems, and for nothing else.
 */
export interface Manifest {
  /** Path of the file, as in every {@link Source} of it. */
  readonly path: string
  /** All of them, also the disabled ones, in the order written. */
  readonly providers: readonly ManifestProvider[]
  /** Ids of further providers, which only overlays of other machines have. */
  readonly elsewhere: readonly string[]
  readonly model: Sourced<string> | undefined
  readonly smallModel: Sourced<string> | undefined
  readonly enabledProviders: WantedEnabledList
  readonly disabledProviders: Sourced<readonly Sourced<string>[]> | undefined
  readonly delivery: Delivery
  readonly vault: Sourced<string> | undefined
  /** Values for templates: the variables, and the facts of the machine that are known. */
  readonly vars: JsonObject
  /** What is wrong with variables that nothing but a template can name. */
  readonly varProblems: readonly Diagnostic[]
  /** Values of environment variables, which no message is to show. */
  readonly disclosed: readonly string[]
  readonly machine: JsonObject
}

/** Why a provider is not on a machine: switched off, or by a condition that does not hold. */
export type Absence = 'disabled' | 'elsewhere'

export interface ManifestProvider {
  readonly id: string
  /** Place of the id. */
  readonly source: Source
  /** Undefined: it is on this machine. */
  readonly absence: Absence | undefined
  /** The default preset has the place of the id. */
  readonly preset: Sourced<string>
  readonly name: Sourced<string> | undefined
  /** Null: the block must have none. Undefined: the preset decides. */
  readonly npm: Sourced<string | null> | undefined
  readonly baseURL: Sourced<string> | undefined
  readonly options: MapNode | undefined
  readonly env: ListNode | undefined
  readonly whitelist: ListNode | undefined
  readonly blacklist: ListNode | undefined
  /** Those that the manifest lists, and those that a lock file adds to them. */
  readonly models: readonly ManifestModel[]
  /** Which of the models that the provider offers are taken; undefined: only those that are listed. */
  readonly discovery: Discovery | undefined
  /** Place of what `models` is given; undefined when it is not there. */
  readonly modelsSource: Source | undefined
  /** Undefined: the preset decides. */
  readonly key: Sourced<readonly KeySource[]> | undefined
  readonly keyIn: KeyIn
  /** Further values for the preset's template. */
  readonly with: MapNode | undefined
  readonly extra: MapNode | undefined
  /** Fields that errors make doubtful, so that nothing follows from them. Empty in a valid manifest. */
  readonly doubtful: ReadonlySet<string>
}

/** Patterns of model ids: `*` for any characters, `?` for one. */
export interface Discovery {
  /** Undefined: all. */
  readonly include: readonly Sourced<string>[] | undefined
  readonly exclude: readonly Sourced<string>[]
}

/** The patterns alone. */
export function patternsOf({ include, exclude }: Discovery): LockedDiscovery {
  const patterns = { exclude: exclude.map(({ value }) => value) }
  return include === undefined
    ? patterns
    : { include: include.map(({ value }) => value), ...patterns }
}

/** Of all its models, also those that only `extra` adds. */
export function modelIds({ models, extra }: ManifestProvider): ReadonlySet<string> {
  const ids = models.map(({ id }) => id)
  const more = field(extra, 'models')
  if (more === undefined) return new Set(ids)
  // Anything but a map takes the place of the models.
  return new Set(more.kind === 'map' ? [...ids, ...more.entries.keys()] : [])
}

export interface ManifestModel {
  readonly id: string
  readonly source: Source
  /** The model's fields as OpenCode has them, then those of its `extra`. May be empty. */
  readonly fields: MapNode
}
