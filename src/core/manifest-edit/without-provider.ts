import { isJsonObject } from '../json.ts'
import type { JsonObject, JsonValue } from '../json.ts'

/**
 * What a manifest says once a provider is taken out of it, worked out apart from its text.
 *
 * @param references whether what names the provider goes as well
 */
export function withoutProvider(
  tree: JsonObject,
  id: string,
  references: 'go' | 'stay',
): JsonObject {
  const { machines } = tree
  const top = references === 'go' ? withoutReferences(tree, id) : tree
  const providers = isJsonObject(tree['providers']) ? without(tree['providers'], id) : undefined
  const all = { ...top, ...(providers === undefined ? {} : { providers }) }
  if (!isJsonObject(machines)) return all
  const overlays = Object.entries(machines).flatMap(([name, overlay]): [string, JsonValue][] => {
    if (!isJsonObject(overlay)) return [[name, overlay]]
    const left = overlayWithout(overlay, id, references)
    const isEmptied = Object.keys(left).length === 0 && Object.keys(overlay).length > 0
    return isEmptied ? [] : [[name, left]]
  })
  const isEmptied = overlays.length === 0 && Object.keys(machines).length > 0
  return isEmptied ? without(all, 'machines') : { ...all, machines: Object.fromEntries(overlays) }
}

function overlayWithout(overlay: JsonObject, id: string, references: 'go' | 'stay'): JsonObject {
  const left = references === 'go' ? withoutReferences(overlay, id) : overlay
  const { providers } = overlay
  if (!isJsonObject(providers) || !Object.hasOwn(providers, id)) return left
  const others = without(providers, id)
  return Object.keys(others).length === 0
    ? without(left, 'providers')
    : { ...left, providers: others }
}

function withoutReferences(layer: JsonObject, id: string): JsonObject {
  const fields = Object.entries(layer).flatMap(([name, value]): [string, JsonValue][] => {
    const isModel = name === 'model' || name === 'small_model'
    if (isModel && typeof value === 'string' && value.startsWith(`${id}/`)) return []
    const isList = name === 'enabled_providers' || name === 'disabled_providers'
    if (!isList || !Array.isArray(value) || !value.includes(id)) return [[name, value]]
    const others = value.filter((element) => element !== id)
    return others.length === 0 ? [] : [[name, others]]
  })
  return Object.fromEntries(fields)
}

function without(object: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name))
}
