import { quote } from '../../manifest/words.ts'
import { nearest } from '../../nearest.ts'
import { errorOf1, mayHaveMore, plainTexts } from '../certainty.ts'
import { filtersOf, filterText, offerOf } from '../declared-models.ts'
import type { Filter, Offer } from '../declared-models.ts'
import { mergedAt, placeOf } from '../merged-config.ts'
import { faultyGroups } from '../model-faults.ts'
import { isSmall, namedIn } from '../model-references.ts'
import { nameSome } from '../name-some.ts'
import { atName, atValue } from '../rule.ts'
import type { Found, Rule } from '../rule.ts'
import type { Scene, SceneProvider } from '../scene.ts'

export const modelFiltered: Rule = {
  code: 'model-filtered',
  severity: 'info',
  title: 'a declared model that `whitelist`, `blacklist` or `status` takes away',
  cause:
    'OpenCode does not list the model; one that is in use answers every message with "Unexpected server error"',
  fix: 'correct the list or the status, or take the model out',
  source: 'contract 2, 8',
  check: (scene) => {
    const faulty = faultyGroups(scene)
    const inUse = new Set(faulty.map(([[{ text }]]) => text))
    return [
      ...filteredInUse(scene, faulty),
      ...scene.providers.flatMap((provider) => {
        const offer = offerOf(scene, provider)
        // Where none is left, another rule tells.
        if (offer.keys.size === 0) return []
        const unknown = mayHaveMore(scene) ? [] : unknownInLists(provider, offer)
        return [...declaredAndFiltered(provider, offer, inUse), ...unknown]
      }),
    ]
  },
}

function filteredInUse(scene: Scene, faulty: ReturnType<typeof faultyGroups>): readonly Found[] {
  return faulty.flatMap(([group, fault]): Found[] => {
    if (fault.kind !== 'filtered') return []
    const [{ model, at }] = group
    const small = isSmall(group)
    return [
      {
        message: `${namedIn(group)}: ${filterText(fault.filter)} takes it away`,
        cause: small
          ? 'OpenCode ignores such a small model without a word'
          : 'OpenCode answers what is to go to it with "Unexpected server error"',
        fix: `let ${quote(model)} through, or name another model`,
        severity: small || mayHaveMore(scene) ? 'warning' : errorOf1(scene),
        provider: fault.provider,
        at,
      },
    ]
  })
}

function declaredAndFiltered(
  { id, models, node }: SceneProvider,
  { filtered, repeated }: Offer,
  inUse: ReadonlySet<string>,
): readonly Found[] {
  const taken = models.flatMap(({ key }): (readonly [string, Filter])[] => {
    const filter = filtered.get(key)
    const isTold = repeated.has(key) || inUse.has(`${id}/${key}`)
    return filter === undefined || isTold ? [] : [[key, filter]]
  })
  if (taken.length === 0) return []
  const names = taken.map(([key]) => key)
  const first = mergedAt(node, ['models', names[0] ?? '']) ?? node
  return [
    {
      message: `${filtersOf(new Map(taken))} takes ${nameSome(names)} of ${quote(id)} away`,
      cause: 'OpenCode does not list what is taken away',
      provider: id,
      at: atName(placeOf(first)),
    },
  ]
}

function unknownInLists(
  { id, block, node }: SceneProvider,
  { keys, filtered, repeated, isKnown }: Offer,
): readonly Found[] {
  if (!isKnown) return []
  const all = new Set([...keys, ...filtered.keys()])
  return ['whitelist', 'blacklist'].flatMap((list): Found[] => {
    const at = mergedAt(node, [list])
    const unknown = (plainTexts(block[list]) ?? []).filter(
      (key) => !all.has(key) && !repeated.has(`${id}/${key}`),
    )
    const [first] = unknown
    if (at === undefined || first === undefined) return []
    const guess = nearest(first, [...all].slice(0, 1000))
    return [
      {
        message: `${list} of ${quote(id)} names ${nameSome(unknown)}, which ${quote(id)} does not have`,
        cause: 'OpenCode ignores what no model is called',
        fix:
          guess === undefined
            ? `take ${unknown.length === 1 ? 'it' : 'them'} out`
            : `write ${quote(guess)} for ${quote(first)}`,
        provider: id,
        at: atValue(placeOf(at)),
      },
    ]
  })
}
