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
 * The shape of providers.yaml, all of it, also what `unsupported.ts` still refuses. The text
 * given to each type is what a message says the value must be. Rules that need more than one value
 * or more than a shape (ids, URLs, keys, references) are checked apart from it.
 */

const map = (what: string) => ({ error: what })

const positiveOrFalse = z.union(
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
    timeout: z
      .optional(positiveOrFalse)
      .check(z.describe('Milliseconds for a whole request; false for no limit')),
    headerTimeout: z.optional(positiveOrFalse),
    chunkTimeout: z.optional(positiveOrFalse),
  },
  'a map of options',
)

/** `id: Name`, one pair; a map with a field "id" is the long form, whatever is wrong with it. */
const shortForm = z
  .record(z.string().check(z.regex(/^(?!id$)/)), text, 'a map')
  .check(z.refine((value) => Object.keys(value).length === 1, 'one pair of id and name'))

const models = z.union(
  [
    z.array(
      z.union([text, modelItem, shortForm], {
        error: 'a model id or a map with "id"',
      }),
      'a list',
    ),
    z.record(z.string(), z.nullable(modelFields), 'a map'),
    z.strictObject(
      {
        discover: z.literal(true, 'true'),
        include: z.optional(textList),
        exclude: z.optional(textList),
        add: z.optional(z.array(z.unknown(), 'a list of models')),
      },
      'a map',
    ),
  ],
  { error: 'a list of model ids, or a map of them' },
)

const keySource = z.union(
  [
    z.enum(['keychain', 'none', 'external']),
    z.strictObject({ keychain: z.strictObject({ service: text, account: text }) }),
    z.strictObject({ env: text }),
    z.strictObject({ command: textList, timeout: z.optional(number) }),
    z.strictObject({ file: text }),
  ],
  { error: 'a key source' },
)

const textOrTexts = z.union([text, textList], { error: 'a text or a list of texts' })

const condition = z.strictObject(
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

const providerShape = {
  preset: z
    .optional(text)
    .check(z.describe('Template of the block; openai-compatible when absent')),
  name: z.optional(text).check(z.describe("Label in OpenCode's picker")),
  npm: z
    .optional(z.nullable(npmName))
    .check(z.describe('SDK adapter; the default comes from the preset; null writes none')),
  baseURL: z
    .optional(text)
    .check(z.describe('Where the API is; the default comes from the preset')),
  options: z
    .optional(providerOptions)
    .check(z.describe("Further OpenCode provider options, merged over the preset's")),
  models: z.optional(models).check(z.describe('What the provider offers')),
  env: z.optional(textList),
  whitelist: z.optional(textList),
  blacklist: z.optional(textList),
  with: z.optional(freeMap).check(z.describe("Extra values for the preset's template")),
  keyIn: z.optional(
    z.union(
      [
        z.enum(
          ['apiKey', 'authToken'],
          '"apiKey", "authToken" or a map with "header" and "format"',
        ),
        z.strictObject({ header: text, format: text }, 'a map with "header" and "format"'),
      ],
      { error: '"apiKey", "authToken" or a map with "header" and "format"' },
    ),
  ),
  key: z
    .optional(z.union([keySource, z.array(keySource)], { error: 'a key source' }))
    .check(z.describe('Where the API key comes from, never the key itself')),
  when: z.optional(condition),
  enabled: z.optional(flag).check(z.describe('false: as if absent on this machine')),
  extra: z.optional(freeMap).check(z.describe('Passed through unchecked, last')),
}

/** In the order of the manifest's documentation. */
export const PROVIDER_FIELDS: readonly string[] = Object.keys(providerShape)

const provider = z.strictObject(providerShape, 'a map of provider fields')

const shared = {
  model: z.optional(text).check(z.describe('Default model, as provider/model')),
  small_model: z
    .optional(text)
    .check(z.describe('Model for titles and the like, as provider/model')),
  vars: z.optional(freeMap).check(z.describe('Values for {{ }} expressions')),
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

const overlay = z.strictObject(
  {
    when: z.optional(condition),
    providers: z.optional(z.record(z.string(), provider, map('a map of providers'))),
    ...shared,
  },
  'a map',
)

export const manifestSchema = z.strictObject(
  {
    version: z.literal(1, '1'),
    ...shared,
    vault: z.optional(text).check(z.describe('An age file beside the manifest with keys')),
    include: z.optional(textList).check(z.describe('Other manifests, merged first')),
    providers: z.record(z.string(), provider, map('a map of provider ids to providers')),
    machines: z
      .optional(z.record(z.string(), overlay, map('a map of machine names to overlays')))
      .check(z.describe('Overlays for some machines, applied in the order written')),
  },
  'a map with "version" and "providers"',
)
