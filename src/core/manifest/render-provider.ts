import type { Diagnostic } from '../diagnostic.ts'
import type { Path } from '../json.ts'
import type { Preset } from '../preset/render-preset.ts'
import type { Source, Sourced } from '../source.ts'
import { classifyHost, isPlainHttp } from '../url.ts'
import type { KeySource, WantedKey, WantedProvider, WantedValue } from '../wanted.ts'
import type { ManifestModel, ManifestProvider } from './manifest.ts'
import { patternsOf } from './manifest.ts'
import { field, mergeNodes, sourcedText, toJson, walk, without } from './node.ts'
import type { Entry, MapNode, Node } from './node.ts'
import { checkKeyIn } from './read-key-in.ts'
import { KEYCHAIN_SERVICE } from './read-key.ts'

interface Filled {
  readonly name: Sourced<string> | undefined
  /** Without slashes at its end. */
  readonly baseURL: Sourced<string> | undefined
  /** Of its server, also where the block says none. */
  readonly address: string | undefined
  /** OpenCode knows the provider: what nobody sets is not written. */
  readonly catalogue: boolean
}

/** Merge a provider of the manifest with its preset into the block that OpenCode is to have. */
export function renderProvider(
  provider: ManifestProvider,
  preset: Preset,
  filled: Filled,
): { readonly value: WantedProvider; readonly diagnostics: readonly Diagnostic[] } {
  const block = renderBlock(provider, preset, filled)
  const key = resolveKey(provider, preset)
  const options = field(block, 'options')
  const baseURL = sourcedText(field(options, 'baseURL'))
  const value: WantedProvider = {
    id: provider.id,
    source: provider.source,
    preset: provider.preset.value,
    values: leaves(block, ['provider', provider.id]),
    key,
    keyIn: provider.keyIn,
    baseURL,
    npm: sourcedText(field(block, 'npm'))?.value,
    address: filled.address,
    listing: preset.discover ?? 'openai',
    isCatalogued: filled.catalogue,
    ...(provider.discovery === undefined ? {} : { discovery: patternsOf(provider.discovery) }),
  }
  const unsure = provider.doubtful.has('key') || provider.doubtful.has('baseURL')
  // Under `key: external` the place is the user's to fill.
  const isExternal = key.sources[0]?.kind === 'external'
  return {
    value,
    diagnostics: [
      ...(baseURL === undefined || unsure ? [] : checkPlainHttp(baseURL, key)),
      ...(isExternal || provider.doubtful.has('keyIn') ? [] : checkKeyIn(provider.keyIn, options)),
    ],
  }
}

/** The block in the order in which a new one is written, `extra` last. */
function renderBlock(provider: ManifestProvider, preset: Preset, filled: Filled): MapNode {
  const { baseURL, catalogue } = filled
  const base = baseURL === undefined ? preset.provider : withPlaceOf(preset.provider, baseURL)
  const entries = new Map<string, Entry>()
  const put = (name: string, ...layers: readonly (Node | undefined)[]): void => {
    const present = layers.filter((layer) => layer !== undefined)
    const [first, ...over] = present
    if (first === undefined) return
    const value = over.reduce((below, above) => mergeNodes(below, above), first)
    entries.set(name, { keySource: value.source, value })
  }
  if (provider.npm?.value !== null) {
    put('npm', catalogue ? undefined : field(base, 'npm'), scalar(provider.npm))
  }
  put('name', scalar(filled.name))
  put('env', field(base, 'env'), provider.env)
  put('api', field(base, 'api'))
  const url = catalogue && baseURL !== undefined ? urlOptions(baseURL) : undefined
  put('options', url, field(base, 'options'), provider.options)
  put('whitelist', field(base, 'whitelist'), provider.whitelist)
  put('blacklist', field(base, 'blacklist'), provider.blacklist)
  if (!catalogue || provider.models.length > 0) put('models', renderModels(provider, preset.models))
  const block: MapNode = { kind: 'map', entries, source: provider.source }
  const whole = provider.extra === undefined ? block : mergeNodes(block, provider.extra)
  return whole.kind === 'map' ? whole : block
}

/** Only the presets of the catalogue leave the base URL to this: their templates know none. */
function urlOptions({ value, source }: Sourced<string>): MapNode {
  const entry: Entry = { keySource: source, value: { kind: 'scalar', value, source } }
  return { kind: 'map', entries: new Map([['baseURL', entry]]), source }
}

function renderModels({ models, source }: ManifestProvider, defaults: Node | undefined): Node {
  const fields = (model: ManifestModel): Node => {
    if (defaults?.kind !== 'map') return model.fields
    // The parts of a limit belong together.
    const base =
      field(model.fields, 'limit') === undefined ? defaults : without(defaults, ['limit'])
    return mergeNodes(base, model.fields)
  }
  return {
    kind: 'map',
    entries: new Map(
      models.map((model) => [model.id, { keySource: model.source, value: fields(model) }]),
    ),
    source,
  }
}

function scalar(value: Sourced<string | null> | undefined): Node | undefined {
  return value === undefined ? undefined : { kind: 'scalar', ...value }
}

/** A template repeats the base URL; its place is where it was set, not where it is repeated. */
function withPlaceOf(node: MapNode, baseURL: Sourced<string>): MapNode {
  const entries = new Map<string, Entry>()
  for (const [name, entry] of node.entries) {
    const { value } = entry
    const isUrl = value.kind === 'scalar' && value.value === baseURL.value
    if (isUrl) entries.set(name, { ...entry, value: { kind: 'scalar', ...baseURL } })
    else if (value.kind === 'map')
      entries.set(name, { ...entry, value: withPlaceOf(value, baseURL) })
    else entries.set(name, entry)
  }
  return { ...node, entries }
}

/**
 * Maps are gone into, lists are values; an empty map stands for itself. What `concat` makes has no room to
 * grow, as a spread would have: with thousands of models that counts.
 */
function leaves(node: Node, path: Path): readonly WantedValue[] {
  const found: WantedValue[] = []
  collectLeaves(node, path, found)
  return found
}

function collectLeaves(node: Node, path: Path, found: WantedValue[]): void {
  if (node.kind === 'map' && node.entries.size > 0) {
    for (const [name, { value }] of node.entries) collectLeaves(value, path.concat(name), found)
    return
  }
  const via = viaOf(node)
  const value = { path, value: toJson(node), source: node.source }
  found.push(via.length === 0 ? value : { ...value, via })
}

/** All that a value came through, each once. */
function viaOf(node: Node): readonly Source[] {
  if (node.kind === 'scalar') return node.via === undefined ? [] : [...new Set(node.via)]
  return [...new Set(walk(node).flatMap((part) => viaOfScalar(part.node)))]
}

function viaOfScalar(node: Node): readonly Source[] {
  return node.kind === 'scalar' ? (node.via ?? []) : []
}

function resolveKey({ id, source, key }: ManifestProvider, preset: Preset): WantedKey {
  return {
    source: key?.source ?? source,
    sources: key?.value ?? presetSources(preset.key, id),
    placeholder: preset.placeholder,
    keyPage: preset.keyPage,
  }
}

function presetSources(need: Preset['key'], id: string): readonly KeySource[] {
  const keychain: KeySource = { kind: 'keychain', service: KEYCHAIN_SERVICE, account: id }
  switch (need) {
    case 'none':
    case 'external':
      return [{ kind: need }]
    case 'optional':
      return [keychain, { kind: 'none' }]
    case 'required':
    case undefined:
      return [keychain]
  }
}

/** To a public host this is a decision of the person who applies, not a remark. */
function checkPlainHttp(baseURL: Sourced<string>, key: WantedKey): readonly Diagnostic[] {
  const keyless = key.sources.every((candidate) => candidate.kind === 'none')
  if (keyless || !isPlainHttp(baseURL.value) || classifyHost(baseURL.value) !== 'private') return []
  return [
    {
      code: 'plain-http',
      severity: 'warning',
      message: 'the key would cross the network in the clear',
      source: baseURL.source,
      hint: 'use https, or write `key: none` if the server wants no key',
    },
  ]
}
