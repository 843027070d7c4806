import { fallbackVariables, isBundled, takesFallback } from '../adapters.ts'
import type { KeyPlace } from '../adapters.ts'
import { CATALOGUE_IDS, LOCAL_IDS, LOGIN_IDS } from '../catalogue.ts'
import { destinationOf, isOpenPlace, renderDestination } from '../destination.ts'
import type { Destination } from '../destination.ts'
import type { Fingerprint } from '../secret.ts'
import { tokensWritten, variablesOfKey } from '../key-delivery.ts'
import { classifyHost } from '../url.ts'
import type { WantedProvider } from '../wanted.ts'
import type { KeyedProvider } from './plan-key.ts'

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

/** What stands around a block, on which it depends what is sent. */
export interface FlowScene {
  readonly readReference: ReadReference
  /** Whether OpenCode has a login of its own for a provider. */
  readonly hasLogin: (id: string) => boolean
  /** Whether one that it has stays: opgen did not write it. */
  readonly keepsLogin: (id: string) => boolean
}

/** Everything secret that a provider sends somewhere, its key first. */
export function flowsOf(keyed: KeyedProvider, scene: FlowScene): readonly Flow[] {
  const { provider } = keyed
  const { readReference, hasLogin } = scene
  const parts = destinationOf(provider)
  const destination = renderDestination(parts, provider)
  const open = parts.places.find(isOpenPlace)
  const flows = [
    ...ownFlow(keyed, destination),
    ...(sendsLogin(keyed, scene) ? loginFlow(keyed, parts, destination) : []),
    ...tokenFlows(provider, destination, readReference),
    ...variableFlows(provider, destination),
    ...loginOptionFlows(provider, destination),
  ].map((flow) => {
    const because = open === undefined ? {} : { because: `would travel unencrypted to ${open}` }
    return { ...because, ...flow }
  })
  const fallbacks = fallbackFlows(keyed, { parts, destination, hasLogin })
  return [...flows, ...fallbacks, ...adapterFlows(parts)]
}

function ownFlow({ key }: KeyedProvider, destination: string): readonly Flow[] {
  if (key.state !== 'present') return []
  return [{ source: key.source, destination, fingerprint: key.fingerprint }]
}

/** Whether OpenCode sends a login of its own: where opgen gives it no key, or one that is sent besides. */
function sendsLogin(
  { provider: { id, keyIn }, key }: KeyedProvider,
  { hasLogin, keepsLogin }: FlowScene,
): boolean {
  if (key.state === 'external') return true
  const isBeside = keyIn.kind !== 'apiKey'
  const isInstead = key.state === 'none' || key.state === 'placeholder'
  return (isBeside || isInstead) && hasLogin(id) && keepsLogin(id)
}

/** A login of OpenCode's own goes along with an address that the manifest sets. */
function loginFlow(
  { provider: { id } }: KeyedProvider,
  { adapters, places }: Destination,
  destination: string,
): readonly Flow[] {
  if (places.length === 0 && adapters.length === 0) return []
  return [{ source: `login:${id}`, destination }]
}

function tokenFlows(
  provider: WantedProvider,
  destination: string,
  readReference: ReadReference,
): readonly Flow[] {
  return tokensWritten(provider).map((token) => {
    if (token.kind === 'env') return { source: `env:${token.name}`, destination }
    if (token.kind === 'unclear') {
      const because = `may be any file of this machine, and would go to ${destination}`
      return { source: `text:${token.text}`, destination, because }
    }
    const { path, holdsKeys } = readReference(token.path)
    const because = holdsKeys
      ? { because: `is a file of keys, and would go to ${destination}` }
      : {}
    return { source: `file:${path}`, destination, ...because }
  })
}

/**
 * Without a key, most adapters take a variable of their own, whoever they connect to (contract 0.3), and
 * OpenCode one that its catalogue names. Only where the manifest says whom: else it is the vendor.
 */
function fallbackFlows(
  keyed: KeyedProvider,
  {
    parts,
    destination,
    hasLogin,
  }: Pick<FlowScene, 'hasLogin'> & {
    readonly parts: Destination
    readonly destination: string
  },
): readonly Flow[] {
  if (parts.places.length === 0) return []
  const given = placeOfKey(keyed, hasLogin)
  const falling = parts.adapters.filter((adapter) => takesFallback(adapter, given))
  const names = new Set(falling.flatMap(fallbackVariables))
  const sources = [...names].map((name) => `env:${name}`)
  if (takesCatalogueVariables(keyed, { parts, given })) {
    sources.push(`variables:${keyed.provider.id}`)
  }
  const because = `is sent in place of the missing key, to ${destination}`
  return sources.map((source) => ({ source, destination, because }))
}

/** Where OpenCode finds a key for the adapter; undefined: nowhere, as far as opgen knows. */
function placeOfKey(
  { provider, key }: KeyedProvider,
  hasLogin: FlowScene['hasLogin'],
): KeyPlace | undefined {
  if (key.state === 'none') return undefined
  if (key.state !== 'external') return provider.keyIn
  const isReferred = provider.values.some(
    ({ path }) => path.length === 4 && path[2] === 'options' && path[3] === 'apiKey',
  )
  if (isReferred) return { kind: 'reference' }
  return hasLogin(provider.id) ? { kind: 'apiKey' } : undefined
}

function takesCatalogueVariables(
  { provider: { id } }: KeyedProvider,
  { parts, given }: { readonly parts: Destination; readonly given: KeyPlace | undefined },
): boolean {
  const isAtHome =
    LOCAL_IDS.has(id) && parts.places.every((place) => classifyHost(place) === 'loopback')
  if (isAtHome) return false
  const isGiven = given?.kind === 'apiKey' || given?.kind === 'reference'
  // Other names under `env` are for OpenCode: the adapter of the catalogue's models has its own.
  return LOGIN_IDS.has(id) || (CATALOGUE_IDS.has(id) && !isGiven)
}

function variableFlows(provider: WantedProvider, destination: string): readonly Flow[] {
  return variablesOfKey(provider).map((name) => ({ source: `env:${name}`, destination }))
}

/** An option with which an adapter sends a file of its choice to an address of its choice. */
function loginOptionFlows({ values }: WantedProvider, destination: string): readonly Flow[] {
  const isSet = values.some(({ path }) => path[2] === 'options' && path[3] === 'googleAuthOptions')
  const because = 'can send any file of this machine anywhere'
  return isSet ? [{ source: 'option:googleAuthOptions', destination, because }] : []
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
