import { CATALOGUE_IDS } from '../catalogue.ts'
import type { HttpHeader, HttpRequest } from '../http.ts'
import { Secret } from '../secret.ts'
import { hasToken, originOf, withoutTrailingSlashes } from '../url.ts'
import type { KeyIn, WantedProvider } from '../wanted.ts'
import { adapterOf, atOpenRouter, vendorURL } from './adapters.ts'
import type { Adapter, Proof } from './adapters.ts'

/** How to ask a provider's server whether it takes a key. */
export interface KeyCheck {
  readonly url: string
  /** Who is asked, and is given the key. */
  readonly origin: string
  readonly proof: Proof
  /** The header that the key goes into. */
  readonly keyHeader: { readonly name: string; readonly format: string }
  /** Those that go with it. */
  readonly headers: readonly HttpHeader[]
}

/** Why opgen cannot ask. */
export type NoCheck =
  /** How the adapter sends a key is not known. */
  | 'adapter'
  /** Where OpenCode sends the key is in its own catalogue alone. */
  | 'address'
  /** OpenCode fills in a part of the base URL or of a header. */
  | 'filled-in'
  /** A header of the manifest's stands where the key would be. */
  | 'header'

/** It lists its models to everybody. */
export const OPENROUTER = 'https://openrouter.ai'

/**
 * How to ask whether a key is taken: for the list of models, at the same address and with the same
 * headers as the adapter's own requests.
 */
export function makeKeyCheck(provider: WantedProvider): KeyCheck | NoCheck {
  const server = serverOf(provider)
  if (typeof server === 'string') return server
  const { baseURL, headers, keyHeader } = server
  const adapter = originOf(baseURL) === OPENROUTER ? atOpenRouter(server.adapter) : server.adapter
  const url = `${baseURL}${adapter.path}`
  return { url, origin: originOf(url), proof: adapter.proof, keyHeader, headers }
}

/** Where a provider's server is, and what every request to it carries. */
export interface ProviderServer extends Pick<KeyCheck, 'keyHeader' | 'headers'> {
  /** Without slashes at its end. */
  readonly baseURL: string
  readonly adapter: Adapter
}

/** Find a provider's server, as its adapter would. */
export function serverOf(provider: WantedProvider): ProviderServer | NoCheck {
  const { id, keyIn } = provider
  const adapter = adapterOf(provider, CATALOGUE_IDS.has(id))
  if (adapter === undefined) return 'adapter'
  const baseURL = baseURLOf(provider)
  if (baseURL === undefined) return 'address'
  const given = givenHeaders(provider)
  if ([baseURL, ...given.map(({ value }) => value)].some(hasToken)) return 'filled-in'
  const keyHeader = keyHeaderOf(keyIn, adapter)
  if (given.some(({ name }) => isSameHeader(name, keyHeader.name))) return 'header'
  const besides = Object.entries(adapter.besides)
    .filter(([name]) => !given.some((other) => isSameHeader(name, other.name)))
    .map(([name, value]) => ({ name, value }))
  const headers = [{ name: 'accept', value: 'application/json' }, ...besides, ...given]
  return { baseURL: withoutTrailingSlashes(baseURL), adapter, keyHeader, headers }
}

/** Sent in the place of a key; whoever reads the server's log knows what it was. */
export const DECOY = new Secret('opgen-asks-whether-any-key-will-do')

/** The question with one key. */
export function askWith({ url, headers, keyHeader }: KeyCheck, key: Secret): HttpRequest {
  const { name, format } = keyHeader
  return { method: 'GET', url, headers: [...headers, { name, value: { format, key } }] }
}

/** As OpenCode finds it: of the options, else of the block, else of its catalogue. */
function baseURLOf(provider: WantedProvider): string | undefined {
  const { id, baseURL, values } = provider
  const ofBlock = values.find(({ path }) => path.length === 3 && path[2] === 'api')?.value
  const declared = baseURL?.value ?? (typeof ofBlock === 'string' ? ofBlock : undefined)
  return declared ?? vendorURL({ id, npm: provider.npm })
}

interface GivenHeader {
  readonly name: string
  readonly value: string
}

/** Those of the provider's options: OpenCode sends them with every request. */
function givenHeaders({ values }: WantedProvider): readonly GivenHeader[] {
  return values.flatMap(({ path, value }) => {
    const [, , options, headers, name] = path
    const isHeader = path.length === 5 && options === 'options' && headers === 'headers'
    if (!isHeader || name === undefined) return []
    return typeof value === 'string' || typeof value === 'number'
      ? [{ name, value: String(value) }]
      : []
  })
}

function keyHeaderOf(keyIn: KeyIn, { header, format }: Adapter): KeyCheck['keyHeader'] {
  switch (keyIn.kind) {
    case 'apiKey':
      return { name: header, format }
    case 'authToken':
      return { name: 'authorization', format: 'Bearer {key}' }
    case 'header':
      return { name: keyIn.name, format: keyIn.format }
  }
}

function isSameHeader(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}
