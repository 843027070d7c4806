import { loadPlan } from '../../src/app/load-plan.ts'
import type { Loaded } from '../../src/app/load-plan.ts'
import { carriedYaml } from '../../src/core/manifest/carry-yaml.ts'
import type { CarriedYaml } from '../../src/core/manifest/carry-yaml.ts'
import { noChoices } from '../../src/core/plan/plan.ts'
import type { Json, JsonObject } from './arbitrary-worlds.ts'
import type { MemoryWorld } from './memory-system.ts'
import { PLAIN_SESSION } from './run-opgen.ts'

/** What an apply would start from. */
export async function plan({ system }: MemoryWorld): Promise<Loaded> {
  const session = { ...PLAIN_SESSION, system }
  return loadPlan(session, noChoices, { forApply: true })
}

/** The YAML for all open decisions of a world. */
export async function yamlOf(world: MemoryWorld): Promise<CarriedYaml> {
  const { plan: made, manifest: read } = await plan(world)
  return carriedYaml(made.decisions, read.wanted)
}

/** A config with these fields over its own. */
export function over(base: Json | undefined, fields: JsonObject): JsonObject {
  const below = typeof base === 'object' && base !== null && !Array.isArray(base) ? base : {}
  const entries = Object.entries(fields).map(([name, value]): [string, Json] => [
    name,
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? over(below[name], value)
      : value,
  ])
  return { ...below, ...Object.fromEntries(entries) }
}
