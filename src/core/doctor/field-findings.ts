import type { Path } from '../json.ts'
import { quote } from '../manifest/words.ts'
import type { ConfigLayer } from './config-layer.ts'
import { isEditable } from './config-repair.ts'
import type { At, Found, RepairEdit } from './rule.ts'
import { quotePath } from './schema-words.ts'

/** What is said of one field of a file. */
export interface FieldItem {
  readonly path: Path
  readonly offset: number
  /** What is said of it, as it follows its name: `is missing`. */
  readonly predicate: string
  readonly fix: string
  readonly severity?: Found['severity']
  readonly cause?: string
  /** What `--fix` does about it. */
  readonly edits?: readonly RepairEdit[]
}

const MOST_TOLD = 20
const MOST_NAMED = 3

/**
 * What is said of the fields of one file: of the same field in several models of a provider once, and of very many
 * only the first.
 *
 * @param ofMore says how many others there are
 */
export function fieldFindings(
  layer: ConfigLayer,
  items: readonly FieldItem[],
  ofMore: (count: number) => string,
): readonly Found[] {
  const groups = new Map<string, [FieldItem, ...FieldItem[]]>()
  for (const item of items) {
    const { provider, field } = placeIn(item.path)
    const key = JSON.stringify([provider, ...field, item.predicate, item.fix, item.severity])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  const all = [...groups.values()]
  const told = all.slice(0, MOST_TOLD).map((group) => foundOf(layer, group))
  const left = all.slice(MOST_TOLD).flat().length
  if (left === 0) return told
  return [...told, { message: ofMore(left), at: { file: layer.file } }]
}

function foundOf(layer: ConfigLayer, group: readonly [FieldItem, ...FieldItem[]]): Found {
  const [{ path, offset, predicate, fix, severity, cause }] = group
  const { provider, model, field } = placeIn(path)
  const at: At = { file: layer.file, text: layer.text, offset }
  const edits = isEditable(layer) ? group.flatMap((item) => item.edits ?? []) : []
  const name = quotePath(field)
  const keys = group.map((item) => placeIn(item.path).model ?? '')
  const message =
    model === undefined
      ? `${name} ${predicate}`
      : group.length === 1
        ? `${name} of model ${quote(model)} ${predicate}`
        : `${name} of ${group.length} models ${predicate}: ${andMore(keys)}`
  return {
    message,
    fix,
    at,
    ...(severity === undefined ? {} : { severity }),
    ...(cause === undefined ? {} : { cause }),
    ...(provider === undefined ? {} : { provider }),
    ...(edits.length === 0 ? {} : { repair: { target: 'config', file: layer.file, edits } }),
  }
}

interface FieldPlace {
  readonly provider: string | undefined
  /** Key of the model that it is a field of. */
  readonly model: string | undefined
  /** Of a model's from the model on. */
  readonly field: Path
}

function placeIn(path: Path): FieldPlace {
  const [top, id, part, model, ...field] = path
  const provider = top === 'provider' ? id : undefined
  if (provider === undefined || part !== 'models' || field.length === 0) {
    return { provider, model: undefined, field: path }
  }
  return { provider, model, field }
}

function andMore(names: readonly string[]): string {
  const left = names.length - MOST_NAMED
  const shown = names.slice(0, MOST_NAMED).map(quote).join(', ')
  return left > 0 ? `${shown} and ${left} more` : shown
}
