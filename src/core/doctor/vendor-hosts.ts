/** Hosts of the vendors whose adapters OpenCode brings: there, a variable of the adapter's is the right key. */
const VENDOR_HOSTS: ReadonlyMap<string, RegExp> = new Map([
  ['@ai-sdk/openai', /(?:^|\.)openai\.com$/],
  ['@ai-sdk/anthropic', /(?:^|\.)anthropic\.com$/],
  ['@ai-sdk/google', /(?:^|\.)googleapis\.com$/],
  ['@ai-sdk/google-vertex', /(?:^|\.)googleapis\.com$/],
  ['@ai-sdk/google-vertex/anthropic', /(?:^|\.)googleapis\.com$/],
  ['@ai-sdk/azure', /(?:^|\.)azure\.(?:com|us|cn)$/],
  ['@ai-sdk/amazon-bedrock', /(?:^|\.)(?:amazonaws\.com(?:\.cn)?|api\.aws)$/],
  ['@ai-sdk/amazon-bedrock/mantle', /(?:^|\.)(?:amazonaws\.com(?:\.cn)?|api\.aws)$/],
  ['@ai-sdk/alibaba', /(?:^|\.)aliyuncs\.com$/],
  ['@ai-sdk/cerebras', /(?:^|\.)cerebras\.ai$/],
  ['@ai-sdk/cohere', /(?:^|\.)cohere\.(?:ai|com)$/],
  ['@ai-sdk/deepinfra', /(?:^|\.)deepinfra\.com$/],
  ['@ai-sdk/gateway', /(?:^|\.)vercel\.(?:sh|com)$/],
  ['@ai-sdk/groq', /(?:^|\.)groq\.com$/],
  ['@ai-sdk/mistral', /(?:^|\.)mistral\.ai$/],
  ['@ai-sdk/perplexity', /(?:^|\.)perplexity\.ai$/],
  ['@ai-sdk/togetherai', /(?:^|\.)together\.(?:xyz|ai)$/],
  ['@ai-sdk/vercel', /(?:^|\.)v0\.(?:dev|app)$/],
  ['@ai-sdk/xai', /(?:^|\.)x\.ai$/],
  ['@openrouter/ai-sdk-provider', /(?:^|\.)openrouter\.ai$/],
  ['gitlab-ai-provider', /(?:^|\.)gitlab\.com$/],
  ['venice-ai-sdk-provider', /(?:^|\.)venice\.ai$/],
])

/** Whether a URL leads to the vendor of an adapter. */
export function isVendors(url: string, npm: string): boolean {
  if (!URL.canParse(url)) return false
  return VENDOR_HOSTS.get(npm)?.test(new URL(url).hostname) === true
}
