import type { ConfigLayer } from '../doctor/config-layer.ts'
import type { Place } from '../doctor/merged-config.ts'
import { toPointer } from '../json.ts'
import type { JsonValue, Path, Pointer } from '../json.ts'
import { nodeAt, valueOf } from '../jsonc/parse.ts'
import type { JsonNode, Member } from '../jsonc/parse.ts'
import type { Context } from './context.ts'

/**
 * A provider's block as OpenCode 2 makes it of the files that it reads. Paths are those of OpenCode 1, so that the two
 * can be compared. Of a text that has a native entry (`providers`) the one in the shape of OpenCode 1 does not count;
 * from text to text fields are merged.
 */
export interface BlockOf2 {
  readonly id: string
  readonly hasBlock: boolean
  readonly values: ReadonlyMap<Pointer, ValueOf2>
  readonly models: ReadonlySet<string>
  /** Names of fields of OpenCode 1 that count for nothing. */
  readonly ignored: readonly string[]
  /** Entries that it drops for a header that is no text. */
  readonly dropped: readonly Place[]
}

export interface ValueOf2 {
  readonly path: Path
  readonly value: JsonValue
  readonly place: Place
  /** Whether it stands in an entry of OpenCode 2's own shape. */
  readonly isNative: boolean
}

/** Ids that OpenCode 2 calls otherwise. */
const RENAMED: Readonly<Record<string, string>> = {
  'azure-cognitive-services': 'azure',
  'google-vertex-anthropic': 'google-vertex',
}

const IGNORED = ['id', 'whitelist', 'blacklist']
const IGNORED_OF_MODELS = ['release_date', 'attachment', 'reasoning', 'temperature', 'experimental']

/** @returns what it calls the provider */
export function idIn2(id: string): string {
  return Object.hasOwn(RENAMED, id) ? (RENAMED[id] ?? id) : id
}

export function blockOf2({ scene, id }: Pick<Context, 'scene' | 'id'>): BlockOf2 {
  const values = new Map<Pointer, ValueOf2>()
  const models = new Set<string>()
  const ignored = new Set<string>()
  const dropped: Place[] = []
  let hasBlock = false
  for (const layer of scene.layersOf2) {
    const { document } = layer
    const native = document === undefined ? undefined : nodeAt(document, ['providers', idIn2(id)])
    const legacy = document === undefined ? undefined : nodeAt(document, ['provider', id])
    const entry = native?.kind === 'object' ? native : legacy
    if (entry?.kind !== 'object') continue
    const isNative = entry === native
    const broken = isNative ? undefined : badHeader(layer, entry)
    if (broken !== undefined) {
      dropped.push(broken)
      continue
    }
    hasBlock = true
    const found = leaves({ layer, node: entry, keyStart: undefined }, [])
    for (const one of isNative ? found.flatMap(fromNative) : withApi(found)) {
      values.set(toPointer(one.path), { ...one, isNative })
    }
    for (const name of modelsIn(entry)) models.add(name)
    if (!isNative) for (const name of ignoredIn(entry)) ignored.add(name)
  }
  return { id: idIn2(id), hasBlock, values, models, ignored: [...ignored], dropped }
}

type Leaf = Omit<ValueOf2, 'isNative'>

/** Everything but the models, down to what is no object. */
function leaves(place: Place, path: Path): readonly Leaf[] {
  const { layer, node } = place
  if (node.kind !== 'object') return [{ path, value: valueOf(node), place }]
  return node.members.flatMap(({ key, keyStart, value }) =>
    path.length === 0 && key === 'models'
      ? []
      : leaves({ layer, node: value, keyStart }, [...path, key]),
  )
}

/** `api` is the address, also beside `options.baseURL`; some fields count for nothing. */
function withApi(found: readonly Leaf[]): readonly Leaf[] {
  const api = found.findLast(({ path }) => path.length === 1 && path[0] === 'api')
  const address = ['options', 'baseURL']
  const kept = found.filter(({ path }) => {
    const [name = ''] = path
    if (path.length === 1 && (name === 'api' || IGNORED.includes(name))) return false
    return api === undefined || toPointer(path) !== toPointer(address)
  })
  return api === undefined ? kept : [...kept, { ...api, path: address }]
}

/** `package: "aisdk:NAME"` is `npm`, `settings` and `headers` are what OpenCode 1 has under `options`. */
function fromNative(leaf: Leaf): readonly Leaf[] {
  const [first = '', ...below] = leaf.path
  switch (first) {
    case 'package': {
      const { value } = leaf
      const npm = typeof value === 'string' ? value.replace(/^aisdk:/, '') : value
      return [{ ...leaf, path: ['npm'], value: npm }]
    }
    case 'settings':
      return [{ ...leaf, path: ['options', ...below] }]
    case 'headers':
    case 'body':
      return [{ ...leaf, path: ['options', first, ...below] }]
    default:
      return [leaf]
  }
}

function badHeader(layer: ConfigLayer, entry: JsonNode): Place | undefined {
  const headers = nodeAt({ root: entry }, ['options', 'headers'])
  if (headers?.kind !== 'object') return undefined
  const bad = headers.members.find(
    ({ value }) => value.kind !== 'scalar' || typeof value.value !== 'string',
  )
  return bad === undefined ? undefined : { layer, node: bad.value, keyStart: bad.keyStart }
}

function modelMembers(entry: JsonNode): readonly Member[] {
  const models = nodeAt({ root: entry }, ['models'])
  return models?.kind === 'object' ? models.members : []
}

function modelsIn(entry: JsonNode): readonly string[] {
  return modelMembers(entry).map(({ key }) => key)
}

function ignoredIn(entry: JsonNode): readonly string[] {
  const own = entry.kind === 'object' ? entry.members.map(({ key }) => key) : []
  const ofModels = modelMembers(entry).flatMap(({ value }) =>
    value.kind === 'object' ? value.members.map(({ key }) => key) : [],
  )
  return [
    ...IGNORED.filter((name) => own.includes(name)),
    ...IGNORED_OF_MODELS.filter((name) => ofModels.includes(name)).map(
      (name) => `models.*.${name}`,
    ),
  ]
}
