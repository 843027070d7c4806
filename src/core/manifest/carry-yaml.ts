import { Document, isMap, isPair, isScalar, visit } from 'yaml'
import { isJsonObject, sameJson, toPointer } from '../json.ts'
import type { JsonObject, JsonValue, Path, Pointer } from '../json.ts'
import { noFacts } from '../machine-facts.ts'
import type { CarriedValue, Decision } from '../plan/plan.ts'
import { CATALOGUE_PRESETS } from '../preset/preset.ts'
import type { Wanted } from '../wanted.ts'
import { readManifestFile } from './manifest-file.ts'
import { toJson } from './node.ts'
import { readManifest } from './read-manifest.ts'
import { plain, plainObject, put, sayAll, treeOf, waysInProvider } from './say-values.ts'
import type { Tree, Way } from './say-values.ts'
import { PROVIDER_FIELDS } from './schema.ts'
import type { View } from './see-tree.ts'

/** What stands on disk, as a part of a manifest. */
export interface CarriedYaml {
  /** Ends with a newline; undefined when nothing of it can be said in a manifest. */
  readonly text: string | undefined
  /** Places of values that are left out because they may hold a secret. */
  readonly secret: readonly Pointer[]
  /** Places of values that a manifest has no words for. */
  readonly unsayable: readonly Pointer[]
}

/**
 * Put what decisions are about into YAML for providers.yaml, each value with all that is around it. With
 * that in the manifest the questions do not arise again, but for what is left out.
 *
 * @param wanted as the manifest is now
 */
export function carriedYaml(decisions: readonly Decision[], wanted: Wanted): CarriedYaml {
  const carries = decisions.flatMap(({ id, carry }) => (carry === undefined ? [] : [{ id, carry }]))
  const values = carries.flatMap(({ carry }) => carry.values)
  const logins = carries.filter(({ carry }) => carry.login).map(({ id }) => id)
  const sayings = sayAll(
    values.map((value) => ({ value, ways: waysToSay(value, wanted) })),
    isAccepted,
  )
  const tree = treeOf(sayings.flatMap(({ said }) => said ?? []))
  for (const id of logins) put(tree, ['providers', id, 'key'], 'external')
  const unsaid = sayings.filter(({ said }) => said === undefined).map(({ value }) => value.path)
  const incomplete = completeProviders(tree, wanted)
  const left = values.filter(({ path }) => incomplete.has(path[1] ?? '')).map(({ path }) => path)
  return {
    text: tree.size === 0 ? undefined : print(tree),
    secret: [...new Set(carries.flatMap(({ carry }) => carry.secret))],
    unsayable: [...new Set([...unsaid, ...left].map(toPointer))],
  }
}

function waysToSay({ path, value }: CarriedValue, wanted: Wanted): readonly Way[] {
  return path[0] === 'provider' ? waysInProvider(path, value) : sayTopLevel(path, value, wanted)
}

function sayTopLevel(path: Path, value: JsonValue, wanted: Wanted): readonly Way[] {
  const [name = '', ...deeper] = path
  const said = { path: [name], value }
  const isList = deeper.length === 0 && Array.isArray(value)
  if (name === 'enabled_providers' && !isList) return [[{ ...said, value: 'keep' }]]
  // What is in an object is not what the field itself would be.
  if (deeper.length > 0) return []
  if (name !== 'model' && name !== 'small_model') return [[said]]
  const needed = typeof value === 'string' ? modelsNeeded(value, wanted) : undefined
  return needed === undefined ? [] : [[said, ...needed]]
}

/** What a default model needs beside its own line; undefined when the manifest cannot name it. */
function modelsNeeded(reference: string, wanted: Wanted): readonly CarriedValue[] | undefined {
  const slash = reference.indexOf('/')
  const id = reference.slice(0, slash)
  const model = reference.slice(slash + 1)
  const isHidden = wanted.disabledProviders?.value.some(({ value }) => value === id) === true
  if (slash <= 0 || model === '' || model.includes('#') || isHidden) return undefined
  if (wanted.notHere.includes(id)) return undefined
  const provider = wanted.providers.find((candidate) => candidate.id === id)
  if (provider === undefined || CATALOGUE_PRESETS.includes(provider.preset)) return []
  const isKnown = provider.values.some(({ path }) => path[2] === 'models' && path[3] === model)
  return isKnown ? [] : [{ path: ['providers', id, 'models', model], value: {} }]
}

/**
 * A provider that comes back into the manifest needs all that a provider must have. Those that lack
 * something are taken out, and named.
 */
function completeProviders(tree: Tree, wanted: Wanted): ReadonlySet<string> {
  const incomplete = new Set<string>()
  const providers = tree.get('providers')
  if (!(providers instanceof Map)) return incomplete
  for (const [id, fields] of providers) {
    if (!(fields instanceof Map) || wanted.providers.some((provider) => provider.id === id))
      continue
    const isCatalogue = CATALOGUE_PRESETS.includes(id) && !fields.has('npm')
    if (isCatalogue) fields.set('preset', id)
    else if (fields.has('baseURL') && fields.has('models')) {
      if (!fields.has('npm')) fields.set('npm', null)
    } else {
      providers.delete(id)
      incomplete.add(id)
    }
  }
  if (providers.size === 0) tree.delete('providers')
  return incomplete
}

/** Whether the text of a tree is a manifest, and says what the tree does. */
function isAccepted(tree: Tree): boolean {
  const text = `version: 1\n${tree.has('providers') ? '' : 'providers: {}\n'}${print(tree)}`
  const file = readManifestFile({ path: '', text })
  // An expression is what the manifest would take it for.
  if (file.tree === undefined || file.hasExpressions) return false
  const said = toJson(file.tree)
  if (!isJsonObject(said) || !sameJson(said, { ...EMPTY_MANIFEST, ...asWritten(tree) }))
    return false
  return readManifest({ file, includes: [], diagnostics: [] }, NOWHERE).ok
}

const EMPTY_MANIFEST: JsonObject = { version: 1, providers: {} }

/** No text with an expression is ever read with it. */
export const NOWHERE: View = {
  facts: noFacts,
  machine: undefined,
  vars: undefined,
  parse: (text) => ({ ok: true, parts: [{ kind: 'text', text }] }),
}

function print(tree: Tree): string {
  const document = new Document(asWritten(tree))
  visit(document, {
    Pair: (_, { key, value }) => {
      // Sizes and prices are read side by side.
      const isShort = isScalar(key) && (key.value === 'limit' || key.value === 'cost')
      if (isShort && isMap(value) && value.items.every(isScalarPair)) value.flow = true
    },
  })
  return document.toString({ lineWidth: 0, blockQuote: false })
}

function isScalarPair(pair: unknown): boolean {
  return isPair(pair) && isScalar(pair.value)
}

function asWritten(tree: Tree): JsonObject {
  return Object.fromEntries(
    inOrder(tree, TOP_FIELDS).map(([name, value]) => [
      name,
      name === 'providers' && value instanceof Map ? asProviders(value) : plain(value),
    ]),
  )
}

const TOP_FIELDS = ['model', 'small_model', 'enabled_providers', 'disabled_providers', 'providers']

function asProviders(providers: Tree): JsonObject {
  return Object.fromEntries(
    [...providers].map(([id, fields]) => [
      id,
      fields instanceof Map
        ? Object.fromEntries(
            inOrder(fields, PROVIDER_FIELDS).map(([name, value]) => [
              name,
              name === 'models' && value instanceof Map ? asModels(value) : plain(value),
            ]),
          )
        : fields,
    ]),
  )
}

function asModels(models: Tree): JsonValue {
  return [...models].map(([id, fields]) =>
    fields instanceof Map && fields.size > 0 ? { id, ...plainObject(fields) } : id,
  )
}

function inOrder(
  tree: Tree,
  names: readonly string[],
): readonly (readonly [string, Tree | JsonValue])[] {
  const rank = (name: string): number => {
    const index = names.indexOf(name)
    return index < 0 ? names.length : index
  }
  return [...tree].toSorted(([a], [b]) => rank(a) - rank(b))
}
