import type { Diagnostic } from '../diagnostic.ts'
import type { MachineFacts } from '../machine-facts.ts'
import type { Source, Sourced } from '../source.ts'
import type { WantedEnabledList } from '../wanted.ts'
import { checkIds } from './check-ids.ts'
import { holds } from './conditions.ts'
import type { Absence, Manifest } from './manifest.ts'
import { entriesOf, field, keySourceAt, sourcedText, textOf } from './node.ts'
import type { MapNode, Node } from './node.ts'
import { readDelivery } from './read-key-in.ts'
import { readProvider } from './read-provider.ts'

/** Why a provider of a manifest is not on the machine, by id; those that are there are left out. */
export type Absences = ReadonlyMap<string, Absence>

export function absencesIn(tree: MapNode, facts: MachineFacts): Absences {
  return new Map(
    entriesOf(field(tree, 'providers')).flatMap(([id, { value }]): [string, Absence][] => {
      const enabled = field(value, 'enabled')
      if (enabled?.kind === 'scalar' && enabled.value === false) return [[id, 'disabled']]
      return holds(field(value, 'when'), facts) === 'no' ? [[id, 'elsewhere']] : []
    }),
  )
}

interface Reading {
  readonly path: string
  readonly absent: Absences
}

/** Turn a tree with neither overlays nor expressions into a manifest. What has a wrong type is left out. */
export function readTree(
  tree: MapNode,
  { path, absent }: Reading,
): {
  readonly value: Omit<Manifest, 'vars' | 'varProblems' | 'disclosed' | 'machine' | 'elsewhere'>
  readonly diagnostics: readonly Diagnostic[]
} {
  const entries = entriesOf(field(tree, 'providers'))
  const read = entries.map(([id, { keySource, value: node }]) =>
    readProvider({
      id,
      source: keySource,
      node: node.kind === 'map' ? node : undefined,
      absence: absent.get(id),
    }),
  )
  const disabled = field(tree, 'disabled_providers')
  const value = {
    path,
    providers: read.map(({ provider }) => provider),
    model: sourcedText(field(tree, 'model')),
    smallModel: sourcedText(field(tree, 'small_model')),
    enabledProviders: readEnabled(
      field(tree, 'enabled_providers'),
      keySourceAt(tree, ['enabled_providers']),
    ),
    disabledProviders:
      disabled?.kind === 'list'
        ? { value: texts(disabled), source: keySourceAt(tree, ['disabled_providers']) }
        : undefined,
    delivery: readDelivery(field(tree, 'delivery')),
    vault: sourcedText(field(tree, 'vault')),
  }
  const diagnostics = [
    ...read.flatMap((result) => result.diagnostics),
    ...checkIds(
      entries.map(([id, { keySource, keyIsNoText }]) => ({ id, source: keySource, keyIsNoText })),
    ),
  ]
  return { value, diagnostics }
}

/** @param source the place of the field's name */
function readEnabled(node: Node | undefined, source: Source): WantedEnabledList {
  if (node?.kind === 'list') return { mode: 'list', source, items: texts(node) }
  return textOf(node) === 'keep' ? { mode: 'keep' } : { mode: 'auto' }
}

function texts(list: Node): readonly Sourced<string>[] {
  if (list.kind !== 'list') return []
  return list.items.flatMap((item) => sourcedText(item) ?? [])
}
