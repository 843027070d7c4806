import * as z from 'zod/mini'
import type { JsonValue } from '../json.ts'
import type { RecordedState } from './recorded.ts'

/** Taken as it was parsed: copying would lose a member that is called `__proto__`. */
const json = z.custom<JsonValue>((parsed) => parsed !== undefined)
export const recordedValue = z.union([
  z.strictObject({ json, spelling: z.optional(z.string()) }),
  z.strictObject({ fingerprint: z.string() }),
])

export const recordedFile = z.object({
  target: z.optional(z.enum(['config', 'auth', 'keyfile'])),
  manifest: z.string(),
  created: z.boolean(),
  values: z.record(
    z.string(),
    z.object({
      unit: z.string(),
      origin: z.enum(['written', 'adopted', 'kept']),
      value: recordedValue,
      before: z.nullable(recordedValue),
    }),
  ),
  containers: z.record(
    z.string(),
    z.object({
      unit: z.string(),
      origin: z.enum(['written', 'adopted']),
      before: z.optional(recordedValue),
    }),
  ),
  elements: z.record(z.string(), z.record(z.string(), z.object({ unit: z.string() }))),
  opened: z.record(z.string(), z.string()),
  gone: z.optional(z.record(z.string(), z.object({ unit: z.string(), before: recordedValue }))),
})

export const seenFacts = z.object({
  machine: z.nullable(z.string()),
  profile: z.nullable(z.string()),
  env: z.record(z.string(), z.nullable(z.string())),
})

const keySource = z.union([
  z.object({ kind: z.literal('keychain'), service: z.string(), account: z.string() }),
  z.object({ kind: z.literal('env'), name: z.string() }),
  z.object({
    kind: z.literal('command'),
    argv: z.array(z.string()),
    timeout: z.number(),
    folder: z.string(),
  }),
  z.object({ kind: z.literal('file'), path: z.string() }),
  z.object({ kind: z.enum(['none', 'external']) }),
])

export const recordedKey = z.object({
  sources: z.array(keySource),
  placeholder: z.nullable(z.string()),
  keyIn: z.union([
    z.object({ kind: z.enum(['apiKey', 'authToken']) }),
    z.object({ kind: z.literal('header'), name: z.string(), format: z.string() }),
  ]),
})

const path = z.array(z.string())
const ends = z.object({ before: z.string(), after: z.string() })

export const recordedRepairs = z.record(
  z.string(),
  z.array(
    z.object({
      code: z.string(),
      unit: z.string(),
      target: z.enum(['config', 'auth']),
      undo: z.array(
        z.union([
          z.object({ op: z.literal('set'), path, value: json }),
          z.object({ op: z.literal('delete'), path }),
          z.object({
            op: z.literal('copy'),
            path,
            from: path,
            without: z.optional(ends),
            with: z.optional(ends),
          }),
        ]),
      ),
      left: z.record(z.string(), z.nullable(z.string())),
      made: z.array(z.string()),
    }),
  ),
)

const state = z.object({
  version: z.literal(1),
  generation: z.number(),
  lastApply: z.nullable(
    z.object({ time: z.string(), generation: z.number(), version: z.string() }),
  ),
  files: z.record(z.string(), recordedFile),
  bindings: z.array(
    z.object({
      source: z.string(),
      destination: z.string(),
      fingerprint: z.optional(z.string()),
    }),
  ),
  commands: z.optional(z.array(z.string())),
  delivery: z.record(z.string(), z.enum(['auth.json', 'keyfile'])),
  autoDelivery: z.optional(z.enum(['auth.json', 'keyfile'])),
  seen: z.optional(
    z.record(z.string(), z.object({ facts: seenFacts, kept: z.nullable(seenFacts) })),
  ),
  moves: z.optional(
    z.record(
      z.string(),
      z.record(
        z.string(),
        z.object({ unit: z.string(), manifest: z.string(), fingerprint: z.string() }),
      ),
    ),
  ),
  intended: z.nullable(z.record(z.string(), recordedFile)),
  // Absent in what the first versions wrote.
  keys: z.optional(z.record(z.string(), recordedKey)),
  repairs: z.optional(recordedRepairs),
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
  const { seen = {}, keys = {}, commands = [] } = parsed.data
  return { ok: true, state: { ...parsed.data, seen, keys, commands } }
}

/** State as it is written: one line, for with thousands of models most of it would be blanks. */
export function renderState(recorded: RecordedState): string {
  return `${JSON.stringify(recorded)}\n`
}
