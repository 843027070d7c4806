/** How an adapter of OpenCode's sends a key, and where behind the base URL its models are listed. */
export interface Adapter {
  readonly header: string
  /** Holds `{key}` exactly once. */
  readonly format: string
  readonly path: string
  /** What stands behind the path where a list comes in small portions, to have it at once. */
  readonly allAtOnce?: string
  /** What goes with every request. */
  readonly besides: Readonly<Record<string, string>>
  /** What the answer has to be. */
  readonly proof: Proof
}

/** `account`: what the server knows about the key, where it lists its models to everybody. */
export type Proof = 'models' | 'account'

const BEARER: Adapter = {
  header: 'authorization',
  format: 'Bearer {key}',
  path: '/models',
  besides: {},
  proof: 'models',
}

/** What Anthropic's API wants with every request. */
export const ANTHROPIC_VERSION = { name: 'anthropic-version', value: '2023-06-01' } as const

/** What OpenCode takes for a provider that its catalogue does not know. */
const DEFAULT_ADAPTER = '@ai-sdk/openai-compatible'

/** Those bundled with OpenCode that send one key, as it is, with every request. */
const ADAPTERS: ReadonlyMap<string, Adapter> = new Map([
  [DEFAULT_ADAPTER, BEARER],
  ['@ai-sdk/openai', BEARER],
  ['@ai-sdk/xai', BEARER],
  ['@ai-sdk/mistral', BEARER],
  ['@ai-sdk/groq', BEARER],
  ['@ai-sdk/cerebras', BEARER],
  ['@ai-sdk/togetherai', BEARER],
  ['@ai-sdk/vercel', BEARER],
  ['@ai-sdk/alibaba', BEARER],
  ['@ai-sdk/perplexity', BEARER],
  ['@ai-sdk/cohere', { ...BEARER, allAtOnce: '?page_size=1000' }],
  ['venice-ai-sdk-provider', BEARER],
  ['@ai-sdk/deepinfra', { ...BEARER, path: '/openai/models' }],
  ['@openrouter/ai-sdk-provider', { ...BEARER, path: '/key', proof: 'account' }],
  [
    '@ai-sdk/anthropic',
    {
      ...BEARER,
      header: 'x-api-key',
      format: '{key}',
      allAtOnce: '?limit=1000',
      besides: { [ANTHROPIC_VERSION.name]: ANTHROPIC_VERSION.value },
    },
  ],
  [
    '@ai-sdk/google',
    { ...BEARER, header: 'x-goog-api-key', format: '{key}', allAtOnce: '?pageSize=1000' },
  ],
  ['@ai-sdk/azure', { ...BEARER, header: 'api-key', format: '{key}' }],
])

/** A provider of OpenCode's catalogue. */
interface Vendor {
  readonly npm: string
  /** Undefined: every customer has another. */
  readonly baseURL: string | undefined
}

/** Those that opgen has a preset for; of the others the catalogue is OpenCode's alone. */
const VENDORS: ReadonlyMap<string, Vendor> = new Map([
  ['anthropic', { npm: '@ai-sdk/anthropic', baseURL: 'https://api.anthropic.com/v1' }],
  ['openai', { npm: '@ai-sdk/openai', baseURL: 'https://api.openai.com/v1' }],
  [
    'google',
    { npm: '@ai-sdk/google', baseURL: 'https://generativelanguage.googleapis.com/v1beta' },
  ],
  ['openrouter', { npm: '@openrouter/ai-sdk-provider', baseURL: 'https://openrouter.ai/api/v1' }],
  ['deepseek', { npm: DEFAULT_ADAPTER, baseURL: 'https://api.deepseek.com' }],
  ['minimax', { npm: '@ai-sdk/anthropic', baseURL: 'https://api.minimax.io/anthropic/v1' }],
  ['azure', { npm: '@ai-sdk/azure', baseURL: undefined }],
])

/**
 * The adapter that OpenCode uses for a provider, if opgen knows how it sends a key.
 *
 * @param catalogued whether OpenCode's own catalogue has the provider
 */
export function adapterOf(provider: Named, catalogued: boolean): Adapter | undefined {
  const name = adapterName(provider, catalogued)
  return name === undefined ? undefined : ADAPTERS.get(name)
}

interface Named {
  readonly id: string
  readonly npm: string | undefined
}

/** Its package; undefined: only OpenCode's catalogue knows it. */
export function adapterName({ id, npm }: Named, catalogued: boolean): string | undefined {
  return npm ?? VENDORS.get(id)?.npm ?? (catalogued ? undefined : DEFAULT_ADAPTER)
}

/** The adapter of a provider of the catalogue, where opgen has a preset for it. */
export function vendorAdapter(id: string): string | undefined {
  return VENDORS.get(id)?.npm
}

/** The base URL of OpenCode's catalogue, which holds for the vendor's own adapter alone. */
export function vendorURL({
  id,
  npm,
}: {
  readonly id: string
  readonly npm: string | undefined
}): string | undefined {
  const vendor = VENDORS.get(id)
  return npm === undefined || npm === vendor?.npm ? vendor?.baseURL : undefined
}

/** The account of a key, at a server that says it. */
export function atOpenRouter(adapter: Adapter): Adapter {
  return { ...adapter, path: '/key', proof: 'account' }
}
