import * as z from 'zod/mini'
import { flag, modelShape, npmName, text, textList } from '../manifest/model-schema.ts'
import { providerOptions } from '../manifest/schema.ts'

/** What a template must come out as. */
export const presetSchema = z.strictObject(
  {
    about: text,
    key: z.optional(
      z.enum(
        ['required', 'optional', 'none', 'external'],
        '"required", "optional", "none" or "external"',
      ),
    ),
    placeholder: z.optional(text),
    keyPage: z.optional(text),
    discover: z.optional(
      z.enum(
        ['openai', 'openrouter', 'ollama', 'lmstudio', 'litellm', 'vllm', 'llamacpp', 'none'],
        '"openai", "openrouter", "ollama", "lmstudio", "litellm", "vllm", "llamacpp" or "none"',
      ),
    ),
    catalogue: z.optional(flag),
    default: z.optional(
      z.strictObject(
        { name: z.optional(text), baseURL: z.optional(text) },
        'a map with "name" and "baseURL"',
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
