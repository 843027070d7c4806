/** How a server tells which models it has, and what it says of them. A preset's `discover`. */
export const LISTING_KINDS = [
  'openai',
  'openrouter',
  'ollama',
  'lmstudio',
  'litellm',
  'vllm',
  'llamacpp',
  'none',
] as const

export type ListingKind = (typeof LISTING_KINDS)[number]
