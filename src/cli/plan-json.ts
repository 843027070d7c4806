import type { Loaded } from '../app/load-plan.ts'
import type { Planned } from '../app/planned.ts'
import { usualRoute } from '../core/key-delivery.ts'
import { carriedYaml } from '../core/manifest/carry-yaml.ts'
import type { Decision } from '../core/plan/plan.ts'
import type { Wanted } from '../core/wanted.ts'
import { diagnosticJson } from './render-diagnostics.ts'

export interface Outcome {
  readonly applied: boolean
  readonly generation: number | null
}

const NOT_APPLIED: Outcome = { applied: false, generation: null }

/** What is wanted, and the manifest that says so; null: none was read. */
export interface Wish {
  readonly manifest: string | null
  readonly wanted: Pick<Wanted, 'delivery'>
  /** The same, where it is the manifest as it is now: what stands on disk may be carried into it. */
  readonly carryInto?: Wanted
}

/** The JSON of `plan` and `apply` (commands.md "JSON"), and of the other commands that write targets. */
export function planJson(
  planned: Planned,
  { manifest, wanted, carryInto }: Wish,
  outcome: Outcome = NOT_APPLIED,
): Readonly<Record<string, unknown>> {
  const { plan, recorded } = planned
  return {
    manifest,
    targets: targetsJson(planned),
    delivery: usualRoute(wanted),
    changes: plan.changes,
    decisions: plan.decisions.map((decision) => decisionJson(decision, carryInto)),
    trusted: plan.trusted,
    diagnostics: planned.warnings.map(diagnosticJson),
    applied: outcome.applied,
    generation: outcome.generation ?? (recorded.generation === 0 ? null : recorded.generation),
  }
}

/** @param carryInto what the manifest wants, where what stands on disk may be carried into it */
export function decisionJson(
  decision: Decision,
  carryInto: Wanted | undefined,
): Readonly<Record<string, string>> {
  const { id, kind, detail, flag } = decision
  const text = carryInto === undefined ? undefined : carriedYaml([decision], carryInto).text
  return { id, kind, detail, flag, ...(text === undefined ? {} : { yaml: text }) }
}

export function wishOf({ manifest }: Loaded): Wish {
  const { file, wanted } = manifest
  return { manifest: file.path, wanted, carryInto: wanted }
}

/** The config files that are there, and the one that would be made. */
export function targetsJson({ actual }: Planned): {
  readonly config: readonly string[]
  readonly auth: string
} {
  const config = actual.config
    .filter((file) => file.document !== undefined || file.path === actual.newConfig)
    .map((file) => file.path)
  return { config, auth: actual.auth.path }
}
