import { isJsonObject, objectAt } from '../json.ts'
import type { JsonObject } from '../json.ts'
import { plainTexts } from './certainty.ts'
import type { Catalogue, Scene, SceneModel, SceneProvider } from './scene.ts'

/** A model that a block declares, as OpenCode 1 understands it. */
export interface DeclaredModel extends SceneModel {
  /** Its fields, with those that it takes from the model that its `id`, or its own name, leads to. */
  readonly fields: JsonObject
  /** Whether all that it takes over is known here: the models of the catalogue may not be. */
  readonly isKnown: boolean
}

type Provider = Pick<SceneProvider, 'id' | 'inCatalogue' | 'block' | 'models'>

/** Many rules ask the same of the same thousands of models. */
function oncePerScene<T>(
  make: (scene: Scene, provider: Provider) => T,
): (scene: Scene, provider: Provider) => T {
  const made = new WeakMap<Scene, Map<string, T>>()
  return (scene, provider) => {
    const ofScene = made.get(scene) ?? new Map<string, T>()
    made.set(scene, ofScene)
    const found = ofScene.get(provider.id) ?? make(scene, provider)
    ofScene.set(provider.id, found)
    return found
  }
}

const NONE: ReadonlyMap<string, JsonObject> = new Map()

/** Members of a model that are merged one by one, not taken over as a whole. */
const MERGED = ['limit', 'modalities', 'cost']

/**
 * The models of a block. Each takes what it does not say from the model of the provider that its `id` names, which
 * may be one of the catalogue or one that stands further up in the block: read in the code of 1.18.33.
 */
export const declaredModels = oncePerScene(inheritingModels)

function inheritingModels(
  { catalogue }: Scene,
  { id, inCatalogue, models }: Provider,
): readonly DeclaredModel[] {
  const known = inCatalogue ? catalogueModels(catalogue, id) : NONE
  const above = new Map<string, DeclaredModel>()
  for (const model of models) {
    const { id: name } = model.block
    const source = typeof name === 'string' ? name : model.key
    const base = above.get(source)
    const fields = inherited(base?.fields ?? known?.get(source), model.block)
    const isKnown = base === undefined ? known !== undefined : base.isKnown
    above.set(model.key, { ...model, fields, isKnown })
  }
  return [...above.values()]
}

function inherited(base: JsonObject | undefined, block: JsonObject): JsonObject {
  if (base === undefined) return block
  const merged = MERGED.filter((name) => name in base && name in block).map((name) => {
    return [name, { ...objectAt(base, name), ...objectAt(block, name) }] as const
  })
  return { ...base, ...block, ...Object.fromEntries(merged) }
}

/** Those that OpenCode itself asks for their models when it starts: read in the code of 1.18.33. */
const ASKED_IDS = new Set(['digitalocean', 'github-copilot', 'gitlab', 'modal'])

/** Models of the catalogue by key, and each of their modes, which OpenCode lists as a model of its own. */
function catalogueModels(
  catalogue: Catalogue,
  id: string,
): ReadonlyMap<string, JsonObject> | undefined {
  const models = ASKED_IDS.has(id) ? undefined : catalogue.models(id)
  if (models === undefined) return undefined
  return new Map(
    Object.entries(models).flatMap(([key, model]): (readonly [string, JsonObject])[] => {
      if (!isJsonObject(model)) return []
      const modes = Object.keys(objectAt(objectAt(model, 'experimental'), 'modes'))
      return [[key, model], ...modes.map((mode) => [`${key}-${mode}`, model] as const)]
    }),
  )
}

export type Filter = 'whitelist' | 'blacklist' | 'alpha' | 'deprecated'

/** What takes models away, in words. */
export function filtersOf(filtered: ReadonlyMap<string, Filter>): string {
  return [...new Set([...filtered.values()].map(filterText))].join(' or ')
}

/** One of them in words. */
export function filterText(filter: Filter): string {
  return filter === 'alpha' || filter === 'deprecated' ? `status "${filter}"` : `its ${filter}`
}

/** What takes a model of a provider away again; undefined: nothing. */
function modelFilter(
  { machine }: Scene,
  block: JsonObject,
): (key: string, fields: JsonObject) => Filter | undefined {
  const blacklist = new Set(plainTexts(block['blacklist']))
  const texts = plainTexts(block['whitelist'])
  const whitelist = texts === undefined ? undefined : new Set(texts)
  const letsAlphaIn = isOn(machine.env('OPENCODE_ENABLE_EXPERIMENTAL_MODELS'))
  return (key, { status }) => {
    if (blacklist.has(key)) return 'blacklist'
    if (whitelist?.has(key) === false) return 'whitelist'
    if (status === 'deprecated') return 'deprecated'
    return status === 'alpha' && !letsAlphaIn ? 'alpha' : undefined
  }
}

/** Whether a variable turns something of OpenCode's on. In doubt it does: then less is told. */
export function isOn(value: string | undefined): boolean {
  return value !== undefined && !/^(?:|0|n|no|false|off)$/i.test(value)
}

/** What a provider offers. */
export interface Offer {
  /** Models that can be chosen. */
  readonly keys: ReadonlySet<string>
  /** Models that are there and taken away. */
  readonly filtered: ReadonlyMap<string, Filter>
  /**
   * Declared keys that begin with the id of the provider by mistake: the whitelist or the catalogue has the rest of
   * the key, and not the key. Others are legal, as some servers call their models so.
   */
  readonly repeated: ReadonlySet<string>
  /** Whether these are all: the models of the catalogue may not be known here. */
  readonly isKnown: boolean
}

/** What a provider offers, with a block or without one. */
export const offerOf = oncePerScene(makeOffer)

function makeOffer(scene: Scene, provider: Provider): Offer {
  const { id, inCatalogue, block } = provider
  const known = inCatalogue ? catalogueModels(scene.catalogue, id) : NONE
  const all = new Map(known)
  for (const { key, fields } of declaredModels(scene, provider)) all.set(key, fields)
  const filterOf = modelFilter(scene, block)
  const keys = new Set<string>()
  const filtered = new Map<string, Filter>()
  for (const [key, fields] of all) {
    const filter = filterOf(key, fields)
    if (filter === undefined) keys.add(key)
    else filtered.set(key, filter)
  }
  const repeated = repeatedKeys(provider, known ?? NONE)
  return { keys, filtered, repeated, isKnown: known !== undefined }
}

function repeatedKeys(
  { id, block, models }: Provider,
  known: ReadonlyMap<string, JsonObject>,
): ReadonlySet<string> {
  const listed = new Set(plainTexts(block['whitelist']))
  const keys = models.map(({ key }) => key).filter((key) => key.startsWith(`${id}/`))
  return new Set(
    keys.filter((key) => {
      const rest = key.slice(id.length + 1)
      return [listed, known].some((names) => names.has(rest) && !names.has(key))
    }),
  )
}
