import type { KeyIn } from './wanted.ts'

/**
 * What an adapter of OpenCode does with keys. All of it was seen with the real 1.18.33, and all but the
 * login of gcloud is seen again by test/e2e/adapters.test.ts.
 */
interface Adapter {
  readonly fallback: readonly string[]
  /** Header that carries the key, in lower case; one of that name in the block replaces it. */
  readonly keyHeader?: string
  /** Also reads `options.authToken`. */
  readonly hasAuthToken?: boolean
  /** Takes its fallback even though it has a key: always, or after the server refuses the key. */
  readonly fallsBackWithKey?: boolean
  /** Takes its fallback where the key in the block is an empty text; others send that. */
  readonly fallsBackWhenEmpty?: boolean
}

/** Where OpenCode finds a key: what opgen puts there, or a reference of the block's that may be empty. */
export type KeyPlace = KeyIn | { readonly kind: 'reference' }

/** An adapter with one variable of its own, which sends keys as a bearer token. */
function bearer(...fallback: readonly string[]): Adapter {
  return { fallback, keyHeader: 'authorization' }
}

const AWS = [
  'AWS_BEARER_TOKEN_BEDROCK',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
]

/** In the order in which editors offer them: the most used first. */
const ADAPTERS: ReadonlyMap<string, Adapter> = new Map([
  ['@ai-sdk/openai-compatible', bearer()],
  ['@ai-sdk/openai', bearer('OPENAI_API_KEY')],
  [
    '@ai-sdk/anthropic',
    { fallback: ['ANTHROPIC_API_KEY'], keyHeader: 'x-api-key', hasAuthToken: true },
  ],
  ['@ai-sdk/google', { fallback: ['GOOGLE_GENERATIVE_AI_API_KEY'], keyHeader: 'x-goog-api-key' }],
  // After its variable the login of gcloud. It overwrites a header of the block with its own.
  [
    '@ai-sdk/google-vertex',
    {
      fallback: ['GOOGLE_VERTEX_API_KEY', 'GOOGLE_APPLICATION_CREDENTIALS'],
      fallsBackWhenEmpty: true,
    },
  ],
  // Knows no key at all: only the login of gcloud.
  [
    '@ai-sdk/google-vertex/anthropic',
    { fallback: ['GOOGLE_APPLICATION_CREDENTIALS'], fallsBackWithKey: true },
  ],
  ['@ai-sdk/azure', { fallback: ['AZURE_API_KEY'], keyHeader: 'api-key' }],
  // Sends its own token after a header of the block, in the same line. Without a token it signs, and
  // of the three others the secret one is not sent.
  ['@ai-sdk/amazon-bedrock', { fallback: AWS, fallsBackWhenEmpty: true }],
  ['@ai-sdk/amazon-bedrock/mantle', { fallback: AWS, fallsBackWhenEmpty: true }],
  ['@ai-sdk/alibaba', bearer('ALIBABA_API_KEY')],
  ['@ai-sdk/cerebras', bearer('CEREBRAS_API_KEY')],
  ['@ai-sdk/cohere', bearer('COHERE_API_KEY')],
  ['@ai-sdk/deepinfra', bearer('DEEPINFRA_API_KEY')],
  [
    '@ai-sdk/gateway',
    { ...bearer('AI_GATEWAY_API_KEY', 'VERCEL_OIDC_TOKEN'), fallsBackWhenEmpty: true },
  ],
  ['@ai-sdk/github-copilot', bearer()],
  ['@ai-sdk/groq', bearer('GROQ_API_KEY')],
  ['@ai-sdk/mistral', bearer('MISTRAL_API_KEY')],
  ['@ai-sdk/perplexity', bearer('PERPLEXITY_API_KEY')],
  ['@ai-sdk/togetherai', bearer('TOGETHER_API_KEY', 'TOGETHER_AI_API_KEY')],
  ['@ai-sdk/vercel', bearer('VERCEL_API_KEY')],
  ['@ai-sdk/xai', bearer('XAI_API_KEY')],
  ['@openrouter/ai-sdk-provider', bearer('OPENROUTER_API_KEY')],
  // Before its variable the login `gitlab` of auth.json; either when the server answers 401 to a key.
  ['gitlab-ai-provider', { fallback: ['GITLAB_TOKEN'], fallsBackWithKey: true }],
  ['venice-ai-sdk-provider', bearer('VENICE_API_KEY')],
])

/** Adapters that OpenCode 1.18 brings; any other is installed by npm when it is first used. */
export const BUNDLED_ADAPTERS: readonly string[] = [...ADAPTERS.keys()]

/**
 * Whether OpenCode brings this adapter. Names are compared as OpenCode does it, exactly: a version, a
 * `file:` URL or another case is code from elsewhere.
 */
export function isBundled(npm: string): boolean {
  return ADAPTERS.has(npm)
}

/**
 * The environment variables that an adapter takes when it is given no key, the one it prefers first,
 * and sends to wherever the block says. Empty also for adapters that OpenCode does not bring, of which
 * nothing is known.
 */
export function fallbackVariables(npm: string): readonly string[] {
  return ADAPTERS.get(npm)?.fallback ?? []
}

/** How an adapter takes a key. */
export interface KeyTraits {
  /** Header that carries it, in lower case; undefined: none that a block could replace. */
  readonly keyHeader: string | undefined
  readonly hasAuthToken: boolean
  /** Sends requests though it has no key at all. */
  readonly worksWithoutKey: boolean
  /** Takes a variable of its own where the key that it is given is an empty text. */
  readonly fallsBackWhenEmpty: boolean
}

/** Undefined for adapters that OpenCode does not bring, of which nothing is known. */
export function keyTraits(npm: string): KeyTraits | undefined {
  const adapter = ADAPTERS.get(npm)
  if (adapter === undefined) return undefined
  return {
    keyHeader: adapter.keyHeader,
    hasAuthToken: adapter.hasAuthToken === true,
    worksWithoutKey: adapter.fallback.length === 0,
    fallsBackWhenEmpty: adapter.fallsBackWhenEmpty === true,
  }
}

/**
 * Whether an adapter may send a key of its own, from its variables or from another program's login, to
 * the address in the block.
 *
 * @param keyIn where in the block, or for `apiKey` in auth.json, a key that is not empty stands;
 *   undefined: there is none
 */
export function takesFallback(npm: string, keyIn: KeyPlace | undefined): boolean {
  const adapter = ADAPTERS.get(npm)
  if (adapter === undefined) return true
  if (adapter.fallback.length === 0) return false
  switch (keyIn?.kind) {
    case undefined:
      return true
    case 'apiKey':
      return adapter.fallsBackWithKey === true
    case 'reference':
      return adapter.fallsBackWithKey === true || adapter.fallsBackWhenEmpty === true
    case 'authToken':
      return adapter.hasAuthToken !== true
    case 'header':
      return keyIn.name.toLowerCase() !== adapter.keyHeader
  }
}

/**
 * Options of a provider that decide where its requests go, beside the `api` of the provider and of its
 * models. One list for all: some are read by what OpenCode does for an id, whatever the adapter, and
 * the texts of several go into a host name unchecked, so that `region: evil.example/` is an address.
 */
export const DESTINATION_OPTIONS: readonly string[] = [
  'baseURL',
  // @openrouter/ai-sdk-provider, where there is no baseURL.
  'baseUrl',
  // @ai-sdk/azure: https://RESOURCENAME.openai.azure.com. For the id `azure` in a `${}` of any URL.
  'resourceName',
  // @ai-sdk/amazon-bedrock and /mantle: bedrock-runtime.REGION.amazonaws.com. For the id in a `${}`.
  'region',
  // Only for the id `amazon-bedrock`, where there is no baseURL.
  'endpoint',
  // @ai-sdk/google-vertex and /anthropic: LOCATION-aiplatform.googleapis.com. For the id in a `${}`.
  'location',
  'project',
  // The same adapters: which login they use, and the address that gives a token for the text of a file.
  'googleAuthOptions',
  // gitlab-ai-provider, which does not read baseURL.
  'instanceUrl',
  'aiGatewayUrl',
  // Only for the id `snowflake-cortex`: https://ACCOUNT.snowflakecomputing.com.
  'account',
  // OpenCode's schema has it as an address; 1.18.33 does not read it there.
  'enterpriseUrl',
]

/**
 * Headers, in lower case, that decide who gets a request among those who share an address. OpenCode
 * sends them as they stand in the options or in a model.
 */
export const DESTINATION_HEADERS: readonly string[] = ['host']
