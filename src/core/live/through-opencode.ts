import type { ReplyFault } from './opencode-answer.ts'

/** What the OpenCode of a machine makes of a provider. Nothing that it printed is in it. */
export type ThroughOpenCode =
  | { readonly state: 'no-opencode' }
  | { readonly state: 'not-checked'; readonly program: AskedProgram; readonly why: NotChecked }
  | {
      readonly state: 'asked'
      readonly program: AskedProgram
      readonly listing: Listing
      readonly answer: ModelAnswer
    }

export interface AskedProgram {
  /** Absolute. */
  readonly path: string
  /** Undefined: it does not say. */
  readonly version: string | undefined
}

/** Why an OpenCode was not even started. */
export type NotChecked =
  /** How an OpenCode 2 is asked without harm is not known. */
  | 'opencode-2'
  /** Nor what a program is that does not tell its version. */
  | 'version-unknown'
  /** The provider has a login of another kind than a key, which OpenCode would renew while it is asked. */
  | 'login'
  /** A file of OpenCode's may not be read, or is none. */
  | 'config-unreadable'

/** What `opencode models` lists. `ms`: how long that took, OpenCode's start included. */
export type Listing =
  | {
      readonly ok: true
      readonly ms: number
      /** Keys of models that are not listed, in the order in which they were asked for. */
      readonly missing: readonly string[]
    }
  | { readonly ok: false; readonly ms: number; readonly fault: ListingFault }

/** `config-refused`: it ended with the code that it has for that, and for hardly anything else. */
export type ListingFault = 'config-refused' | 'no-answer' | 'not-started' | 'failed'

/** What came of asking a model. `ms`: how long that took, OpenCode's start included. */
export type ModelAnswer =
  | { readonly state: 'answered'; readonly model: string; readonly ms: number }
  | RefusedAnswer
  | { readonly state: 'not-asked'; readonly why: NotAsked }

export interface RefusedAnswer {
  readonly state: 'refused'
  readonly model: string
  readonly ms: number
  readonly fault: ReplyFault
  /** Of the server's answer, where there was one. */
  readonly status: number | undefined
}

/**
 * `not-listed`: OpenCode does not have the model. `not-json`: a configuration is JSON only once OpenCode has filled
 * it in, so that opgen cannot leave out of it what is not about providers.
 */
export type NotAsked = 'no-listing' | 'not-listed' | 'not-json'
