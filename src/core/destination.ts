import { DESTINATION_HEADERS, DESTINATION_OPTIONS } from './adapters.ts'
import type { JsonValue, Path } from './json.ts'
import { classifyHost, isPlainHttp, originOf, withoutTrailingSlashes } from './url.ts'
import type { WantedProvider } from './wanted.ts'

/**
 * Where a provider's key is sent: adapters, and where they connect to. A key is bound to these (keys.md
 * "Keys are bound to where they go"). Each part is a text without white space.
 */
export interface Destination {
  readonly adapters: readonly string[]
  /** Origins of URLs, and options that an adapter makes its address of, as `resourceName=acme`. */
  readonly places: readonly string[]
}

type DestinationPart = { readonly adapter: string } | { readonly place: string }

/** What a value at a path of opencode.jsonc says about where a key goes; undefined: nothing. */
export function destinationAt(path: Path, value: JsonValue): DestinationPart | undefined {
  const [, , field, , below] = path
  const name = path.at(-1) ?? ''
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const isOfModel = path.length === 6 && field === 'models' && below === 'provider'
  if (path.length === 3 || isOfModel) {
    if (name === 'npm') return { adapter: solid(text) }
    if (name === 'api') return { place: placeOf(text) }
    return undefined
  }
  if (path.at(-2) === 'headers') return headerAt(name, text)
  if (field !== 'options') return undefined
  if (path.length === 4 && name === 'baseURL') return { place: placeOf(text) }
  // Any other address that an adapter may be given, as `enterpriseUrl` or a proxy.
  if (/^\s*(?:https?|wss?):/i.test(text)) return { place: placeOf(text) }
  return optionAt(path[3] ?? '', text)
}

/** The header that says whom a request is for, among those who share an address. */
function headerAt(name: string, text: string): DestinationPart | undefined {
  const decides = DESTINATION_HEADERS.includes(name.toLowerCase())
  return decides ? { place: solid(`${name.toLowerCase()}=${text}`) } : undefined
}

/** Options of which an adapter makes a part of its vendor's own host name, or of a path there. */
const WITHIN_VENDOR: readonly string[] = ['region', 'location', 'project']

function optionAt(name: string, text: string): DestinationPart | undefined {
  if (!DESTINATION_OPTIONS.includes(name)) return undefined
  const isPlain = WITHIN_VENDOR.includes(name) && /^[\w-]+$/.test(text)
  return isPlain ? undefined : { place: solid(`${name}=${text}`) }
}

function placeOf(url: string): string {
  return solid(originOf(withoutTrailingSlashes(url)))
}

function solid(text: string): string {
  return text.replaceAll(/\s/g, (space) => encodeURIComponent(space))
}

/** Where the key of a provider goes, as rendered. */
export function destinationOf({ values }: Pick<WantedProvider, 'values'>): Destination {
  const found = values.flatMap(({ path, value }) => destinationAt(path, value) ?? [])
  const adapters = found.flatMap((part) => ('adapter' in part ? [part.adapter] : []))
  const places = found.flatMap((part) => ('place' in part ? [part.place] : []))
  return { adapters: [...new Set(adapters)], places: [...new Set(places)] }
}

/**
 * A destination as it is recorded and shown: `@ai-sdk/openai https://llm.acme.example`. Without an address
 * of its own for the whole provider, the key goes where OpenCode's catalogue sends it.
 */
export function renderDestination(
  { adapters, places }: Destination,
  { id, values }: Pick<WantedProvider, 'id' | 'values'>,
): string {
  const isAddressed = values.some(
    ({ path }) =>
      (path.length === 4 && path[2] === 'options' && path[3] === 'baseURL') ||
      (path.length === 3 && path[2] === 'api'),
  )
  return [...adapters, ...(isAddressed ? [] : [`catalogue:${id}`]), ...places].join(' ')
}

/** Whether what is sent to a place can be read on its way by anybody. */
export function isOpenPlace(place: string): boolean {
  return isPlainHttp(place) && classifyHost(place) === 'public'
}
