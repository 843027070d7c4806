import { npmName } from '../manifest/model-schema.ts'
import {
  condition,
  keychainEntry,
  keyForms,
  keyHeader,
  keyIn,
  keySource,
  manifestSchema,
  overlay,
  positiveOrFalse,
  provider,
  providerOptions,
  textOrTexts,
} from '../manifest/schema.ts'
import { EXTRA, object, part } from './definition.ts'
import type { Definition } from './definition.ts'
import { MODEL_DEFINITIONS } from './model-definitions.ts'

/** Fields that stand at the top and in overlays. */
const SHARED_FIELDS = {
  model:
    "OpenCode's default model, as provider/model; when absent, that of OpenCode stays as it is",
  small_model:
    "OpenCode's model for titles and summaries, as provider/model; when absent, that of OpenCode stays as it is",
  vars: 'Values for {{vars.NAME}} in the texts of the manifest',
  delivery:
    'How keys reach OpenCode: auth.json (OpenCode 1.x), keyfile (2.x too), or auto, the default: what suits the OpenCode of this machine',
  enabled_providers:
    'The only providers that OpenCode shows. auto, the default: where you have such a list, opgen adds its ids; keep: it never does',
  disabled_providers: 'Providers that OpenCode hides, added to those in your own list',
}

const WHEN = 'Where it applies; everywhere by default'

/** The top of the file. */
export const MANIFEST: Definition = object(manifestSchema, {
  name: 'manifest',
  description: 'The providers that OpenCode knows, and where their keys come from; for opgen',
  fields: {
    version: 'Version of the manifest format, the number 1',
    ...SHARED_FIELDS,
    vault: 'An age file beside the manifest from which missing keys can be imported',
    include: 'Other manifests, merged first; paths relative to this file',
    providers: 'The providers by id, which is one name for block, login and key; may be `{}`',
    machines: 'Overlays by name; those whose "when" holds are merged in the order written',
  },
})

/** All else that has a name. */
export const DEFINITIONS: readonly Definition[] = [
  object(provider, {
    name: 'provider',
    description: 'One provider: its block in opencode.jsonc, and where its key comes from',
    fields: {
      preset:
        'Template of the block, built in or templates/NAME.yaml.hbs beside the manifest; openai-compatible by default',
      name: "Label in OpenCode's list; that of the preset by default",
      npm: 'SDK adapter, an npm package without a version; that of the preset by default, null writes none',
      baseURL:
        'Where the API is, usually up to /v1; that of the preset by default, which not every preset has',
      options: "Further options of OpenCode and of the adapter, merged over the preset's",
      models:
        'What the provider offers: a list of ids, of `id: Name` and of maps with "id"; or a map of ids to fields',
      env: "Variables from which OpenCode itself may take the key; OpenCode's own field",
      whitelist: 'The only models that OpenCode shows, by id; all by default',
      blacklist: 'Models that OpenCode hides, by id; none by default',
      with: "Further values for the preset's template, as {{with.NAME}}",
      keyIn: 'Where the provider wants its key; apiKey by default',
      key: 'Where the API key comes from, never the key itself; a list is tried in order; keychain by default, unless the preset says otherwise',
      when: WHEN,
      enabled: 'false: as if the provider were not in the manifest; true by default',
      extra: EXTRA,
    },
  }),
  object(overlay, {
    name: 'overlay',
    description: 'Merged over the manifest: maps by key, lists and single values as a whole',
    fields: {
      when: WHEN,
      providers: 'Providers to add, and fields to change in those of the manifest, by id',
      ...SHARED_FIELDS,
    },
  }),
  object(condition, {
    name: 'condition',
    description:
      'All that is named must hold; of a list, any one; * and ? stand for other characters',
    fields: {
      hostname: 'Name of the computer, in full or up to the first dot, in any case',
      os: 'Operating system: darwin, linux or win32',
      arch: 'Architecture of the processor, such as x64 or arm64',
      user: 'Name of the user',
      profile: 'Profile of this computer or run: local.yaml, $OPGEN_PROFILE or `--profile`',
      env: 'Environment variables, each with what its value must be',
    },
  }),
  part(textOrTexts, 'patterns'),
  object(providerOptions, {
    name: 'options',
    fields: {
      apiKey: 'Under `key: external` alone, and only as {env:NAME} or {file:path}',
      baseURL: 'Stands beside "options", not in it',
      enterpriseUrl: 'URL of a GitHub Enterprise server',
      setCacheKey: 'Whether a key for the prompt cache is sent',
      timeout: 'Milliseconds for a whole request; by default, as with false, there is no limit',
      headerTimeout: 'Milliseconds until an answer begins; 300000 by default, false for no limit',
      chunkTimeout:
        'Milliseconds between two parts of an answer; 300000 by default, false for no limit',
    },
  }),
  part(positiveOrFalse, 'milliseconds'),
  part(npmName, 'adapter'),
  ...MODEL_DEFINITIONS,
  part(keyIn, 'keyIn'),
  object(keyHeader, {
    name: 'keyHeader',
    fields: {
      header: 'Name of the HTTP header that takes the key',
      format: 'Value of that header, with {key} once where the key belongs',
    },
  }),
  part(
    keySource,
    'keySource',
    'keychain: stored with `opgen key set`; none: the server checks no key; external: you log in with OpenCode itself',
  ),
  object(keyForms.keychain, {
    name: 'keySourceKeychain',
    fields: { keychain: "An entry of the keychain that is not opgen's own" },
  }),
  object(keychainEntry, {
    name: 'keychainEntry',
    fields: {
      service: 'Service (or target) of the entry',
      account: 'Account (or user name) of the entry',
    },
  }),
  object(keyForms.env, {
    name: 'keySourceEnv',
    fields: { env: 'Name of an environment variable; an empty one counts as absent' },
  }),
  object(keyForms.command, {
    name: 'keySourceCommand',
    fields: {
      command: 'Program and arguments; run without a shell, it prints the key',
      timeout: 'Seconds that the command may take; 30 by default',
    },
  }),
  object(keyForms.file, {
    name: 'keySourceFile',
    fields: { file: 'A file that holds the key and that others cannot read; ~ is your home' },
  }),
]
