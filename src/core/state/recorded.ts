import type { JsonValue, Path, Pointer } from '../json.ts'
import type { Fingerprint } from '../secret.ts'
import type { KeyIn, KeySource } from '../wanted.ts'

export type TargetKind = 'config' | 'auth' | 'keyfile'

/**
 * What opgen remembers between runs: which values in which file are its own, and what stood there
 * before. Holds fingerprints, never keys (spec "Who owns what"; the idea is Kubernetes' server-side
 * apply). Stored as one JSON file, `state.json`, 0600 in a 0700 folder.
 */
export interface RecordedState {
  readonly version: 1
  /** Number of the newest generation; 0 when nothing was ever written. */
  readonly generation: number
  readonly lastApply: LastApply | null
  /** By absolute path of the target file, as it is found (a symlink is not resolved). */
  readonly files: Readonly<Record<string, RecordedFile>>
  /** Pairs of key source and destination that were accepted on this machine. */
  readonly bindings: readonly Binding[]
  /** Digests of the commands that were accepted on this machine as key sources. */
  readonly commands: readonly string[]
  /** By provider id: how its key reached OpenCode. */
  readonly delivery: Readonly<Record<string, 'auth.json' | 'keyfile'>>
  /** What `delivery: auto` came to on this machine; absent where the manifest said it, or nobody yet. */
  readonly autoDelivery?: 'auth.json' | 'keyfile' | undefined
  /** By provider id: under which passing facts it was last rendered. */
  readonly seen: Readonly<Record<string, Seen>>
  /**
   * Written before the first target is touched, taken away after the last: the files as they will
   * be recorded. After a crash a value equal to the recorded or to the intended one is opgen's.
   */
  readonly intended: Readonly<Record<string, RecordedFile>> | null
  /** By path of a config file and place: keys in plain text that an import was told to move. */
  readonly moves?: Readonly<Record<string, Readonly<Record<Pointer, Move>>>> | undefined
  /** By provider id: how it gets its key, for when no manifest says so any more. */
  readonly keys: Readonly<Record<string, RecordedKey>>
  /** By path of a file: what was repaired in it, oldest first, of values that are not opgen's. */
  readonly repairs?: Readonly<Record<string, readonly RecordedRepair[]>> | undefined
}

/** A repair of values that belong to others, and the way back. */
export interface RecordedRepair {
  /** Of the finding. */
  readonly code: string
  /** The provider's id, else the pointer of the value. */
  readonly unit: string
  readonly target: 'config' | 'auth'
  /** Lead back to what stood there. */
  readonly undo: readonly UndoEdit[]
  /** Fingerprints of the values as the repair left them, as JSON; null: there is nothing. */
  readonly left: Readonly<Record<Pointer, Fingerprint | null>>
  /** Objects that were made for it, to go with what is in them. */
  readonly made: readonly Pointer[]
}

/**
 * Write a value that stands in the same file, and may be a secret: with something at both of its ends taken
 * off, or put on.
 */
export interface CopyEdit {
  readonly op: 'copy'
  readonly path: Path
  readonly from: Path
  readonly without?: Ends | undefined
  readonly with?: Ends | undefined
}

/** What stands before and after a text. Never a part of a key. */
export interface Ends {
  readonly before: string
  readonly after: string
}

/** An edit without any secret in it. */
export type UndoEdit =
  | { readonly op: 'set'; readonly path: Path; readonly value: JsonValue }
  | { readonly op: 'delete'; readonly path: Path }
  | CopyEdit

/** A key in plain text that is to go from a config file once opgen hands it to OpenCode. */
export interface Move {
  readonly unit: string
  /** Real path of the manifest that takes the provider over. */
  readonly manifest: string
  /** Of the text that stands there. */
  readonly fingerprint: Fingerprint
}

/** Where a provider's key comes from, and where in its block it goes. */
export interface RecordedKey {
  readonly sources: readonly KeySource[]
  readonly placeholder: string | null
  readonly keyIn: KeyIn
}

/** Facts that come and go with a session, as conditions of the manifest ask for them. */
export interface SeenFacts {
  /** The name given to this computer; null: it has none. */
  readonly machine: string | null
  readonly profile: string | null
  /** Fingerprints of the variables' values; null: not set. */
  readonly env: Readonly<Record<string, Fingerprint | null>>
}

export interface Seen {
  readonly facts: SeenFacts
  /** Under these the user chose to keep the provider, though it would have gone. */
  readonly kept: SeenFacts | null
}

export interface LastApply {
  /** ISO 8601, UTC. */
  readonly time: string
  /** 0: it only adopted what stood there already. */
  readonly generation: number
  /** Version of opgen that wrote it. */
  readonly version: string
}

/** What opgen owns in one target file. */
export interface RecordedFile {
  /** Absent in what the first versions wrote. */
  readonly target?: TargetKind | undefined
  /** Real path of the manifest that these values come from. */
  readonly manifest: string
  /** Whether opgen created the file, with what it put in unasked (`$schema`). */
  readonly created: boolean
  readonly values: Readonly<Record<Pointer, OwnedValue>>
  /** Containers that are opgen's to remove once they are empty. */
  readonly containers: Readonly<Record<Pointer, OwnedContainer>>
  /** Elements of lists that are sets: list pointer → element → owner. */
  readonly elements: Readonly<Record<Pointer, Readonly<Record<string, OwnedElement>>>>
  /**
   * The user's empty containers that opgen wrote into: the text that stood between the brackets, so
   * that taking opgen's members out again restores the bytes.
   */
  readonly opened: Readonly<Record<Pointer, string>>
  /** What stood, before opgen, at places that it owned and left since; absent when there is none. */
  readonly gone?: Readonly<Record<Pointer, GoneValue>> | undefined
}

export interface GoneValue {
  readonly unit: string
  readonly before: RecordedValue
}

/**
 * A value as it is compared: JSON, or the fingerprint of a key (every string under auth.json but `type`).
 * `spelling` is kept of what opgen replaced, where printing it anew would give another text.
 */
export type RecordedValue =
  | { readonly json: JsonValue; readonly spelling?: string | undefined }
  | { readonly fingerprint: Fingerprint }

export interface OwnedValue {
  /** Provider id, or `/model` and the like: the change that this value belongs to. */
  readonly unit: string
  /** `kept`: the user chose to keep a different value; `value` is the wanted one that was declined. */
  readonly origin: 'written' | 'adopted' | 'kept'
  readonly value: RecordedValue
  /** What opgen replaced; null when nothing was there. */
  readonly before: RecordedValue | null
}

export interface OwnedContainer {
  readonly unit: string
  readonly origin: 'written' | 'adopted'
  /** The value that stood in the way and gave way to the container. */
  readonly before?: RecordedValue | undefined
}

export interface OwnedElement {
  readonly unit: string
}

export interface Binding {
  /** Kind and address of a key source, e.g. `keychain:opgen/haimaker`. */
  readonly source: string
  /**
   * Adapter and origin, e.g. `@ai-sdk/openai-compatible https://api.haimaker.ai`, or
   * `catalogue:anthropic` where OpenCode's own catalogue has the address.
   */
  readonly destination: string
  /** Of the key that the source had when it was last written; absent where none was looked at. */
  readonly fingerprint?: Fingerprint | undefined
}

export const emptyState: RecordedState = {
  version: 1,
  generation: 0,
  lastApply: null,
  files: {},
  bindings: [],
  commands: [],
  delivery: {},
  seen: {},
  intended: null,
  keys: {},
}

export const emptyFile: Omit<RecordedFile, 'manifest'> = {
  created: false,
  values: {},
  containers: {},
  elements: {},
  opened: {},
}

/** Whether opgen owns nothing in the file any more. */
export function ownsNothing(file: RecordedFile): boolean {
  return (
    Object.keys(file.values).length === 0 &&
    Object.keys(file.containers).length === 0 &&
    Object.values(file.elements).every((owners) => Object.keys(owners).length === 0)
  )
}
