import type { Source } from '../source.ts'
import { meantField } from './field-slips.ts'
import { walk } from './node.ts'
import type { MapNode } from './node.ts'
import { PROVIDER_FIELDS } from './schema.ts'

/** Where problems have been found already. */
export type Places = ReadonlySet<string>

export function placesOf(sources: readonly (Source | undefined)[]): Places {
  return new Set(sources.map(nameOf))
}

export function isAt(places: Places, source: Source | undefined): boolean {
  return places.has(nameOf(source))
}

function nameOf(source: Source | undefined): string {
  return `${source?.line}:${source?.column}:${source?.file}`
}

/**
 * The fields of a provider that cannot be judged: those with an error in them, and those that a wrong
 * name stands for (`url` for `baseURL`). What seems wrong with such a field, or with its absence, is
 * a mere consequence of what has been told.
 *
 * @param node undefined when what stands there is no map
 */
export function doubtfulFields(node: MapNode | undefined, errors: Places): ReadonlySet<string> {
  if (node === undefined) return new Set(PROVIDER_FIELDS)
  const doubtful = new Set<string>()
  for (const { node: part, path, keySource } of walk(node)) {
    const [top] = path
    if (typeof top !== 'string' || ![part.source, keySource].some((at) => isAt(errors, at)))
      continue
    // A merge that went wrong could have brought any of them.
    if (top === '<<') return new Set(PROVIDER_FIELDS)
    doubtful.add(top)
    const name = path.at(-1)
    // Models have fields of their own; what is wrong with those says nothing about the provider's.
    const meant =
      top !== 'models' && typeof name === 'string' ? meantField(name, PROVIDER_FIELDS) : undefined
    if (meant !== undefined) doubtful.add(meant)
  }
  return doubtful
}
