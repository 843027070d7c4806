import * as z from 'zod/mini'

/**
 * The fields of a model, exactly as OpenCode 1.18 accepts them (its config.schema.json,
 * `ProviderConfig.models`), and `extra`. The text given to each type is what a message says the
 * value must be: `"limit" must be …`. What a field means is told in `core/json-schema/`, for editors:
 * the program itself does not carry those texts.
 */

export const text = z.string('text')
export const flag = z.boolean('true or false')
export const number = z.number('a number')
export const textList = z.array(text, 'a list of texts')
/**
 * A package and perhaps a path in it (`@ai-sdk/amazon-bedrock/mantle`), without a version; or a file.
 * What OpenCode fills in (`{env:NAME}`) is known to it alone.
 */
export const npmName = z
  .string('text')
  .check(
    z.regex(
      /^(?:file:\S+|(?:@[\w~][\w.~-]*\/)?[\w~][\w.~-]*(?:\/[\w~][\w.~-]*)*|.*\{(?:env|file):[^{}]+\}.*)$/,
      'the name of an npm package without a version, or a file: URL',
    ),
  )
export const freeMap = z.record(z.string(), z.unknown(), 'a map')

export const modality = z.enum(
  ['text', 'audio', 'image', 'video', 'pdf'],
  '"text", "audio", "image", "video" or "pdf"',
)

const costShape = {
  input: number,
  output: number,
  cache_read: z.optional(number),
  cache_write: z.optional(number),
}

export const costOfLongContext = z.strictObject(
  costShape,
  'a map of prices with "input" and "output"',
)

export const cost = z.strictObject(
  { ...costShape, context_over_200k: z.optional(costOfLongContext) },
  'a map of prices with "input" and "output"',
)

export const limit = z.strictObject(
  { context: number, input: z.optional(number), output: number },
  'a map with "context" and "output"',
)

export const interleavedField = z.strictObject({ field: text }, 'a map with "field"')

export const modalities = z.strictObject(
  {
    input: z.optional(z.array(modality, 'a list')),
    output: z.optional(z.array(modality, 'a list')),
  },
  'a map with "input" and "output"',
)

export const modelProvider = z.strictObject(
  { npm: z.optional(npmName), api: z.optional(text) },
  'a map with "npm" and "api"',
)

export const variant = z.looseObject({ disabled: z.optional(flag) }, 'a map of options')

/** Every field but `id`, which the two forms of a model list give different meanings. */
export const modelShape = {
  name: z.optional(text),
  family: z.optional(text),
  release_date: z.optional(text),
  attachment: z.optional(flag),
  reasoning: z.optional(flag),
  temperature: z.optional(flag),
  tool_call: z.optional(flag),
  interleaved: z.optional(
    z.union([flag, text, interleavedField], {
      error: 'true, false, the name of a field or a map with "field"',
    }),
  ),
  cost: z.optional(cost),
  limit: z.optional(limit),
  modalities: z.optional(modalities),
  experimental: z.optional(flag),
  status: z.optional(
    z.enum(['alpha', 'beta', 'deprecated', 'active'], '"alpha", "beta", "deprecated" or "active"'),
  ),
  provider: z.optional(modelProvider),
  options: z.optional(freeMap),
  headers: z.optional(z.record(z.string(), text, 'a map of header names to texts')),
  variants: z.optional(z.record(z.string(), variant, 'a map of variant names to options')),
  extra: z.optional(freeMap),
}

/** A model where the id is the key of a map; `id` may then name another model of the API. */
export const modelFields = z.strictObject(
  { id: z.optional(text), ...modelShape },
  'a map of model fields',
)

/** A model in a list. */
export const modelItem = z.strictObject({ id: text, ...modelShape }, 'a map with "id"')
