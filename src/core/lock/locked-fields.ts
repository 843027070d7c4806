import * as z from 'zod/mini'
import type { JsonObject } from '../json.ts'
import { cost, flag, interleavedField, limit, modalities, text } from '../manifest/model-schema.ts'
import { LOCKED_FIELDS } from './lock.ts'
import type { LockedValues } from './lock.ts'

/** What the fields of a model in a lock file may be. */
export const lockedShape = {
  name: z.optional(text),
  limit: z.optional(limit),
  cost: z.optional(cost),
  modalities: z.optional(modalities),
  attachment: z.optional(flag),
  reasoning: z.optional(flag),
  tool_call: z.optional(flag),
  temperature: z.optional(flag),
  interleaved: z.optional(z.union([flag, text, interleavedField])),
}

/** The fields that can be locked: what `extra` of a manifest sets may be anything. */
export function lockable(fields: JsonObject): LockedValues {
  return Object.fromEntries(
    LOCKED_FIELDS.flatMap((name) => {
      const value = fields[name]
      return value !== undefined && z.safeParse(lockedShape[name], value).success
        ? [[name, value] as const]
        : []
    }),
  )
}
