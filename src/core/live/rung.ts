import type { NoCheck } from './key-check.ts'
import type { Refusal } from './reception.ts'

/** The steps of a ladder, in their order. */
export type StepName =
  | 'name'
  | 'connection'
  | 'tls'
  | 'http'
  | 'key'
  | 'models'
  | 'protocol'
  | 'completion'
  | 'opencode'

/** One step that was taken, and what it found. Texts in it may be the server's. */
export interface Rung {
  readonly step: StepName
  /** Milliseconds that it took by itself. */
  readonly ms: number
  readonly found: Found
}

export type Found = Passed | Skipped | Failed

export type Passed = { readonly state: 'ok' } & (
  | { readonly what: 'named'; readonly host: string }
  | { readonly what: 'connected'; readonly to: string; readonly proxy: string | undefined }
  | {
      readonly what: 'encrypted'
      readonly issuer: string | undefined
      readonly proxy: string | undefined
    }
  | { readonly what: 'answered'; readonly status: number }
  | {
      readonly what: 'key-accepted' | 'any-key' | 'placeholder-taken' | 'no-key-wanted'
    }
  /** Whether any other key would be accepted is not known. */
  | { readonly what: 'key-unproved'; readonly refusal: Refusal }
  | { readonly what: 'all-offered'; readonly count: number }
  | { readonly what: 'endpoint-there'; readonly path: string }
  | {
      readonly what: 'completed'
      readonly model: string
      /** Milliseconds to the first token; undefined: it could not be told from the rest. */
      readonly firstToken: number | undefined
    }
)

/** What cannot be judged, which is no fault. */
export type Skipped = { readonly state: 'skipped' } & (
  | { readonly what: 'numeric-host'; readonly host: string }
  | { readonly what: 'proxy-looks-up'; readonly host: string }
  | { readonly what: 'not-asked'; readonly why: NoCheck }
  | {
      readonly what:
        | 'external'
        | 'no-list-for-key'
        | 'no-list'
        | 'list-not-whole'
        | 'deployments'
        | 'none-declared'
        | 'other-protocol'
        | 'no-model'
    }
)

export type Failed = { readonly state: 'failed' } & (
  | { readonly what: 'refused'; readonly refusal: Refusal }
  | { readonly what: 'key-wanted' | 'placeholder-refused' }
  | { readonly what: 'key-missing' | 'key-unreadable' | 'key-undecided' }
  | {
      readonly what: 'wrong-address'
      readonly status: number
      readonly isWebPage: boolean
      /** A base URL at which the same server lists its models. */
      readonly better: string | undefined
    }
  | {
      readonly what: 'not-offered'
      /** How many of the declared models. */
      readonly missing: number
      readonly count: number
    }
  | {
      readonly what: 'no-endpoint'
      readonly path: string
      readonly status: number
      /** Adapters whose endpoint is there. */
      readonly fitting: readonly string[]
    }
  | {
      readonly what: 'model-refused' | 'request-refused' | 'error-told' | 'no-completion'
      readonly model: string
      readonly status: number
    }
)

export function rung(step: StepName, found: Found, ms = 0): Rung {
  return { step, ms: Math.max(ms, 0), found }
}
