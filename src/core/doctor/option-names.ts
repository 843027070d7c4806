import { isDummy } from '../import/block-key.ts'
import type { JsonValue } from '../json.ts'
import { mergedAt } from './merged-config.ts'
import type { Scene, SceneProvider } from './scene.ts'

/**
 * Options of a provider that OpenCode itself reads, by their names in lower case without separators. What else
 * stands under `options` is the adapter's.
 */
const OPTIONS: ReadonlyMap<string, string> = new Map(
  [
    'apiKey',
    'baseURL',
    'headers',
    'timeout',
    'chunkTimeout',
    'headerTimeout',
    'setCacheKey',
    'enterpriseUrl',
  ].map((name) => [plain(name), name]),
)

/** Other words for them, which some adapter may know for something else. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['url', 'baseURL'],
  ['apiurl', 'baseURL'],
  ['apibase', 'baseURL'],
  ['key', 'apiKey'],
  ['token', 'apiKey'],
  ['apitoken', 'apiKey'],
  ['header', 'headers'],
])

/** The option that a name is another spelling of; undefined where it is none, or is spelt so. */
export function respelt(name: string): string | undefined {
  const option = OPTIONS.get(plain(name))
  return option === name ? undefined : option
}

/** The option that a name is another word for. */
export function reworded(name: string): string | undefined {
  return WORDS.get(plain(name))
}

/** The option that a name stands for, rightly or wrongly spelt. */
export function optionNamed(name: string): string | undefined {
  return OPTIONS.get(plain(name)) ?? reworded(name)
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_\s]/g, '')
}

/** Whether a key that OpenCode does not read is the only one of its provider, as far as can be told. */
export function isOnlyKey(
  { logins }: Scene,
  { id, node, block, inCatalogue }: SceneProvider,
  value: JsonValue,
): boolean {
  if (typeof value !== 'string' || isDummy(value) || logins.has(id) || inCatalogue) return false
  // There may be a key in a variable, or in a header.
  const others = ['apiKey', 'headers'].map((name) => mergedAt(node, ['options', name]))
  return block['env'] === undefined && others.every((other) => other === undefined)
}
