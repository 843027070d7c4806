import type { Diagnostic } from '../diagnostic.ts'
import type { Edit } from '../jsonc/edit.ts'
import type { JsonValue, Path, Pointer } from '../json.ts'
import type { Fingerprint } from '../secret.ts'
import type { CopyEdit, RecordedState, TargetKind } from '../state/recorded.ts'

/** What happens to the key of one provider. `unknown`: the store did not let itself be read. */
export type KeyOutcome = 'set' | 'unchanged' | 'missing' | 'none' | 'external' | 'unknown'

/** One place that a change writes, deletes or adopts. */
export interface ChangedPath {
  readonly target: TargetKind
  readonly file: string
  readonly pointer: Pointer
}

/**
 * One provider's (or top-level field's) action.
 *
 * `drifted` is true when what stands on disk is not what opgen wrote last: somebody else wrote.
 */
export interface Change {
  /** Provider id, or `/model`, `/small_model`, `/enabled_providers`, `/disabled_providers`. */
  readonly id: string
  readonly action: 'create' | 'update' | 'delete' | 'adopt' | 'none'
  readonly drifted: boolean
  readonly paths: readonly ChangedPath[]
  readonly key: KeyOutcome
  /** Things worth saying beside the line, e.g. where the key comes from. */
  readonly notes: readonly string[]
}

export type DecisionKind =
  | 'drift'
  | 'conflict'
  | 'missing-key'
  | 'origin'
  | 'command'
  | 'manifest'
  | 'profile'
  | 'list'
  | 'symlink'
  | 'delivery'

/** A question only the user can answer; unanswered, nothing is written. */
export interface Decision {
  readonly id: string
  readonly kind: DecisionKind
  /** What stands in the way, without any key. */
  readonly detail: string
  /** The same, one matter each. */
  readonly details: readonly Detail[]
  /** The flag that decides it, ready to paste. */
  readonly flag: string
  /** Other flags that decide it. */
  readonly otherFlags: readonly string[]
  /** A way out that needs no flag, e.g. where to get a missing key. */
  readonly hint?: string
  /** Whether a key that opgen stores in the keychain would be found for this provider. */
  readonly takesStoredKey?: boolean
  /** An age file that may have the key that is missing, and the command that imports it. */
  readonly vault?: { readonly path: string; readonly command: string }
  /** What would have to stand in the manifest for the question not to arise. */
  readonly carry?: Carry
}

export interface Detail {
  readonly text: string
  /** The value that the text is about, where it is about one. */
  readonly dispute?: Dispute
}

/** A value on disk that is not what it should be. */
export interface Dispute extends ChangedPath {
  /** Both as messages show them: masked where they may be secret. Undefined: nothing is wanted there. */
  readonly found: string
  readonly wanted: string | undefined
}

/** What stands on disk and can be carried into the manifest. Never a key, nor what may be one. */
export interface Carry {
  /** Paths start at the root of opencode.jsonc. */
  readonly values: readonly CarriedValue[]
  /** Places of values that are left out because they may hold a secret. */
  readonly secret: readonly Pointer[]
  /** Whether there is a login of another kind in auth.json, which `key: external` would leave alone. */
  readonly login: boolean
}

export interface CarriedValue {
  readonly path: Path
  readonly value: JsonValue
}

/**
 * An edit of one target. A key is named by its provider, and what the keychain keeps by its account; they
 * are put in only when the text is made.
 */
export type PlannedEdit =
  | Edit
  | { readonly op: 'set-saved'; readonly path: Path; readonly account: string }
  | CopyEdit
  | {
      readonly op: 'set-key'
      readonly path: Path
      readonly provider: string
      readonly fingerprint: Fingerprint
    }

export interface FilePlan {
  readonly target: TargetKind
  readonly path: string
  /** `create`: from nothing. `remove`: opgen made the file and nothing of others is left in it. */
  readonly action: 'create' | 'edit' | 'remove'
  readonly edits: readonly PlannedEdit[]
}

/** A value, or a whole entry of auth.json, that is replaced and to be saved in the keychain before. */
export interface Replaced {
  readonly unit: string
  readonly file: string
  readonly path: Path
  /**
   * Under which the keychain keeps it: the provider's id for an auth entry, with another name where a login
   * from before is kept under that; else its pointer.
   */
  readonly account: string
}

/** All that an apply would do; a value without keys, safe to print. */
export interface Plan {
  /** Manifest order, then leaving providers by id, then top-level fields. */
  readonly changes: readonly Change[]
  readonly decisions: readonly Decision[]
  readonly warnings: readonly Diagnostic[]
  /** What somebody else wrote and is replaced because the user said so, where it may be a secret. */
  readonly replaced: readonly Replaced[]
  /** Only files that would change. */
  readonly files: readonly FilePlan[]
  /** What may be sent where from now on, without a question, because nothing was ever applied here. */
  readonly trusted: readonly TrustedFlow[]
  /** Ids of the providers whose key could not be read. */
  readonly unread: UnreadKeys
  /** What is to be recorded when the plan has been carried out, before generation and time. */
  readonly next: RecordedState
}

/** A key source, or something else that is secret, and where a provider sends it. */
export interface TrustedFlow {
  readonly id: string
  readonly source: string
  readonly destination: string
}

export interface UnreadKeys {
  /** The copy that OpenCode has is as opgen wrote it, and goes where it went: nothing is touched. */
  readonly kept: readonly string[]
  /** Without these keys the plan cannot be carried out. */
  readonly needed: readonly string[]
}

/** Whether carrying out the plan would change any target. */
export function changesFiles(plan: Plan): boolean {
  return plan.files.length > 0
}

/** Whether an apply would have anything to do, as far as can be seen without the keys that were not read. */
export function isPending(plan: Plan): boolean {
  return changesFiles(plan) || plan.unread.needed.length > 0
}

/** The answers given, on the command line and to single questions. */
export interface Choices {
  readonly force: Selection
  readonly keep: Selection
  /** Answers to one decision each, by kind and id. */
  readonly answers: ReadonlyMap<string, Answer>
  readonly trustOrigin: Selection
  readonly trustCommands: Selection
  readonly skipMissing: Selection
  /** Providers for which a person has typed the key in this run. */
  readonly typedKeys: ReadonlySet<string>
  readonly switchManifest: boolean
  readonly switchDelivery: boolean
  /** Only these units are planned; all when undefined. */
  readonly only: ReadonlySet<string> | undefined
}

export type Selection = 'all' | ReadonlySet<string>

export const noChoices: Choices = {
  force: new Set(),
  keep: new Set(),
  answers: new Map(),
  trustOrigin: new Set(),
  trustCommands: new Set(),
  skipMissing: new Set(),
  typedKeys: new Set(),
  switchManifest: false,
  switchDelivery: false,
  only: undefined,
}

export type Answer = 'force' | 'keep'

/** What tells one decision from all others of a plan. */
export type Question = Pick<Decision, 'id' | 'kind'>

/** The same for the same question only: what answers are kept under. */
export function questionKey({ id, kind }: Question): string {
  return `${kind} ${id}`
}

/** The choices with the answer to one decision, and to no other of the same id. */
export function withAnswer(choices: Choices, question: Question, answer: Answer): Choices {
  const answers = new Map([...choices.answers, [questionKey(question), answer] as const])
  return { ...choices, answers }
}

/** The answer given to a question: one to just that, or for its id, beats one for all. */
export function answerTo(choices: Choices, question: Question): Answer | undefined {
  const { force, keep, answers } = choices
  const { id } = question
  const given = answers.get(questionKey(question))
  if (given !== undefined) return given
  if (force !== 'all' && force.has(id)) return 'force'
  if (keep !== 'all' && keep.has(id)) return 'keep'
  if (force === 'all') return 'force'
  return keep === 'all' ? 'keep' : undefined
}

export function withId(selection: Selection, id: string): Selection {
  return selection === 'all' ? 'all' : new Set([...selection, id])
}

export function selects(selection: Selection, id: string): boolean {
  return selection === 'all' || selection.has(id)
}
