import * as z from 'zod/mini'
import type { JsonValue } from '../json.ts'
import type { RecordedState } from './recorded.ts'

/** Taken as it was parsed: copying would lose a member that is called `__proto__`. */
const json = z.custom<JsonValue>((parsed) => parsed !== undefined)
const value = z.union([z.strictObject({ json }), z.strictObject({ fingerprint: z.string() })])

const file = z.object({
  manifest: z.string(),
  created: z.boolean(),
  values: z.record(
    z.string(),
    z.object({
      unit: z.string(),
      origin: z.enum(['written', 'adopted', 'kept']),
      value,
      before: z.nullable(value),
    }),
  ),
  containers: z.record(
    z.string(),
    z.object({
      unit: z.string(),
      origin: z.enum(['written', 'adopted']),
      before: z.optional(value),
    }),
  ),
  elements: z.record(z.string(), z.record(z.string(), z.object({ unit: z.string() }))),
  opened: z.record(z.string(), z.string()),
})

const facts = z.object({
  machine: z.nullable(z.string()),
  profile: z.nullable(z.string()),
  env: z.record(z.string(), z.nullable(z.string())),
})

const state = z.object({
  version: z.literal(1),
  generation: z.number(),
  lastApply: z.nullable(
    z.object({ time: z.string(), generation: z.number(), version: z.string() }),
  ),
  files: z.record(z.string(), file),
  bindings: z.array(z.object({ source: z.string(), destination: z.string() })),
  delivery: z.record(z.string(), z.enum(['auth.json', 'keyfile'])),
  // Absent in what the first versions wrote.
  seen: z.optional(z.record(z.string(), z.object({ facts, kept: z.nullable(facts) }))),
  intended: z.nullable(z.record(z.string(), file)),
})

export type ParsedState =
  | { readonly ok: true; readonly state: RecordedState }
  | { readonly ok: false; readonly newer: number | undefined }

/** Read state.json. `newer` is the version number of a state that only a later opgen understands. */
export function parseState(text: string): ParsedState {
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch {
    return { ok: false, newer: undefined }
  }
  const version = z.safeParse(z.object({ version: z.number() }), raw)
  if (version.success && version.data.version > 1) return { ok: false, newer: version.data.version }
  const parsed = z.safeParse(state, raw)
  if (!parsed.success) return { ok: false, newer: undefined }
  return { ok: true, state: { ...parsed.data, seen: parsed.data.seen ?? {} } }
}

/** State as it is written: stable, readable, one final newline. */
export function renderState(recorded: RecordedState): string {
  return `${JSON.stringify(recorded, null, 2)}\n`
}
