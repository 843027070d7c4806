import type { Position } from '../positions.ts'

/** Where the parts of a lock file stand: `[provider]`, `[provider, url]`, `[provider, url, model]`. */
export interface LockLines {
  readonly at: (place: readonly string[]) => Position | undefined
}

/** The name at the beginning of a line, and how far it is from there. */
const NAME = /^( *)("(?:[^"\\]|\\.)*"): ?/

/** Blanks before the names of providers, addresses and models, as they are written. */
const DEPTHS: ReadonlyMap<number, number> = new Map([
  [4, 0],
  [6, 1],
  [10, 2],
])

/**
 * Find the places in a lock file by the lines as opgen writes them. In one that something else has
 * formatted nothing is found: places are for messages, and reading a tree of thousands of models with all
 * its offsets would take longer than all the rest.
 */
export function lockLines(text: string): LockLines {
  let found: ReadonlyMap<string, Position> | undefined
  return {
    at: (place) => {
      found ??= findPlaces(text)
      return found.get(nameOf(place))
    },
  }
}

function findPlaces(text: string): ReadonlyMap<string, Position> {
  const places = new Map<string, Position>()
  const path: string[] = []
  for (const [index, line] of text.split('\n').entries()) {
    const [, blanks = '', name = ''] = NAME.exec(line) ?? []
    const depth = DEPTHS.get(blanks.length)
    if (name === '' || depth === undefined) continue
    path.length = depth
    path[depth] = textOf(name)
    places.set(nameOf(path), { line: index + 1, column: blanks.length + 1 })
  }
  return places
}

function textOf(name: string): string {
  try {
    return String(JSON.parse(name))
  } catch {
    return name
  }
}

function nameOf(place: readonly string[]): string {
  return place.join('\n')
}
