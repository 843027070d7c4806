import type { Adapter } from '../live/adapters.ts'
import { liteLlmListing } from './kinds/litellm.ts'
import { llamaCppListing } from './kinds/llamacpp.ts'
import { lmStudioListing } from './kinds/lmstudio.ts'
import { ollamaListing } from './kinds/ollama.ts'
import { openAiListing } from './kinds/openai.ts'
import { openRouterListing } from './kinds/openrouter.ts'
import { vllmListing } from './kinds/vllm.ts'
import type { ListingKind } from './listing-kind.ts'
import type { Listing } from './model-facts.ts'

/**
 * How a server of this kind tells what it offers.
 *
 * @param baseURL as OpenCode uses it, with nothing left to be filled in
 * @param adapter says where behind the base URL the list of an API like OpenAI's is
 */
export function listingOf(kind: ListingKind, baseURL: string, adapter: Adapter): Listing {
  switch (kind) {
    case 'openai':
      return openAiListing(baseURL, adapter)
    case 'openrouter':
      return openRouterListing(baseURL, adapter)
    case 'ollama':
      return ollamaListing(baseURL, adapter)
    case 'lmstudio':
      return lmStudioListing(baseURL, adapter)
    case 'litellm':
      return liteLlmListing(baseURL, adapter)
    case 'vllm':
      return vllmListing(baseURL, adapter)
    case 'llamacpp':
      return llamaCppListing(baseURL, adapter)
    case 'none':
      return NO_LISTING
  }
}

/** A server that is not asked. */
const NO_LISTING: Listing = {
  lists: [],
  parse: () => undefined,
  details: () => [],
  fill: (models) => models,
}
