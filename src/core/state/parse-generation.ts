import * as z from 'zod/mini'
import type { Generation } from './generation.ts'
import {
  recordedFile,
  recordedKey,
  recordedRepairs,
  recordedValue,
  seenFacts,
} from './parse-state.ts'

const generation = z.object({
  version: z.literal(1),
  number: z.number(),
  time: z.string(),
  opgen: z.string(),
  cause: z.enum(['apply', 'rollback', 'destroy', 'doctor']),
  manifest: z.nullable(z.object({ path: z.string(), digest: z.string() })),
  machine: z.object({
    hostname: z.string(),
    name: z.nullable(z.string()),
    profile: z.nullable(z.string()),
  }),
  changes: z.array(
    z.object({
      id: z.string(),
      action: z.enum(['create', 'update', 'delete', 'adopt']),
      drifted: z.boolean(),
    }),
  ),
  before: z.record(z.string(), z.record(z.string(), z.nullable(recordedValue))),
  after: z.object({
    files: z.record(z.string(), recordedFile),
    delivery: z.record(z.string(), z.enum(['auth.json', 'keyfile'])),
    keys: z.record(z.string(), recordedKey),
    seen: z.record(z.string(), z.object({ facts: seenFacts, kept: z.nullable(seenFacts) })),
    repairs: z.optional(recordedRepairs),
  }),
  lists: z.object({
    enabled: z.union([z.enum(['auto', 'keep']), z.array(z.string())]),
    disabled: z.nullable(z.array(z.string())),
  }),
})

/** Read a generation; undefined when it is damaged, or of a later version. */
export function parseGeneration(text: string): Generation | undefined {
  try {
    const parsed = z.safeParse(generation, JSON.parse(text))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}

export function renderGeneration(recorded: Generation): string {
  return `${JSON.stringify(recorded)}\n`
}
