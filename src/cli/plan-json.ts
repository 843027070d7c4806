import type { Loaded } from '../app/load-plan.ts'
import { usualRoute } from '../core/key-delivery.ts'
import { carriedYaml } from '../core/manifest/carry-yaml.ts'
import type { Decision } from '../core/plan/plan.ts'
import type { Wanted } from '../core/wanted.ts'
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
    decisions: plan.decisions.map((decision) => decisionJson(decision, manifest.wanted)),
    diagnostics: loaded.warnings.map(diagnosticJson),
    applied: outcome.applied,
    generation: outcome.generation ?? (recorded.generation === 0 ? null : recorded.generation),
  }
}

function decisionJson(decision: Decision, wanted: Wanted): Readonly<Record<string, string>> {
  const { id, kind, detail, flag } = decision
  const { text } = carriedYaml([decision], wanted)
  return { id, kind, detail, flag, ...(text === undefined ? {} : { yaml: text }) }
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
