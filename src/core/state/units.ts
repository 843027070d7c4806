import type { RecordedFile, RecordedState } from './recorded.ts'

/** Providers and top-level fields of which anything is recorded, by name. */
export function unitsOf({ files }: RecordedState): readonly string[] {
  const units = new Set<string>()
  for (const { values, containers, elements } of Object.values(files)) {
    for (const { unit } of Object.values(values)) units.add(unit)
    for (const { unit } of Object.values(containers)) units.add(unit)
    for (const owners of Object.values(elements)) {
      for (const { unit } of Object.values(owners)) units.add(unit)
    }
  }
  units.delete('')
  return [...units].toSorted()
}

/** The state without anything of some units. A file in which nothing is owned any more is forgotten. */
export function forgetUnits(state: RecordedState, units: ReadonlySet<string>): RecordedState {
  const files = Object.entries(state.files).flatMap(([path, file]) => {
    const rest = withoutUnits(file, units)
    return rest === undefined ? [] : [[path, rest] as const]
  })
  const { moves, ...others } = state
  const left = movesWithout(moves, units)
  return {
    ...others,
    ...(left === undefined ? {} : { moves: left }),
    files: Object.fromEntries(files),
    delivery: without(state.delivery, units),
    seen: without(state.seen, units),
    keys: without(state.keys, units),
  }
}

function withoutUnits(file: RecordedFile, units: ReadonlySet<string>): RecordedFile | undefined {
  const elements = Object.entries(file.elements).flatMap(([list, owners]) => {
    const others = ofOthers(owners, units)
    return Object.keys(others).length === 0 ? [] : [[list, others] as const]
  })
  const values = ofOthers(file.values, units)
  if (Object.keys(values).length === 0 && elements.length === 0) return undefined
  return {
    ...file,
    values,
    containers: ofOthers(file.containers, units),
    ...(file.gone === undefined ? {} : { gone: ofOthers(file.gone, units) }),
    elements: Object.fromEntries(elements),
  }
}

function ofOthers<T extends { readonly unit: string }>(
  owned: Readonly<Record<string, T>>,
  units: ReadonlySet<string>,
): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(owned).filter(([, { unit }]) => !units.has(unit)))
}

function without<T>(
  byUnit: Readonly<Record<string, T>>,
  units: ReadonlySet<string>,
): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(byUnit).filter(([unit]) => !units.has(unit)))
}

function movesWithout(
  moves: RecordedState['moves'] = {},
  units: ReadonlySet<string>,
): RecordedState['moves'] {
  const left = Object.entries(moves).flatMap(([path, ofFile]) => {
    const kept = Object.entries(ofFile).filter(([, { unit }]) => !units.has(unit))
    return kept.length === 0 ? [] : [[path, Object.fromEntries(kept)] as const]
  })
  return left.length === 0 ? undefined : Object.fromEntries(left)
}
