import type { LayerKind } from '../doctor/config-layer.ts'
import type { JsonValue, Pointer } from '../json.ts'
import type { OpenCodeLine } from '../opencode-line.ts'
import type { Fingerprint } from '../secret.ts'

/** All that is known of one provider on this machine, without any key: a value, and safe to print. */
export interface Explanation {
  readonly id: string
  readonly name: string | undefined
  /** Where the id stands. */
  readonly known: Known
  /** Leaves of its block as OpenCode 1 merges it, those of models included. */
  readonly values: readonly ExplainedValue[]
  /** What the manifest wants there, and nothing stands there. */
  readonly pending: readonly PendingValue[]
  /** Keys of its models, as OpenCode 1 reads them. */
  readonly models: readonly string[]
  readonly modelsOrigin: Origin | undefined
  readonly opencode2: InOpenCode2
  readonly hidden: readonly Hidden[]
  readonly keys: { readonly opencode1: KeyChain; readonly opencode2: KeyChain }
  readonly sources: readonly DeclaredSource[]
  readonly destination: Destinations
  readonly managed: Managed
  /** Lines of OpenCode that are here; undefined: it was not looked for. */
  readonly installed: readonly OpenCodeLine[] | undefined
  /** What is to be known before any of it is believed. */
  readonly notes: readonly string[]
}

export interface Known {
  readonly config: boolean
  readonly auth: boolean
  readonly catalogue: boolean
  /** `not-here`: the manifest names it, for another machine or profile. */
  readonly manifest: 'yes' | 'not-here' | 'no' | 'no-manifest'
}

/** A place in a text that OpenCode, or opgen, reads. */
export interface Origin {
  /** Absolute path, or the name of the variable that holds the text. */
  readonly file: string
  /** 1-based; absent where the whole file is meant. */
  readonly line?: number
  readonly column?: number
  readonly kind: LayerKind | 'auth' | 'manifest' | 'database' | 'variable'
}

/** A value as it may be shown: `***` is what may be a secret. */
export interface ShownValue {
  readonly value: JsonValue
  readonly origin: Origin
}

export interface ExplainedValue extends ShownValue {
  /** Names below the block. */
  readonly path: readonly string[]
  /** From the root of the configuration. */
  readonly pointer: Pointer
  /** What it replaces, the nearest layer first. */
  readonly shadows: readonly ShownValue[]
  readonly manifest: DeclaredValue | undefined
}

/**
 * What the manifest says about a value: `same`; `pending`, the next apply writes it; `drifted`, somebody changed what
 * opgen wrote; `shadowed`, it stands there and something above replaces it; `differs`, the value is not opgen's.
 */
export interface DeclaredValue {
  readonly origin: Origin
  /** Where the variables were set that an expression in it names. */
  readonly via: readonly Origin[]
  readonly state: 'same' | 'pending' | 'drifted' | 'shadowed' | 'differs'
  readonly value: JsonValue
}

export interface PendingValue extends ShownValue {
  readonly path: readonly string[]
  readonly pointer: Pointer
}

/** Where OpenCode 2 makes something else of the same files. */
export interface InOpenCode2 {
  /** What it calls the provider. */
  readonly id: string
  /** Whether any file that it reads has the provider. */
  readonly hasBlock: boolean
  /** Its values that are others than those of OpenCode 1; undefined: it has none there. */
  readonly differences: readonly Difference[]
  /** Names of fields that stand there and that it ignores. */
  readonly ignored: readonly string[]
}

export interface Difference {
  readonly path: readonly string[]
  readonly value: JsonValue | undefined
  readonly origin: Origin | undefined
  readonly reason: string
}

/** Something that keeps the provider, or models of it, from being shown. */
export interface Hidden {
  readonly what: string
  readonly origin: Origin | undefined
}

/**
 * `set`: a key stands there; `empty`: there is something, and it comes to nothing; `missing`: it refers to a file
 * that is not there; `unset`: nothing is there; `ignored`: OpenCode does not read it.
 */
export type CandidateState = 'set' | 'empty' | 'missing' | 'unset' | 'ignored'

/** One place where OpenCode looks for a key. */
export interface Candidate {
  readonly kind:
    | 'model-header'
    | 'header'
    | 'auth-token'
    | 'api-key'
    | 'login'
    | 'variable'
    | 'adapter-variable'
    | 'stored'
  /** As people call it: `options.apiKey`, `auth.json`, `$ACME_KEY`. */
  readonly name: string
  /** How the key stands there: `{env:ACME_KEY}`, `api`; undefined: as it is, or not at all. */
  readonly form: string | undefined
  readonly origin: Origin | undefined
  readonly state: CandidateState
  readonly fingerprint: Fingerprint | null
  readonly wins: boolean
  /** Why it counts, or why it does not, in a few words; undefined where its state says it. */
  readonly reason: string | undefined
}

/**
 * What comes of it: `key`, a key is sent; `none`, requests go out without one; `nothing-sent`, the adapter refuses to
 * send anything; `no-start`, OpenCode does not start; `unclear`, it cannot be told from here.
 */
export type KeyOutcome = 'key' | 'none' | 'nothing-sent' | 'no-start' | 'unclear'

export interface KeyChain {
  /** Highest precedence first. */
  readonly candidates: readonly Candidate[]
  readonly winner: Candidate | null
  readonly outcome: KeyOutcome
  /** The same in a sentence. */
  readonly conclusion: string
}

/** A key source of the manifest, as `opgen key list` finds it. */
export interface DeclaredSource {
  /** Kind and address, e.g. `keychain:opgen/acme`. */
  readonly source: string
  /** `not-asked`: one before it has the key. */
  readonly state: 'present' | 'missing' | 'unreadable' | 'none' | 'external' | 'not-asked'
  readonly fingerprint: Fingerprint | null
  /** Why it could not be read; undefined: it could. */
  readonly reason: string | undefined
  /** Lines of OpenCode whose winner has this very key. */
  readonly feeds: readonly OpenCodeLine[]
}

export interface Destinations {
  /** Undefined: that of OpenCode's catalogue, which is not known here. */
  readonly adapter: string | undefined
  readonly isBundled: boolean
  /** Base URL as it stands, masked; undefined: the adapter's or the catalogue's own. */
  readonly address: string | undefined
  readonly addressOrigin: Origin | undefined
  /** Where a request goes; undefined: it cannot be told from here. */
  readonly request: string | undefined
  /** Models that go elsewhere, or through another adapter. */
  readonly others: readonly { readonly model: string; readonly to: string }[]
  /** Whether what is sent can be read on its way, and by whom. */
  readonly plain: 'no' | 'private' | 'public'
}

export interface Managed {
  /** Whether opgen has written, or taken over, anything of it here. */
  readonly isOwned: boolean
  /** Files in which it owns values. */
  readonly files: readonly string[]
  readonly manifest: string | undefined
  readonly delivery: string | undefined
  readonly lastApply: { readonly time: string; readonly generation: number } | undefined
  /** What the manifest says now; undefined without one. */
  readonly binding: { readonly destination: string; readonly accepted: boolean } | undefined
}
