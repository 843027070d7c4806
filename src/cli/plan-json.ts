import type { Loaded } from '../app/load-plan.ts'
import { usualRoute } from '../core/key-delivery.ts'
import { diagnosticJson } from './render-diagnostics.ts'

/** The JSON of `plan` and `apply` (commands.md "JSON"). */
export function planJson(
  loaded: Loaded,
  outcome: { readonly applied: boolean; readonly generation: number | null },
): Readonly<Record<string, unknown>> {
  const { plan, manifest, recorded } = loaded
  return {
    manifest: manifest.file.path,
    targets: targetsJson(loaded),
    delivery: usualRoute(manifest.wanted),
    changes: plan.changes,
    decisions: plan.decisions.map(({ id, kind, detail, flag }) => ({ id, kind, detail, flag })),
    diagnostics: loaded.warnings.map(diagnosticJson),
    applied: outcome.applied,
    generation: outcome.generation ?? (recorded.generation === 0 ? null : recorded.generation),
  }
}

/** The config files that are there, and the one that would be made. */
export function targetsJson({ actual }: Loaded): {
  readonly config: readonly string[]
  readonly auth: string
} {
  const config = actual.config
    .filter((file) => file.document !== undefined || file.path === actual.newConfig)
    .map((file) => file.path)
  return { config, auth: actual.auth.path }
}
