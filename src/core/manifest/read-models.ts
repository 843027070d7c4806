import type { Diagnostic } from '../diagnostic.ts'
import type { Source, Sourced } from '../source.ts'
import { checkLimit } from './check-limit.ts'
import type { Discovery, ManifestModel } from './manifest.ts'
import { field, mergeNodes, sourcedText, textOf, without } from './node.ts'
import type { ListNode, MapNode, Node } from './node.ts'
import { OBJECT_NAMES } from './object-names.ts'
import { describeValue, quote } from './words.ts'

interface Models {
  readonly models: readonly ManifestModel[]
  readonly discovery: Discovery | undefined
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Read `models` of a provider, in any of its forms. Fields of a model are checked by the schema; here
 * it is what is an id, and that no id comes twice.
 */
export function readModels(node: Node | undefined): Models {
  const models: ManifestModel[] = []
  const diagnostics: Diagnostic[] = []
  const first = new Map<string, Source>()
  const discovery = readDiscovery(node)
  const listed = discovery === undefined ? node : field(node, 'add')
  for (const result of listed === undefined ? [] : readAll(listed)) {
    if ('code' in result) {
      diagnostics.push(result)
      continue
    }
    const { model, known } = result
    const earlier = first.get(model.id)
    if (earlier === undefined) {
      first.set(model.id, model.source)
      models.push(model)
    } else {
      diagnostics.push({
        code: 'duplicate-model',
        severity: 'error',
        message: `duplicate model ${quote(model.id)}`,
        source: model.source,
        hint: `it is on line ${earlier.line} already`,
      })
    }
    diagnostics.push(...checkLimit(field(known, 'limit')), ...limitOfExtra(model, known))
  }
  return { models, discovery, diagnostics }
}

/** `{ discover: true, … }`. A model of that name has fields, or none. */
function readDiscovery(node: Node | undefined): Discovery | undefined {
  const discover = field(node, 'discover')
  if (discover?.kind !== 'scalar' || typeof discover.value !== 'boolean') return undefined
  const include = field(node, 'include')
  return {
    include: include?.kind === 'list' ? textsOf(include) : undefined,
    exclude: textsOf(field(node, 'exclude')),
  }
}

function textsOf(node: Node | undefined): readonly Sourced<string>[] {
  return node?.kind === 'list' ? node.items.flatMap((item) => sourcedText(item) ?? []) : []
}

function readAll(node: Node): readonly (ReadModel | Diagnostic)[] {
  if (node.kind === 'list') return node.items.map((item) => readItem(item, node))
  if (node.kind !== 'map') return []
  return [...node.entries].map(([id, entry]) => {
    const { keySource, value } = entry
    if (entry.keyIsNoText === true) return notText(id, keySource)
    return fromText(id, keySource, value.kind === 'map' ? value : emptyMap(keySource))
  })
}

function readItem(item: Node, list: ListNode): ReadModel | Diagnostic {
  if (item.kind === 'list') return badId(item.source, 'a model cannot be a list')
  if (item.kind === 'scalar') {
    return typeof item.value === 'string'
      ? fromText(item.value, item.source, emptyMap(item.source))
      : notText(describeValue(item.value), item.source)
  }
  const id = field(item, 'id')
  if (id !== undefined) {
    const text = textOf(id)
    if (text !== undefined) return fromText(text, id.source, without(item, ['id']))
    return id.kind === 'scalar'
      ? notText(describeValue(id.value), id.source)
      : badId(id.source, `a model id must be text, not ${id.kind === 'list' ? 'a list' : 'a map'}`)
  }
  return readShortForm(item, list)
}

/** `- qwen3-coder: Qwen3 Coder`, which only makes sense in a list of lines. */
function readShortForm(item: MapNode, list: ListNode): ReadModel | Diagnostic {
  const [first, ...rest] = item.entries
  if (first === undefined) return badId(item.source, 'a model without an id')
  const [id, { keySource, value, keyIsNoText }] = first
  if (rest.length > 0) {
    return badId(item.source, 'this model has no "id"', 'write `- id: …` first, then its fields')
  }
  if (list.flow) {
    const shown = value.kind === 'scalar' ? `${id}:${String(value.value ?? '')}` : id
    return badId(
      keySource,
      'in brackets this is a map, not a model id',
      `write ${quote(shown)}, in quotes`,
    )
  }
  if (keyIsNoText === true) return notText(id, keySource)
  const name = textOf(value)
  if (name === undefined) {
    const hint =
      value.kind === 'scalar' && value.value === null
        ? `write ${quote(id)} without the colon, or \`id: Name\``
        : value.kind === 'scalar'
          ? 'put the name in quotes'
          : 'write `- id: …` and the fields below it, or make all of "models" a map'
    return badId(keySource, `the name of model ${quote(id)} must be text`, hint)
  }
  const fields: MapNode = {
    kind: 'map',
    entries: new Map([['name', { keySource, value }]]),
    source: item.source,
  }
  return readModel(id, keySource, fields)
}

function fromText(id: string, source: Source, fields: MapNode): ReadModel | Diagnostic {
  if (id.trim() === '') return badId(source, 'a model id cannot be empty')
  if (OBJECT_NAMES.has(id)) {
    const hint =
      'OpenCode drops it, or lists nothing any more; give it another name in a map of models'
    return badId(source, `${quote(id)} cannot be a model id`, hint)
  }
  return readModel(id, source, fields)
}

interface ReadModel {
  readonly model: ManifestModel
  /** Its fields without what `extra` sets, which is not checked. */
  readonly known: MapNode
}

/** `extra` comes last, after the fields that OpenCode knows. */
function readModel(id: string, source: Source, fields: MapNode): ReadModel {
  const known = without(fields, ['extra'])
  const extra = field(fields, 'extra')
  const all = extra?.kind === 'map' ? mergeNodes(known, extra) : known
  return { model: { id, source, fields: all.kind === 'map' ? all : known }, known }
}

/** What `extra` sets is passed on all the same. */
function limitOfExtra({ fields }: ManifestModel, known: MapNode): readonly Diagnostic[] {
  const limit = field(fields, 'limit')
  if (limit === field(known, 'limit')) return []
  return checkLimit(limit).map((problem) => ({ ...problem, severity: 'warning' }))
}

function emptyMap(source: Source): MapNode {
  return { kind: 'map', entries: new Map(), source }
}

/** @param shown what stands there, for the message */
function notText(shown: string, source: Source): Diagnostic {
  return badId(
    source,
    `a model id must be text, not ${shown}`,
    shown === 'null' ? 'remove the item, or put the id in quotes' : 'put it in quotes',
  )
}

function badId(source: Source, message: string, hint?: string): Diagnostic {
  return {
    code: 'bad-model-id',
    severity: 'error',
    message,
    source,
    ...(hint === undefined ? {} : { hint }),
  }
}
