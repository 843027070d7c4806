import { isBundled } from '../adapters.ts'
import { destinationAt } from '../destination.ts'
import { findBlockKey } from '../import/block-key.ts'
import { isJsonObject, toPointer } from '../json.ts'
import type { JsonObject, JsonValue, Path } from '../json.ts'
import { classifyHost } from '../url.ts'
import type { LayerKind } from './config-layer.ts'
import { leavesOf, mergeLayers, mergedAt, placeOf, textAt } from './merged-config.ts'
import type { MergedNode } from './merged-config.ts'
import { DEFAULT_ADAPTER } from './providers-in.ts'
import type { Scene, SceneProvider } from './scene.ts'

/** A value of the project's that takes a key of the user's elsewhere. */
export interface Redirect {
  readonly provider: string
  readonly node: MergedNode
  readonly kind: 'adapter' | 'place'
  /** Whether somebody else may get the key; else it is another way to the same place, or stays on this machine. */
  readonly isElsewhere: boolean
}

/** What comes with a folder that somebody may have cloned. */
const OF_PROJECT: ReadonlySet<LayerKind> = new Set(['project', 'dot-folder'])

/** Whether a value comes from the project that OpenCode is started in. */
export function isOfProject(node: MergedNode): boolean {
  return OF_PROJECT.has(placeOf(node).layer.kind)
}

/** All of them, provider by provider, as OpenCode 1 merges its configuration. */
export function redirectsIn(scene: Scene): readonly Redirect[] {
  const concerned = scene.providers.filter(({ node }) =>
    node.places.some(({ layer }) => OF_PROJECT.has(layer.kind)),
  )
  if (concerned.length === 0) return []
  const below = mergeLayers(scene.layers.filter(({ kind }) => !OF_PROJECT.has(kind)))
  return concerned.flatMap((provider) => {
    const own = mergedAt(below, ['provider', provider.id])
    // Where only the project has such a provider, it is the project's to say where that is.
    const isKnown = own !== undefined || provider.inCatalogue
    return isKnown && sendsOwnKey(scene, provider, own) ? redirectsOf(provider, own) : []
  })
}

function redirectsOf(provider: SceneProvider, own: MergedNode | undefined): readonly Redirect[] {
  const usual = new Set(
    own === undefined ? [] : leavesOf(own).flatMap((leaf) => partOf(leaf)?.text ?? []),
  )
  const npm = textAt(own, ['npm']) ?? (provider.inCatalogue ? undefined : DEFAULT_ADAPTER)
  if (npm !== undefined) usual.add(`npm ${npm}`)
  return leavesOf(provider.node).flatMap((node): readonly Redirect[] => {
    if (!isOfProject(node)) return []
    const part = partOf(node)
    if (part === undefined || usual.has(part.text)) return []
    const { kind } = part
    if (kind === 'place')
      return [{ provider: provider.id, node, kind, isElsewhere: isElsewhere(node) }]
    const isForeign = typeof node.value === 'string' && !isBundled(node.value)
    // The adapters of the catalogue are not known here.
    if (!isForeign && npm === undefined) return []
    return [{ provider: provider.id, node, kind, isElsewhere: isForeign }]
  })
}

function partOf({ path, value }: MergedNode): { kind: Redirect['kind']; text: string } | undefined {
  const part = destinationAt(path, value)
  if (part === undefined) return undefined
  return 'adapter' in part
    ? { kind: 'adapter', text: `npm ${part.adapter}` }
    : { kind: 'place', text: `place ${part.place}` }
}

function isElsewhere({ value }: MergedNode): boolean {
  if (typeof value !== 'string') return true
  // A variable is the user's to set.
  if (/^\s*(?:\{env:|\$\{)/.test(value)) return false
  return classifyHost(value) !== 'loopback'
}

/** Whether requests carry a key that the user has here, and none that the project brings. */
function sendsOwnKey(
  { logins, machine, catalogue }: Scene,
  { id, node, isManaged, inCatalogue }: SceneProvider,
  own: MergedNode | undefined,
): boolean {
  const block: JsonObject = isJsonObject(own?.value) ? own.value : {}
  const inBlock = findBlockKey(block, true)
  const isInBlock = inBlock.kind === 'literal' || inBlock.kind === 'reference'
  const apiKey = mergedAt(node, ['options', 'apiKey'])
  if (apiKey !== undefined && isOfProject(apiKey)) {
    return isInBlock && textAt(own, ['options', 'apiKey']) === undefined
  }
  const names = Array.isArray(block['env']) ? block['env'] : []
  const variables = [...names, ...((inCatalogue ? catalogue.variables(id) : undefined) ?? [])]
  const isSet = variables.some(
    (name) => typeof name === 'string' && (machine.env(name) ?? '') !== '',
  )
  return isManaged || isInBlock || isSet || isUsable(logins.get(id))
}

/** OpenCode sends the key of a login, or what comes of it. */
function isUsable(login: JsonValue | undefined): boolean {
  if (!isJsonObject(login)) return false
  const { type, key } = login
  return type === 'oauth' || (type === 'api' && typeof key === 'string' && key !== '')
}

/** What identifies a value that another rule is to leave alone. */
export function pointersOf(redirects: readonly Redirect[]): ReadonlySet<string> {
  return new Set(redirects.map(({ node }) => toPointer(node.path)))
}

/** The name of a field as a message has it, below its provider: `options.baseURL`. */
export function fieldOf(path: Path): string {
  return path.slice(2).join('.')
}
