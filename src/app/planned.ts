import type { Diagnostic } from '../core/diagnostic.ts'
import type { Choices, Plan } from '../core/plan/plan.ts'
import type { Generation } from '../core/state/generation.ts'
import type { Secret } from '../core/secret.ts'
import type { World } from './read-world.ts'

/** A plan and everything that it takes to carry it out. Only `plan` may be printed. */
export interface Planned extends World {
  readonly plan: Plan
  /** Keys, by provider id. */
  readonly secrets: ReadonlyMap<string, Secret>
  /** What the keychain keeps of what opgen replaced, by account. */
  readonly saved: ReadonlyMap<string, Secret>
  readonly warnings: readonly Diagnostic[]
  /** For the record of what is written. */
  readonly origin: Origin
}

/** Where a plan comes from. */
export interface Origin {
  /** Null: no manifest was read. */
  readonly manifest: Generation['manifest']
  /** The name of this machine in the manifest, and the profile. */
  readonly machine: string | null
  readonly profile: string | null
  readonly lists: Generation['lists']
}

/**
 * Make a plan from what stands on disk now, and again when that has changed or a question was answered.
 *
 * @param entered ids of providers for which a person gave the key since the last time
 * @param imported ids of those whose keys came out of a vault: not for where they would go now
 */
export type MakePlanned<P extends Planned> = (
  choices: Choices,
  entered?: readonly string[],
  imported?: readonly string[],
) => Promise<P>
