import { plainTexts } from './certainty.ts'
import { mergedAt, placeOf } from './merged-config.ts'
import type { At } from './rule.ts'
import type { Scene } from './scene.ts'

export type ListName = 'enabled_providers' | 'disabled_providers'

/** One of the two lists that hide providers, as OpenCode merges it. */
export interface ProviderList {
  readonly name: ListName
  /** Where each id stands, the first time. */
  readonly places: ReadonlyMap<string, At>
  /** Where the list itself stands. */
  readonly at: At
}

/** The list of this name; undefined where there is none, or where OpenCode fills in something of it. */
export function providerList(
  { config }: Pick<Scene, 'config'>,
  name: ListName,
): ProviderList | undefined {
  const merged = mergedAt(config, [name])
  if (merged === undefined || plainTexts(merged.value) === undefined) return undefined
  const { layer, node } = placeOf(merged)
  if (node.kind !== 'array') return undefined
  const { file, text } = layer
  const places = new Map<string, At>()
  for (const { value } of node.elements) {
    if (value.kind !== 'scalar' || typeof value.value !== 'string') continue
    if (!places.has(value.value)) places.set(value.value, { file, text, offset: value.start })
  }
  return { name, places, at: { file, text, offset: node.start } }
}

/** Which list hides a provider. `disabled_providers` wins; both say nothing of what they do not hold. */
export function hidingLists(scene: Scene): (id: string) => ProviderList | undefined {
  const disabled = providerList(scene, 'disabled_providers')
  const enabled = providerList(scene, 'enabled_providers')
  return (id) => {
    if (disabled?.places.has(id) === true) return disabled
    return enabled?.places.has(id) === false ? enabled : undefined
  }
}
