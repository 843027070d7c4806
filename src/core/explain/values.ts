import type { MergedNode, Place } from '../doctor/merged-config.ts'
import { placeOf } from '../doctor/merged-config.ts'
import { keyPath } from '../key-delivery.ts'
import { isJsonObject, sameJson, toPointer } from '../json.ts'
import type { JsonValue, Path, Pointer } from '../json.ts'
import { valueOf } from '../jsonc/parse.ts'
import type { RecordedState } from '../state/recorded.ts'
import { sameUrl } from '../url.ts'
import type { WantedProvider } from '../wanted.ts'
import { declaredAt } from './context.ts'
import type { Context } from './context.ts'
import type { DeclaredValue, ExplainedValue, Origin, PendingValue } from './explanation.ts'
import { shownValue } from './shown.ts'

/** The leaves of a block, in the order in which they first come up. */
export function leavesOf(node: MergedNode | undefined): readonly MergedNode[] {
  if (node === undefined) return []
  if (node.members === undefined || node.members.size === 0) return [node]
  return [...node.members.values()].flatMap(leavesOf)
}

/** Every value of the block with where it stands, what it replaces, and what the manifest says of it. */
export function explainValues(context: Context): readonly ExplainedValue[] {
  const declared = declaredValues(context)
  return leavesOf(context.block)
    .filter((leaf) => leaf !== context.block)
    .map((leaf) => {
      const pointer = toPointer(leaf.path)
      const path = leaf.path.slice(2)
      const shown = (place: Place): { readonly value: JsonValue; readonly origin: Origin } => ({
        value: shownValue(path, valueOf(place.node)),
        origin: context.originOf(place),
      })
      return {
        path,
        pointer,
        value: shownValue(path, leaf.value),
        origin: context.originOf(placeOf(leaf)),
        shadows: leaf.replaced.toReversed().map(shown),
        manifest: judged(context, leaf, declared.get(pointer)),
      }
    })
}

/** Of models, which may be thousands, a value that is as one would expect says nothing. */
export function saysSomething({ path, value, shadows, manifest }: ExplainedValue): boolean {
  if (path[0] !== 'models') return true
  return (
    shadows.some((shadow) => !sameJson(shadow.value, value)) ||
    (manifest !== undefined && manifest.state !== 'same')
  )
}

/** Values of the manifest for which nothing stands in any file. */
export function pendingValues(
  context: Context,
  values: readonly ExplainedValue[],
): readonly PendingValue[] {
  const present = new Set(values.map(({ pointer }) => pointer))
  const { provider } = context.manifest ?? {}
  return (provider?.values ?? []).flatMap(({ path, value, source }) => {
    const pointer = toPointer(path)
    const isObject = isJsonObject(value)
    const isThere =
      present.has(pointer) || (isObject && isBelow(context.block, path.slice(2)) !== undefined)
    if (isThere) return []
    const below = path.slice(2)
    return [{ path: below, pointer, value: shownValue(below, value), origin: declaredAt(source) }]
  })
}

function isBelow(block: MergedNode | undefined, path: Path): MergedNode | undefined {
  let node = block
  for (const name of path) node = node?.members?.get(name)
  return node
}

interface Declared {
  readonly value: JsonValue | undefined
  readonly origin: Origin
  readonly via: readonly Origin[]
}

/** What the manifest wants, by place; for the key's place only where the key is declared. */
function declaredValues({ manifest }: Context): ReadonlyMap<Pointer, Declared> {
  const provider = manifest?.provider
  if (provider === undefined) return new Map()
  const values = provider.values.map(({ path, value, source, via = [] }) => {
    const declared = { value, origin: declaredAt(source), via: via.map(declaredAt) }
    return [toPointer(path), declared] as const
  })
  return new Map<Pointer, Declared>([keyOf(provider), ...values])
}

function keyOf(provider: WantedProvider): readonly [Pointer, Declared] {
  const origin = declaredAt(provider.key.source)
  return [toPointer(keyPath(provider)), { value: undefined, origin, via: [] }]
}

function judged(
  { scene }: Context,
  leaf: MergedNode,
  declared: Declared | undefined,
): DeclaredValue | undefined {
  if (declared === undefined) return undefined
  const { value, origin, via } = declared
  const path = leaf.path.slice(2)
  if (value === undefined) {
    // The place of the key: it is the manifest's only where opgen has written it.
    const isOwned = ownedAt(scene.recorded, leaf, placeOf(leaf)) !== undefined
    return isOwned ? { origin, via, state: 'same', value: shownValue(path, leaf.value) } : undefined
  }
  return {
    origin,
    via,
    state: stateOf(scene.recorded, leaf, value),
    value: shownValue(path, value),
  }
}

function stateOf(
  recorded: RecordedState,
  leaf: MergedNode,
  wanted: JsonValue,
): DeclaredValue['state'] {
  if (isSame(leaf.value, wanted)) return 'same'
  if (leaf.replaced.some(({ node }) => isSame(valueOf(node), wanted))) return 'shadowed'
  const top = placeOf(leaf)
  const owned = ownedAt(recorded, leaf, top)
  if (owned === undefined) return 'differs'
  return 'json' in owned && isSame(owned.json, leaf.value) ? 'pending' : 'drifted'
}

function ownedAt(
  { files }: RecordedState,
  { path }: MergedNode,
  { layer }: Place,
): RecordedState['files'][string]['values'][Pointer]['value'] | undefined {
  const values = Object.hasOwn(files, layer.file) ? (files[layer.file]?.values ?? {}) : {}
  const pointer = toPointer(path)
  return Object.hasOwn(values, pointer) ? values[pointer]?.value : undefined
}

function isSame(one: JsonValue, other: JsonValue): boolean {
  if (sameJson(one, other)) return true
  return typeof one === 'string' && typeof other === 'string' && sameUrl(one, other)
}
