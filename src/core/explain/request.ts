/** What OpenCode's adapters put behind the base URL (contract 5). `MODEL` is the model's id. */
const PATHS: ReadonlyMap<string, string> = new Map([
  ['@ai-sdk/openai', '/responses'],
  ['@ai-sdk/azure', '/responses'],
  ['@ai-sdk/anthropic', '/messages'],
  ['@ai-sdk/google', '/models/MODEL:streamGenerateContent?alt=sse'],
  ['@ai-sdk/google-vertex', '/models/MODEL:streamGenerateContent?alt=sse'],
  ['@ai-sdk/deepinfra', '/openai/chat/completions'],
  ['@ai-sdk/cohere', '/chat'],
  ['@ai-sdk/gateway', '/language-model'],
  ['@ai-sdk/amazon-bedrock', '/model/MODEL/converse-stream'],
])

const CHAT: ReadonlySet<string> = new Set([
  '@ai-sdk/openai-compatible',
  '@ai-sdk/xai',
  '@ai-sdk/mistral',
  '@ai-sdk/groq',
  '@ai-sdk/cerebras',
  '@ai-sdk/togetherai',
  '@ai-sdk/vercel',
  '@ai-sdk/alibaba',
  '@ai-sdk/perplexity',
  '@openrouter/ai-sdk-provider',
  'venice-ai-sdk-provider',
  '@ai-sdk/github-copilot',
  '@ai-sdk/amazon-bedrock/mantle',
])

/** The path behind the base URL that a conversation goes to; undefined: not known. */
export function requestPath(adapter: string): string | undefined {
  return CHAT.has(adapter) ? '/chat/completions' : PATHS.get(adapter)
}
