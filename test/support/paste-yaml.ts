import { parse, stringify } from 'yaml'

/**
 * A manifest with a piece of YAML put in, as a person would: fields are added or replaced, and a model
 * of a list is found by its id.
 */
export function pasted(manifest: string, yaml: string): string {
  return stringify(merged(parse(manifest), parse(yaml), []))
}

type Fields = Readonly<Record<string, unknown>>

function merged(base: unknown, over: unknown, path: readonly string[]): unknown {
  if (path.length === 3 && path[0] === 'providers' && path[2] === 'models') {
    return mergedModels(modelsOf(base), modelsOf(over))
  }
  if (!isMap(base) || !isMap(over)) return over
  const result = { ...base }
  for (const [name, value] of Object.entries(over)) {
    result[name] = merged(base[name], value, [...path, name])
  }
  return result
}

function mergedModels(base: readonly Fields[], over: readonly Fields[]): readonly unknown[] {
  const ids = new Set([...base, ...over].map(({ id }) => id))
  const of = (models: readonly Fields[], id: unknown): Fields =>
    models.find((model) => model['id'] === id) ?? {}
  return [...ids].map((id) => merged(of(base, id), of(over, id), []))
}

/** The models of a manifest in any form, each as a map with its id. */
function modelsOf(models: unknown): readonly Fields[] {
  if (Array.isArray(models))
    return models.map((item: unknown) => (isMap(item) ? item : { id: item }))
  if (!isMap(models)) return []
  return Object.entries(models).map(([id, fields]) => ({ id, ...(isMap(fields) ? fields : {}) }))
}

function isMap(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
