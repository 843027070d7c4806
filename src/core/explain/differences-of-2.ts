import { DEFAULT_ADAPTER } from '../doctor/providers-in.ts'
import { fromPointer, sameJson, toPointer } from '../json.ts'
import type { JsonValue, Pointer } from '../json.ts'
import type { BlockOf2 } from './block-of-2.ts'
import type { Context } from './context.ts'
import type { Difference, ExplainedValue, InOpenCode2 } from './explanation.ts'
import { shownValue } from './shown.ts'

/** What OpenCode 1 has, by path below the block; not masked. */
export type RawValues = ReadonlyMap<Pointer, JsonValue>

const ADDRESS = toPointer(['options', 'baseURL'])
/** Fields that OpenCode 2 ignores, and `api`, which is the address there. */
const NOT_COMPARED = new Set(['/id', '/whitelist', '/blacklist', '/api'])

/** Where OpenCode 2 has other values than OpenCode 1. */
export function inOpenCode2(
  context: Context,
  block: BlockOf2,
  { values, raw }: { readonly values: readonly ExplainedValue[]; readonly raw: RawValues },
): InOpenCode2 {
  const { id, hasBlock, ignored } = block
  if (!hasBlock) {
    return { id, hasBlock, ignored, differences: droppedAt(context, block) }
  }
  const compared = new Map(raw)
  const address = raw.get(ADDRESS) ?? raw.get('/api')
  if (address !== undefined) compared.set(ADDRESS, address)
  const others = [...block.values].flatMap(([pointer, { path, value, place, isNative }]) => {
    if (sameJson(compared.get(pointer), value)) return []
    const origin = context.originOf(place)
    const reason = isNative ? 'its own entry under `providers` counts' : 'other files, other order'
    const isApi = pointer === ADDRESS && !isNative
    const said =
      isApi && raw.get('/api') === value ? '`api` comes before `options.baseURL`' : reason
    return [{ path, value: shownValue(path, value), origin, reason: said }]
  })
  const ofModels = values.length === 0 ? [] : missingModels(context, block)
  return {
    id,
    hasBlock,
    ignored,
    differences: [
      ...droppedAt(context, block),
      ...others,
      ...missing(context, compared, block),
      ...noAdapter(context, block),
      ...ofModels,
    ],
  }
}

function droppedAt(context: Context, { dropped }: BlockOf2): readonly Difference[] {
  return dropped.map((place) => ({
    path: ['options', 'headers'],
    value: undefined,
    origin: context.originOf(place),
    reason: 'drops this whole entry: a header is no text',
  }))
}

function missing(
  { scene, id }: Context,
  compared: RawValues,
  { values }: BlockOf2,
): readonly Difference[] {
  return [...compared.keys()].flatMap((pointer) => {
    const path = fromPointer(pointer)
    // That there is no adapter is said of its own.
    if (pointer === '/npm' && !scene.catalogue.has(id)) return []
    if (path[0] === 'models' || values.has(pointer) || NOT_COMPARED.has(pointer)) return []
    const reason = 'not in what OpenCode 2 reads'
    return [{ path, value: undefined, origin: undefined, reason }]
  })
}

function noAdapter({ scene, id }: Context, { values }: BlockOf2): readonly Difference[] {
  if (values.has('/npm') || scene.catalogue.has(id)) return []
  const reason = `no adapter: it does not take ${DEFAULT_ADAPTER} by itself`
  return [{ path: ['npm'], value: undefined, origin: undefined, reason }]
}

function missingModels({ block }: Context, { models }: BlockOf2): readonly Difference[] {
  const of1 = new Set(block?.members?.get('models')?.members?.keys() ?? [])
  const isSame = of1.size === models.size && [...of1].every((name) => models.has(name))
  if (isSame) return []
  const reason = `${models.size} here, ${of1.size} in OpenCode 1`
  return [{ path: ['models'], value: undefined, origin: undefined, reason }]
}
