/** Placeholder until measured. */
const FALLBACKS: Readonly<Record<string, readonly string[]>> = {
  '@ai-sdk/openai-compatible': [],
  '@ai-sdk/openai': ['OPENAI_API_KEY'],
  '@ai-sdk/anthropic': ['ANTHROPIC_API_KEY'],
}

export function isBundled(npm: string): boolean {
  return Object.hasOwn(FALLBACKS, npm)
}

export function fallbackVariables(npm: string): readonly string[] {
  return FALLBACKS[npm] ?? []
}

export function isDestinationOption(name: string): boolean {
  return name === 'resourceName'
}
