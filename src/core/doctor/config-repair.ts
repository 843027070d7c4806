import type { JsonValue } from '../json.ts'
import { placeOf } from './merged-config.ts'
import type { MergedNode } from './merged-config.ts'
import type { Repair } from './rule.ts'

/** Another value for one of a configuration. */
export interface NewValue {
  readonly node: MergedNode
  readonly value: JsonValue
}

/**
 * What puts other values in place, where all of them stand in one file that can be edited as it is: not in a
 * variable, nor among what only an administrator writes, nor where braces stand for JSON.
 */
export function repairOf(values: readonly NewValue[]): { readonly repair?: Repair } {
  const [first] = values
  if (first === undefined) return {}
  const { layer } = placeOf(first.node)
  const isEditable = !layer.filledIn && layer.kind !== 'content' && layer.kind !== 'managed'
  if (!isEditable || values.some(({ node }) => placeOf(node).layer !== layer)) return {}
  const edits = values.map(({ node, value }) => ({ path: node.path, value }))
  return { repair: { target: 'config', file: layer.file, edits } }
}
