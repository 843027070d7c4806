import * as z from 'zod/mini'
import { LISTING_KINDS } from '../offer/listing-kind.ts'
import { flag, modelShape, npmName, text, textList } from '../manifest/model-schema.ts'
import { providerOptions } from '../manifest/schema.ts'

/** What a preset says of itself, and may be asked before it is filled in. */
const facts = {
  about: text,
  key: z.optional(
    z.enum(
      ['required', 'optional', 'none', 'external'],
      '"required", "optional", "none" or "external"',
    ),
  ),
  keyPage: z.optional(text),
  catalogue: z.optional(flag),
  default: z.optional(
    z.strictObject(
      { name: z.optional(text), baseURL: z.optional(text) },
      'a map with "name" and "baseURL"',
    ),
  ),
}

export const presetFactsSchema = z.strictObject(facts, 'a map with "about"')

/** In the order in which they are read. */
export const PRESET_FACTS: readonly string[] = Object.keys(facts)

/** What a template must come out as. */
export const presetSchema = z.strictObject(
  {
    ...facts,
    placeholder: z.optional(text),
    discover: z.optional(
      z.enum(
        LISTING_KINDS,
        '"openai", "openrouter", "ollama", "lmstudio", "litellm", "vllm", "llamacpp" or "none"',
      ),
    ),
    provider: z.strictObject(
      {
        npm: z.optional(npmName),
        api: z.optional(text),
        env: z.optional(textList),
        options: z.optional(providerOptions),
        whitelist: z.optional(textList),
        blacklist: z.optional(textList),
      },
      'a provider block without name and models',
    ),
    models: z.optional(z.strictObject(modelShape, 'a map of model fields')),
  },
  'a map with "about" and "provider"',
)
