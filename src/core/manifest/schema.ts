import * as z from 'zod/mini'
import {
  flag,
  freeMap,
  modelFields,
  modelItem,
  npmName,
  number,
  text,
  textList,
} from './model-schema.ts'

/**
 * The shape of providers.yaml, all of it. The text given to each type is what a message says the value
 * must be. Rules that need more than one value or more than a shape (ids, URLs, keys, references) are
 * checked apart from it.
 */

const map = (what: string) => ({ error: what })

export const positiveOrFalse = z.union(
  [
    z
      .number('a positive whole number or false')
      .check(
        z.int('a positive whole number or false'),
        z.positive('a positive whole number or false'),
      ),
    z.literal(false, 'a positive whole number or false'),
  ],
  { error: 'a positive whole number or false' },
)

/** The typed part of OpenCode's provider options; all other options are the adapter's own. */
export const providerOptions = z.looseObject(
  {
    apiKey: z.optional(text),
    baseURL: z.optional(text),
    enterpriseUrl: z.optional(text),
    setCacheKey: z.optional(flag),
    timeout: z.optional(positiveOrFalse),
    headerTimeout: z.optional(positiveOrFalse),
    chunkTimeout: z.optional(positiveOrFalse),
  },
  'a map of options',
)

/** `id: Name`, one pair; a map with a field "id" is the long form, whatever is wrong with it. */
export const shortForm = z
  .record(z.string().check(z.regex(/^(?!id$)/)), text, 'a map')
  .check(z.refine((value) => Object.keys(value).length === 1, 'one pair of id and name'))

export const modelInList = z.union([text, modelItem, shortForm], {
  error: 'a model id or a map with "id"',
})

export const discovery = z.strictObject(
  {
    discover: z.literal(true, 'true'),
    include: z.optional(textList),
    exclude: z.optional(textList),
    add: z.optional(z.array(modelInList, 'a list of models')),
  },
  'a map',
)

export const models = z.union(
  [
    z.array(modelInList, 'a list'),
    z.record(z.string(), z.nullable(modelFields), 'a map'),
    discovery,
  ],
  { error: 'a list of model ids, or a map of them' },
)

export const keychainEntry = z.strictObject({ service: text, account: text })

export const keyForms = {
  keychain: z.strictObject({ keychain: keychainEntry }),
  env: z.strictObject({ env: text }),
  command: z.strictObject({ command: textList, timeout: z.optional(number) }),
  file: z.strictObject({ file: text }),
}

export const keySource = z.union(
  [
    z.enum(['keychain', 'none', 'external']),
    keyForms.keychain,
    keyForms.env,
    keyForms.command,
    keyForms.file,
  ],
  { error: 'a key source' },
)

export const textOrTexts = z.union([text, textList], { error: 'a text or a list of texts' })

export const condition = z.strictObject(
  {
    hostname: z.optional(textOrTexts),
    os: z.optional(textOrTexts),
    arch: z.optional(textOrTexts),
    user: z.optional(textOrTexts),
    profile: z.optional(textOrTexts),
    env: z.optional(z.record(z.string(), textOrTexts, map('a map of variable names to patterns'))),
  },
  'a map of conditions',
)

export const keyHeader = z.strictObject(
  { header: text, format: text },
  'a map with "header" and "format"',
)

export const keyIn = z.union(
  [
    z.enum(['apiKey', 'authToken'], '"apiKey", "authToken" or a map with "header" and "format"'),
    keyHeader,
  ],
  { error: '"apiKey", "authToken" or a map with "header" and "format"' },
)

const providerShape = {
  preset: z.optional(text),
  name: z.optional(text),
  npm: z.optional(z.nullable(npmName)),
  baseURL: z.optional(text),
  options: z.optional(providerOptions),
  models: z.optional(models),
  env: z.optional(textList),
  whitelist: z.optional(textList),
  blacklist: z.optional(textList),
  with: z.optional(freeMap),
  keyIn: z.optional(keyIn),
  key: z.optional(z.union([keySource, z.array(keySource)], { error: 'a key source' })),
  when: z.optional(condition),
  enabled: z.optional(flag),
  extra: z.optional(freeMap),
}

/** In the order of the manifest's documentation. */
export const PROVIDER_FIELDS: readonly string[] = Object.keys(providerShape)

export const provider = z.strictObject(providerShape, 'a map of provider fields')

const providers = z.record(z.string(), provider, map('a map of provider ids to providers'))

const shared = {
  model: z.optional(text),
  small_model: z.optional(text),
  vars: z.optional(freeMap),
  delivery: z.optional(
    z.enum(['auto', 'auth.json', 'keyfile'], '"auto", "auth.json" or "keyfile"'),
  ),
  enabled_providers: z.optional(
    z.union([z.enum(['auto', 'keep'], '"auto" or "keep"'), textList], {
      error: '"auto", "keep" or a list of provider ids',
    }),
  ),
  disabled_providers: z.optional(textList),
}

export const overlay = z.strictObject(
  {
    when: z.optional(condition),
    providers: z.optional(providers),
    ...shared,
  },
  'a map',
)

export const manifestSchema = z.strictObject(
  {
    version: z.literal(1, '1'),
    ...shared,
    vault: z.optional(text),
    include: z.optional(textList),
    providers,
    machines: z.optional(z.record(z.string(), overlay, map('a map of machine names to overlays'))),
  },
  'a map with "version" and "providers"',
)
