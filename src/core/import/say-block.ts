import { Document } from 'yaml'
import { isJsonObject, sameJson, toPointer } from '../json.ts'
import type { JsonObject, JsonValue, Path, Pointer } from '../json.ts'
import { NOWHERE } from '../manifest/carry-yaml.ts'
import { isKeyField } from '../manifest/key-text.ts'
import { readManifestFile } from '../manifest/manifest-file.ts'
import { toJson } from '../manifest/node.ts'
import { readManifest } from '../manifest/read-manifest.ts'
import { plain, sayAll, treeOf } from '../manifest/say-values.ts'
import type { Saying, Tree } from '../manifest/say-values.ts'
import { sameValue } from '../plan/actual.ts'
import type { CarriedValue } from '../plan/plan.ts'
import { DEFAULT_PRESET } from '../preset/preset.ts'
import { sameUrl, withoutTrailingSlashes } from '../url.ts'
import type { WantedProvider } from '../wanted.ts'
import { sayables } from './import-block.ts'
import type { KeyForm, ReadBlock } from './import-block.ts'
import type { PresetTraits } from './presets.ts'
import { literal } from './yaml-nodes.ts'

/** A block in the words of a manifest, without a preset yet. Models are a map, whatever is written later. */
export interface SaidBlock {
  readonly fields: Tree
  readonly said: readonly CarriedValue[]
  /** Places for which a manifest has no words. */
  readonly unsaid: readonly Path[]
}

/** Say every value of a block where a manifest has a place for it, below `extra` where it has no other. */
export function sayBlock(block: ReadBlock): SaidBlock {
  const sayings = sayAll(sayables(block), isAccepted)
  // A model of which nothing can be said is one all the same.
  const models = modelsIn(sayings.filter(({ said }) => said !== undefined))
  const mute = [...modelsIn(sayings)].filter((id) => !models.has(id))
  const bare = mute.map((id) => ({ path: ['provider', block.id, 'models', id], value: {} }))
  const all = [...sayings, ...sayAll(sayables({ ...block, values: bare }), isAccepted)]
  const tree = treeOf(all.flatMap(({ said }) => said ?? []))
  const providers = tree.get('providers')
  const fields = providers instanceof Map ? providers.get(block.id) : undefined
  return {
    fields: fields instanceof Map ? fields : new Map(),
    said: all.flatMap(({ value, said }) => (said === undefined ? [] : [value])),
    unsaid: sayings.flatMap(({ value, said }) => (said === undefined ? [value.path] : [])),
  }
}

function modelsIn(sayings: readonly Saying[]): ReadonlySet<string> {
  return new Set(
    sayings.flatMap(({ value: { path } }) => (path[2] === 'models' ? (path[3] ?? []) : [])),
  )
}

/** Whether a manifest takes the values for what they are. */
function isAccepted(tree: Tree): boolean {
  const providers = plain(tree.get('providers') ?? new Map())
  // A backslash before braces would mean something else in a manifest.
  if (!isJsonObject(providers) || JSON.stringify(providers).includes(String.raw`\\{{`)) return false
  // What refers to a key may stand in the options then.
  const blocks = Object.entries(providers).map(([id, fields]) => [
    id,
    isJsonObject(fields) ? asLiteral({ key: 'external', ...fields }) : fields,
  ])
  const meant: JsonObject = { version: 1, providers: Object.fromEntries(blocks) }
  const text = new Document(meant).toString({ lineWidth: 0, blockQuote: false })
  const file = readManifestFile({ path: '', text })
  if (file.tree === undefined) return false
  if (!sameJson(toJson(file.tree), meant)) return false
  return readManifest({ file, includes: [], diagnostics: [] }, NOWHERE).ok
}

/** With its texts as they are written. */
function asLiteral(value: JsonValue): JsonValue {
  if (typeof value === 'string') return literal(value)
  if (Array.isArray(value)) return value.map((item: JsonValue) => asLiteral(item))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, asLiteral(member)]),
  )
}

/** The fields of a provider of the manifest, in the order written; what the preset brings is left out. */
export function fieldsWith(
  preset: PresetTraits,
  { fields, said }: SaidBlock,
  { key, keyIn, stays }: ReadBlock,
): Tree {
  const all: Tree = new Map()
  const put = (name: string, value: Tree | JsonValue | undefined): void => {
    if (value !== undefined) all.set(name, value)
  }
  const [name, npm, baseURL] = ['name', 'npm', 'baseURL'].map((field) => textAt(fields, field))
  const { catalogue, defaultName, defaultUrl } = preset
  if (preset.name !== DEFAULT_PRESET) put('preset', preset.name)
  if (name !== defaultName || catalogue) put('name', name)
  if (catalogue) put('npm', npm)
  else if (npm !== preset.npm) put('npm', npm ?? null)
  const isDefault = !catalogue && defaultUrl !== undefined && sameUrl(baseURL ?? '', defaultUrl)
  if (baseURL !== undefined && !isDefault) put('baseURL', withoutTrailingSlashes(baseURL))
  const hasDummy = stays.some(({ why }) => why === 'dummy')
  // Only the manifest's own word lets references to keys stand in a block.
  const refers = said.some(({ path }) => isKeyField(path.at(-1) ?? ''))
  if (refers || !isSaid(preset, key, hasDummy)) put('key', key)
  if (keyIn.kind === 'header') put('keyIn', { header: keyIn.name, format: keyIn.format })
  else if (keyIn.kind !== 'apiKey') put('keyIn', keyIn.kind)
  for (const field of ['options', 'env', 'whitelist', 'blacklist', 'models', 'extra']) {
    put(field, fields.get(field))
  }
  return all
}

function textAt(fields: Tree, name: string): string | undefined {
  const value = fields.get(name)
  return typeof value === 'string' ? value : undefined
}

/** Whether a preset says by itself where the key is. */
function isSaid({ key: need }: PresetTraits, key: KeyForm, hasDummy: boolean): boolean {
  switch (need) {
    case 'required':
      return key === 'keychain'
    // A key that is stored some day would take the place of what stands there.
    case 'optional':
      return key === 'none' && !hasDummy
    case 'none':
    case 'external':
      return key === need
  }
}

/**
 * Whether a provider comes out as the block that it was made from: all that was said, and nothing else.
 *
 * @param block as it is on disk
 */
export function comesOutAs(
  provider: WantedProvider,
  block: JsonObject,
  { said }: SaidBlock,
): boolean {
  const rendered = new Map(provider.values.map(({ path, value }) => [toPointer(path), value]))
  const isThere = provider.values.every(({ path, value }) => {
    const json = valueAt(block, path.slice(2))
    return json !== undefined && sameValue(path, { json: value }, { json })
  })
  return isThere && said.flatMap(placesIn).every((pointer) => rendered.has(pointer))
}

/** Where a manifest's own values stand: it knows no object that is one value. */
function placesIn({ path, value }: CarriedValue): readonly Pointer[] {
  if (!isJsonObject(value)) return [toPointer(path)]
  const members = Object.entries(value)
  if (members.length === 0) return [toPointer(path)]
  return members.flatMap(([name, member]) => placesIn({ path: [...path, name], value: member }))
}

function valueAt(block: JsonObject, path: Path): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>((value, name) => {
    return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
  }, block)
}
