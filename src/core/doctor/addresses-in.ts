import { tellsSecret } from '../import/block-key.ts'
import { replaceUrlVariables } from '../tokens.ts'
import { classifyHost, hasToken } from '../url.ts'
import { adapterOfModel } from './adapters-in.ts'
import { fillIn } from './filled.ts'
import { mergedAt, placeOf } from './merged-config.ts'
import type { MergedNode } from './merged-config.ts'
import { oncePerProvider } from './once.ts'
import type { Scene, SceneModel, SceneProvider } from './scene.ts'

/** An address that models of a provider are asked at. */
export interface Address {
  readonly node: MergedNode
  /** As it stands in the configuration. */
  readonly raw: string
  /** As OpenCode has it; undefined: it cannot be told here, for want of a variable or a file. */
  readonly url: string | undefined
  /** Variables in it that are not set, or are empty. */
  readonly unset: readonly string[]
  /** Adapters of the models that are asked there, as far as they are known. */
  readonly adapters: ReadonlySet<string>
  /** Whether models have it for themselves. */
  readonly isOfModels: boolean
}

/**
 * The addresses that count, each once: `options.baseURL` for all models, else `api` of a model, else that of the
 * provider. An empty one is as none (seen with 1.18.33).
 */
export const addressesOf = oncePerProvider(findAddresses)

function findAddresses(scene: Scene, provider: SceneProvider): readonly Address[] {
  const { node, models } = provider
  const base = mergedAt(node, ['options', 'baseURL'])
  if (isGiven(base)) return [addressAt(scene, base, adaptersAt(provider, models))]
  const own = new Map<string, { readonly at: GivenText; readonly models: SceneModel[] }>()
  const others: SceneModel[] = []
  for (const model of models) {
    const at = mergedAt(model.node, ['provider', 'api'])
    if (!isGiven(at)) {
      others.push(model)
      continue
    }
    const raw = at.value
    const known = own.get(raw)
    if (known === undefined) own.set(raw, { at, models: [model] })
    else known.models.push(model)
  }
  const shared = mergedAt(node, ['api'])
  const ofModels = [...own.values()].map((one): Address => ({
    ...addressAt(scene, one.at, adaptersAt(provider, one.models)),
    isOfModels: true,
  }))
  const isAsked = others.length > 0 || models.length === 0
  if (!isAsked || !isGiven(shared)) return ofModels
  return [addressAt(scene, shared, adaptersAt(provider, others)), ...ofModels]
}

/** Declared models that are asked at no address of the block's. */
export function modelsWithoutAddress({ node, models }: SceneProvider): readonly SceneModel[] {
  const shared = [mergedAt(node, ['options', 'baseURL']), mergedAt(node, ['api'])]
  if (shared.some((at) => isGiven(at))) return []
  return models.filter((model) => !isGiven(mergedAt(model.node, ['provider', 'api'])))
}

/** Whether a text stands there. One whose variables are not set is told of for that. */
function isGiven(at: MergedNode | undefined): at is GivenText {
  return typeof at?.value === 'string' && at.value !== ''
}

type GivenText = MergedNode & { readonly value: string }

function addressAt(scene: Scene, node: GivenText, adapters: ReadonlySet<string>): Address {
  const raw = node.value
  const { env } = scene.machine
  const { text, unset, files } = fillIn(scene, placeOf(node).layer, raw)
  const absent = new Set(unset)
  const url = replaceUrlVariables(text, (name) => {
    const value = env(name) ?? ''
    if (value === '') absent.add(name)
    return value === '' ? undefined : value
  })
  const isKnown = absent.size === 0 && files.every(({ state }) => state?.kind === 'file')
  return {
    node,
    raw,
    url: isKnown ? url : undefined,
    unset: [...absent],
    adapters,
    isOfModels: false,
  }
}

function adaptersAt(provider: SceneProvider, models: readonly SceneModel[]): ReadonlySet<string> {
  if (models.length === 0) return new Set(provider.adapter === undefined ? [] : [provider.adapter])
  return new Set(models.flatMap((model) => adapterOfModel(provider, model) ?? []))
}

/** Whether all that a provider is asked at is on this machine or a network of one's own. */
export function isLocal(addresses: readonly Address[]): boolean {
  return (
    addresses.length > 0 &&
    addresses.every(({ url }) => url !== undefined && classifyHost(url) !== 'public')
  )
}

/** Whether a server may take what is in its address for a key: what is filled in behind the host, or a parameter. */
export function mayHoldKey({ raw, url }: Address): boolean {
  const behindHost = raw.replace(/^[a-z]+:\/\/[^/]*/i, '')
  return url !== undefined && (hasToken(behindHost) || tellsSecret(url))
}
