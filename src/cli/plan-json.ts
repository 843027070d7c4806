import type { Loaded } from '../app/load-plan.ts'
import type { Planned } from '../app/planned.ts'
import { usualRoute } from '../core/key-delivery.ts'
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
}

/** The JSON of `plan` and `apply` (commands.md "JSON"), and of the other commands that write targets. */
export function planJson(
  planned: Planned,
  { manifest, wanted }: Wish,
  outcome: Outcome = NOT_APPLIED,
): Readonly<Record<string, unknown>> {
  const { plan, recorded } = planned
  return {
    manifest,
    targets: targetsJson(planned),
    delivery: usualRoute(wanted),
    changes: plan.changes,
    decisions: plan.decisions.map(({ id, kind, detail, flag }) => ({ id, kind, detail, flag })),
    diagnostics: planned.warnings.map(diagnosticJson),
    applied: outcome.applied,
    generation: outcome.generation ?? (recorded.generation === 0 ? null : recorded.generation),
  }
}

export function wishOf({ manifest }: Loaded): Wish {
  return { manifest: manifest.file.path, wanted: manifest.wanted }
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
