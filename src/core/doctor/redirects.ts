import { isBundled } from '../adapters.ts'
import { destinationAt } from '../destination.ts'
import { findBlockKey } from '../import/block-key.ts'
import { isJsonObject, toPointer } from '../json.ts'
import type { JsonObject, JsonValue, Path } from '../json.ts'
import { valueOf } from '../jsonc/parse.ts'
import { classifyHost } from '../url.ts'
import type { LayerKind } from './config-layer.ts'
import { leavesOf, membersAt, mergedAt, nameOf, placeOf } from './merged-config.ts'
import type { MergedNode, Place } from './merged-config.ts'
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
  return scene.providers.flatMap((provider) => {
    const { node, inCatalogue } = provider
    if (!node.places.some(({ layer }) => OF_PROJECT.has(layer.kind))) return []
    // Where only the project has such a provider, it is the project's to say where that is.
    const isKnown = inCatalogue || ownPlace(node) !== undefined
    return isKnown && sendsOwnKey(scene, provider) ? redirectsOf(provider) : []
  })
}

/** Where a value stands that counts without the project. */
export function ownPlace({ places, replaced }: MergedNode): Place | undefined {
  return [...replaced, ...places].findLast(({ layer }) => !OF_PROJECT.has(layer.kind))
}

function ownValue(node: MergedNode | undefined): JsonValue | undefined {
  const place = node === undefined ? undefined : ownPlace(node)
  return place === undefined ? undefined : valueOf(place.node)
}

function redirectsOf({ id, node: block, inCatalogue }: SceneProvider): readonly Redirect[] {
  const leaves = decidingLeaves(block)
  const usual = new Set(
    leaves.flatMap((leaf) => {
      const value = ownValue(leaf)
      return value === undefined ? [] : (partOf(leaf.path, value)?.text ?? [])
    }),
  )
  const named = ownValue(mergedAt(block, ['npm']))
  const npm = typeof named === 'string' || inCatalogue ? named : DEFAULT_ADAPTER
  if (typeof npm === 'string') usual.add(`npm ${npm}`)
  return leaves.filter(isOfProject).flatMap((node): readonly Redirect[] => {
    const part = partOf(node.path, node.value)
    if (part === undefined || usual.has(part.text)) return []
    const { kind } = part
    if (kind === 'place') return [{ provider: id, node, kind, isElsewhere: isElsewhere(node) }]
    const isForeign = typeof node.value === 'string' && !isBundled(node.value)
    // The adapters of the catalogue are not known here.
    return isForeign || npm !== undefined
      ? [{ provider: id, node, kind, isElsewhere: isForeign }]
      : []
  })
}

/** What may decide where a key goes: of thousands of models, little. */
function decidingLeaves(block: MergedNode): readonly MergedNode[] {
  const own = [...(block.members?.values() ?? [])].filter((member) => nameOf(member) !== 'models')
  const ofModels = membersAt(block, ['models']).flatMap((model) =>
    ['provider', 'headers'].flatMap((name) => mergedAt(model, [name]) ?? []),
  )
  return [...own, ...ofModels].flatMap(leavesOf)
}

interface Part {
  readonly kind: Redirect['kind']
  /** The same for what leads to the same. */
  readonly text: string
}

function partOf(path: Path, value: JsonValue): Part | undefined {
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
): boolean {
  const inBlock = findBlockKey({ options: ownOptions(node) }, true)
  const isInBlock = inBlock.kind === 'literal' || inBlock.kind === 'reference'
  const apiKey = mergedAt(node, ['options', 'apiKey'])
  if (apiKey !== undefined && isOfProject(apiKey)) {
    return isInBlock && ownPlace(apiKey) === undefined
  }
  const named = ownValue(mergedAt(node, ['env']))
  const variables = [
    ...(Array.isArray(named) ? named : []),
    ...((inCatalogue ? catalogue.variables(id) : undefined) ?? []),
  ]
  const isSet = variables.some((name) => typeof name === 'string' && isFilled(machine.env(name)))
  return isManaged || isInBlock || isSet || isUsable(logins.get(id))
}

function isFilled(value: string | undefined): boolean {
  return value !== undefined && value !== ''
}

/** The options that stand outside of the project, and their headers. */
function ownOptions(node: MergedNode): JsonObject {
  const own = (path: Path): JsonObject =>
    Object.fromEntries(
      membersAt(node, path).flatMap((member) => {
        const value = ownValue(member)
        return value === undefined ? [] : [[nameOf(member), value]]
      }),
    )
  return { ...own(['options']), headers: own(['options', 'headers']) }
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
