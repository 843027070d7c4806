import { quote } from '../../manifest/words.ts'
import { nearest } from '../../nearest.ts'
import { hasPlugins, isFilledIn, isIncomplete } from '../certainty.ts'
import { placeOf } from '../merged-config.ts'
import { nameSome } from '../name-some.ts'
import { providerList } from '../provider-lists.ts'
import type { ListName, ProviderList } from '../provider-lists.ts'
import { atName } from '../rule.ts'
import type { At, Found, Rule } from '../rule.ts'
import type { Scene } from '../scene.ts'

const providerDisabled: Rule = {
  code: 'provider-disabled',
  severity: 'warning',
  title: 'a provider that is configured and disabled',
  cause:
    "OpenCode leaves the provider out, whatever enabled_providers says; Disconnect in OpenCode's interface adds ids to this list, and has no way to take them out",
  fix: 'take the id out of `disabled_providers`, or the block out of the file',
  source: 'contract 2; anomalyco/opencode#39065',
  check: (scene) => {
    const list = providerList(scene, 'disabled_providers')
    if (list === undefined) return []
    return scene.providers.flatMap(({ id }): Found[] => {
      const at = list.places.get(id)
      if (at === undefined) return []
      return [
        {
          message: `${quote(id)} is configured, and disabled_providers hides it`,
          fix: `take ${quote(id)} out of disabled_providers in ${shown(scene, at)}`,
          provider: id,
          at,
        },
      ]
    })
  },
}

function shown({ machine }: Scene, { file }: At): string {
  return machine.display(file)
}

const providerNotEnabled: Rule = {
  code: 'provider-not-enabled',
  severity: 'warning',
  title: 'a provider that is configured and not in `enabled_providers`',
  cause:
    'where there is such a list, even an empty one, OpenCode shows only the providers that it names',
  fix: 'add the id to `enabled_providers`',
  source: 'contract 2; survey 6',
  check: (scene) => {
    const list = providerList(scene, 'enabled_providers')
    if (list === undefined) return []
    const meant = misspelt(scene, list)
    return scene.providers.flatMap(({ id, node }): Found[] => {
      if (list.places.has(id) || isFilledIn(id)) return []
      const slip = meant.get(id)
      const where = shown(scene, list.at)
      return [
        {
          message:
            slip === undefined
              ? `${quote(id)} is configured, and enabled_providers leaves it out`
              : `${quote(id)} is configured, and enabled_providers has ${quote(slip)}`,
          fix:
            slip === undefined
              ? `add ${quote(id)} to enabled_providers in ${where}`
              : `write ${quote(id)} for ${quote(slip)} in enabled_providers in ${where}`,
          provider: id,
          at: (slip === undefined ? undefined : list.places.get(slip)) ?? atName(placeOf(node)),
        },
      ]
    })
  },
}

/** Blocks that the list leaves out, with what it has in their place: an id that nothing defines, and is near. */
function misspelt(scene: Scene, list: ProviderList): ReadonlyMap<string, string> {
  const left = scene.providers.map(({ id }) => id).filter((id) => !list.places.has(id))
  return new Map(
    undefinedIds(scene, list).flatMap((slip) => {
      const id = nearest(slip, left)
      return id === undefined ? [] : [[id, slip] as const]
    }),
  )
}

function undefinedIds(
  { providers, catalogue }: Scene,
  { places }: ProviderList,
): readonly string[] {
  const blocks = new Set(providers.map(({ id }) => id))
  return [...places.keys()].filter((id) => !blocks.has(id) && !catalogue.has(id))
}

const staleListId: Rule = {
  code: 'stale-list-id',
  severity: 'info',
  title: 'an id in `enabled_providers` or `disabled_providers` that nothing defines',
  cause: 'it has no effect: no block has the id, and OpenCode does not know it by itself',
  fix: 'take the id out of the list, or correct it',
  source: 'contract 2; survey 4',
  check: (scene) => {
    // What plugins define, and what a file has that cannot be read, is not known.
    if (isIncomplete(scene) || hasPlugins(scene) || !scene.isWhole) return []
    const names: readonly ListName[] = ['enabled_providers', 'disabled_providers']
    return names.flatMap((name): Found[] => {
      const list = providerList(scene, name)
      if (list === undefined) return []
      const slips =
        name === 'enabled_providers' ? new Set(misspelt(scene, list).values()) : new Set()
      const stale = undefinedIds(scene, list).filter((id) => !slips.has(id))
      const [first] = stale
      const at = first === undefined ? undefined : list.places.get(first)
      if (first === undefined || at === undefined) return []
      return [
        {
          message: `${name} has ${nameSome(stale)}, which nothing defines`,
          fix: `take ${stale.length === 1 ? 'it' : 'them'} out of ${name} in ${shown(scene, at)}`,
          at,
        },
      ]
    })
  },
}

export const providerListRules: readonly Rule[] = [
  providerDisabled,
  providerNotEnabled,
  staleListId,
]
