import type { MachineFacts } from '../machine-facts.ts'
import { applies, overlaysOf, withOverlays } from './compose.ts'
import type { Overlay } from './compose.ts'
import { variablesOf } from './conditions.ts'
import { conditionsOf } from './manifest-file.ts'
import { field, namesOf } from './node.ts'
import type { MapNode } from './node.ts'
import { absencesIn } from './read-tree.ts'

/**
 * The environment variables that any condition of a manifest looks at.
 *
 * @param whole the tree of all its files
 */
export function conditionVariables(whole: MapNode): readonly string[] {
  return [...new Set(conditionsOf(whole).flatMap(variablesOf))]
}

/**
 * The ids of all providers that a machine may have, given that some of its facts are not known: each
 * overlay that may apply is tried alone, and all of them together.
 *
 * @param whole the tree of all files of a manifest
 */
export function possibleProviders(
  whole: MapNode,
  view: { readonly facts: MachineFacts; readonly machine: string | undefined },
): ReadonlySet<string> {
  const overlays = overlaysOf(whole)
  const certain = overlays.filter((overlay) => applies(overlay, view) === 'yes')
  const doubtful = overlays.filter((overlay) => applies(overlay, view) === 'maybe')
  const choices: readonly (readonly Overlay[])[] = [[], ...doubtful.map((one) => [one]), doubtful]
  return new Set(
    choices.flatMap((chosen) => {
      // In the order written, whichever they are.
      const layers = overlays.filter((each) => certain.includes(each) || chosen.includes(each))
      return providersIn(withOverlays(whole, layers), view.facts)
    }),
  )
}

function providersIn(tree: MapNode, facts: MachineFacts): readonly string[] {
  const absent = absencesIn(tree, facts)
  return namesOf(field(tree, 'providers')).filter((id) => !absent.has(id))
}
