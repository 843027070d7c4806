import { mergedAt, membersAt, nameOf, placeOf } from '../doctor/merged-config.ts'
import type { Context } from './context.ts'
import type { Hidden } from './explanation.ts'
import { textsOf } from './key-places.ts'

/** What keeps the provider, or some of its models, from being shown by OpenCode 1. */
export function hiddenBy(context: Context): readonly Hidden[] {
  return [...byLists(context), ...models(context), ...notActive(context)]
}

function byLists({ scene, id, originOf }: Context): readonly Hidden[] {
  return (['disabled_providers', 'enabled_providers'] as const).flatMap((name) => {
    const node = mergedAt(scene.config, [name])
    const listed = textsOf(node?.value)
    if (node === undefined || listed === undefined) return []
    const isListed = listed.includes(id)
    if (isListed !== (name === 'disabled_providers')) return []
    const what = isListed ? `${name} lists it` : `${name} does not list it`
    return [{ what, origin: originOf(placeOf(node)) }]
  })
}

function models({ block, scene, id, originOf }: Context): readonly Hidden[] {
  if (block === undefined) return []
  const own = membersAt(block, ['models'])
  if (own.length === 0 && !scene.catalogue.has(id)) {
    return [{ what: 'it has no models', origin: originOf(placeOf(block)) }]
  }
  const lists = ['whitelist', 'blacklist'].flatMap((name) => {
    const node = mergedAt(block, [name])
    const listed = textsOf(node?.value)
    if (node === undefined || listed === undefined) return []
    const isHiding = (key: string): boolean => listed.includes(key) === (name === 'blacklist')
    const hidden = own.map(nameOf).filter(isHiding).length
    const what = hidden === 0 ? `${name} names models` : `${name} hides ${count(hidden, 'model')}`
    return [{ what, origin: originOf(placeOf(node)) }]
  })
  const shows = scene.machine.env('OPENCODE_ENABLE_EXPERIMENTAL_MODELS') ?? ''
  const gone = own
    .flatMap((model) => mergedAt(model, ['status']) ?? [])
    .filter(({ value }) => {
      return value === 'deprecated' || (value === 'alpha' && shows === '')
    })
  const [first] = gone
  if (first === undefined) return lists
  const what = `${count(gone.length, 'model')} with status ${JSON.stringify(first.value)}`
  return [...lists, { what, origin: originOf(placeOf(first)) }]
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`
}

/** Without a block, a provider of the catalogue is shown where it has a key. */
function notActive({ block, scene, id }: Context): readonly Hidden[] {
  if (block !== undefined) return []
  // A block that is missing is told of with the key.
  if (!scene.catalogue.has(id)) return []
  const { machine, logins, catalogue } = scene
  const names = catalogue.variables(id) ?? []
  const isActive = logins.has(id) || names.some((name) => (machine.env(name) ?? '') !== '')
  // OpenCode's own provider is there without anything.
  if (isActive || id === 'opencode') return []
  return [{ what: 'no block, login or variable activates it', origin: undefined }]
}
