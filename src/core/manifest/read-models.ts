import type { Diagnostic } from '../diagnostic.ts'
import type { Source } from '../source.ts'
import type { ManifestModel } from './manifest.ts'
import { field, mergeNodes, textOf, without } from './node.ts'
import type { ListNode, MapNode, Node } from './node.ts'
import { OBJECT_NAMES } from './object-names.ts'
import { describeValue, quote } from './words.ts'

interface Models {
  readonly models: readonly ManifestModel[]
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
  for (const result of node === undefined ? [] : readAll(node)) {
    if ('code' in result) {
      diagnostics.push(result)
      continue
    }
    const earlier = first.get(result.id)
    if (earlier === undefined) {
      first.set(result.id, result.source)
      models.push(result)
    } else {
      diagnostics.push({
        code: 'duplicate-model',
        severity: 'error',
        message: `duplicate model ${quote(result.id)}`,
        source: result.source,
        hint: `it is on line ${earlier.line} already`,
      })
    }
    diagnostics.push(...checkLimit(result))
  }
  return { models, diagnostics }
}

function readAll(node: Node): readonly (ManifestModel | Diagnostic)[] {
  if (node.kind === 'list') return node.items.map((item) => readItem(item, node))
  if (node.kind !== 'map') return []
  return [...node.entries].map(([id, entry]) => {
    const { keySource, value } = entry
    if (entry.keyIsNoText === true) return notText(id, keySource)
    return fromText(id, keySource, value.kind === 'map' ? value : emptyMap(keySource))
  })
}

function readItem(item: Node, list: ListNode): ManifestModel | Diagnostic {
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
function readShortForm(item: MapNode, list: ListNode): ManifestModel | Diagnostic {
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
  return model(id, keySource, fields)
}

function fromText(id: string, source: Source, fields: MapNode): ManifestModel | Diagnostic {
  if (id.trim() === '') return badId(source, 'a model id cannot be empty')
  if (OBJECT_NAMES.has(id)) {
    const hint =
      'OpenCode drops it, or lists nothing any more; give it another name in a map of models'
    return badId(source, `${quote(id)} cannot be a model id`, hint)
  }
  return model(id, source, fields)
}

/** `extra` comes last, after the fields that OpenCode knows. */
function model(id: string, source: Source, fields: MapNode): ManifestModel {
  const known = without(fields, ['extra'])
  const extra = field(fields, 'extra')
  if (extra?.kind !== 'map') return { id, source, fields: known }
  const all = mergeNodes(known, extra)
  return { id, source, fields: all.kind === 'map' ? all : known }
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

/** OpenCode 1.18 compacts without end when the answer may be as long as the whole context. */
function checkLimit({ fields }: ManifestModel): readonly Diagnostic[] {
  const limit = field(fields, 'limit')
  const context = numberOf(field(limit, 'context'))
  const output = field(limit, 'output')
  const outputSize = numberOf(output)
  if (context === undefined || output === undefined || outputSize === undefined) return []
  if (outputSize > 0 && outputSize < context) return []
  return [
    {
      code: 'bad-limit',
      severity: 'warning',
      message:
        outputSize > 0
          ? '"output" is not smaller than "context": OpenCode would compact without end'
          : '"output" must be above 0: OpenCode would compact without end',
      source: output.source,
    },
  ]
}

function numberOf(node: Node | undefined): number | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'number' ? node.value : undefined
}
