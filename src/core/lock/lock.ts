import type { JsonValue } from '../json.ts'
import type { FactSource } from '../offer/settle-facts.ts'
import type { Source } from '../source.ts'

/** Of the file beside the manifest that `opgen update` writes, and that is kept in git like it. */
export const LOCK_FILE = 'providers.lock.json'

/**
 * What the providers of a manifest offered when they were last asked, so that an apply need not ask. One
 * address is one server: on another machine a provider may have another one.
 */
export interface Lock {
  readonly path: string
  /** By id of the provider, then by its base URL. */
  readonly providers: ReadonlyMap<string, ReadonlyMap<string, LockedServer>>
}

export interface LockedServer {
  /** What the manifest asked for; undefined: no more than the models that it lists. */
  readonly discovery: LockedDiscovery | undefined
  /** By id. */
  readonly models: ReadonlyMap<string, LockedModel>
  readonly source: Source
}

export interface LockedDiscovery {
  /** Undefined: all. */
  readonly include?: readonly string[] | undefined
  readonly exclude: readonly string[]
}

export interface LockedModel {
  /** Fields of OpenCode's. */
  readonly values: LockedValues
  /** Where each comes from, by field: `limit.context` for a part of one. */
  readonly from: Readonly<Record<string, FactSource>>
  readonly source: Source
}

export type LockedField = (typeof LOCKED_FIELDS)[number]

export type LockedValues = { readonly [field in LockedField]?: JsonValue | undefined }

/** The fields of a model that a lock holds, in the order in which they are written. */
export const LOCKED_FIELDS = [
  'name',
  'limit',
  'cost',
  'modalities',
  'attachment',
  'reasoning',
  'tool_call',
  'temperature',
  'interleaved',
] as const

/** Whether a field of a model is the manifest's own, so that the lock file only repeats it. */
export function isOfManifest(from: LockedModel['from'], field: LockedField): boolean {
  return from[field] === 'manifest' || from[`${field}.context`] === 'manifest'
}

export const EMPTY_LOCK: Omit<Lock, 'path'> = { providers: new Map() }
