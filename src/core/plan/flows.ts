import { fallbackVariables, isBundled } from '../adapters.ts'
import { destinationOf, isOpenPlace, renderDestination } from '../destination.ts'
import type { Destination } from '../destination.ts'
import type { Fingerprint } from '../secret.ts'
import { tokensInValues } from '../tokens.ts'
import type { WantedProvider } from '../wanted.ts'
import { findNode } from './actual.ts'
import type { KeyedProvider, ProviderFiles } from './plan-key.ts'

/**
 * Something secret that a rendered provider sends, or may send, somewhere: its own key, what OpenCode fills
 * in for `{env:}` and `{file:}`, or what an adapter takes by itself.
 */
export interface Flow {
  /** Kind and address, e.g. `keychain:opgen/acme`, `env:ACME_KEY`, `login:anthropic`. */
  readonly source: string
  readonly destination: string
  /** Of the key itself, where opgen has it. */
  readonly fingerprint?: Fingerprint
  /** Why it is never accepted without being asked for, in the words of the question. */
  readonly because?: string
}

/** How a `{file:}` of a config file is understood. */
export interface FileReference {
  /** Absolute. */
  readonly path: string
  /** Whether opgen or OpenCode keeps keys there. */
  readonly holdsKeys: boolean
}

export type ReadReference = (reference: string) => FileReference

/** Everything secret that a provider sends somewhere, its key first. */
export function flowsOf(
  files: ProviderFiles,
  keyed: KeyedProvider,
  readReference: ReadReference,
): readonly Flow[] {
  const { provider } = keyed
  const parts = destinationOf(provider)
  const destination = renderDestination(parts, provider)
  const open = parts.places.find(isOpenPlace)
  const flows = [
    ...ownFlow(keyed, destination),
    ...loginFlow(keyed, parts, destination),
    ...tokenFlows(provider, destination, readReference),
  ].map((flow) => {
    const because = open === undefined ? {} : { because: `would travel unencrypted to ${open}` }
    return { ...because, ...flow }
  })
  return [...flows, ...fallbackFlows(files, keyed, { parts, destination }), ...adapterFlows(parts)]
}

function ownFlow({ key }: KeyedProvider, destination: string): readonly Flow[] {
  if (key.state !== 'present') return []
  return [{ source: key.source, destination, fingerprint: key.fingerprint }]
}

/** A login of OpenCode's own goes along with an address that the manifest sets. */
function loginFlow(
  { provider: { id }, key }: KeyedProvider,
  { adapters, places }: Destination,
  destination: string,
): readonly Flow[] {
  if (key.state !== 'external' || (places.length === 0 && adapters.length === 0)) return []
  return [{ source: `login:${id}`, destination }]
}

function tokenFlows(
  { values }: WantedProvider,
  destination: string,
  readReference: ReadReference,
): readonly Flow[] {
  return tokensInValues(values).map((token) => {
    if (token.kind === 'env') return { source: `env:${token.name}`, destination }
    const { path, holdsKeys } = readReference(token.path)
    const because = holdsKeys
      ? { because: `is a file of keys, and would go to ${destination}` }
      : {}
    return { source: `file:${path}`, destination, ...because }
  })
}

/**
 * Without a key, most adapters take a variable of their own, whoever they connect to (contract 0.3). Only
 * where the manifest says whom: else it is the vendor.
 */
function fallbackFlows(
  files: ProviderFiles,
  keyed: KeyedProvider,
  { parts, destination }: { readonly parts: Destination; readonly destination: string },
): readonly Flow[] {
  if (parts.places.length === 0 || isGivenKey(files, keyed)) return []
  const names = new Set(parts.adapters.flatMap(fallbackVariables))
  return [...names].map((name) => ({
    source: `env:${name}`,
    destination,
    because: `is what OpenCode sends to ${destination} when it has no key for it`,
  }))
}

/** Whether the adapter has a key as its own, so that it looks for no other. */
function isGivenKey(files: ProviderFiles, { provider, key }: KeyedProvider): boolean {
  if (key.state === 'external') {
    const login = findNode(files.auth.file, [provider.id])
    const isReferred = provider.values.some(
      ({ path }) => path.length === 4 && path[2] === 'options' && path[3] === 'apiKey',
    )
    return login !== undefined || isReferred
  }
  return provider.keyIn.kind === 'apiKey' && key.state !== 'none'
}

/** What OpenCode would install and run by itself. */
function adapterFlows({ adapters }: Destination): readonly Flow[] {
  return adapters
    .filter((adapter) => !isBundled(adapter))
    .map((adapter) => ({
      source: 'adapter',
      destination: adapter,
      because: `is no part of OpenCode, which would install and run it`,
    }))
}
