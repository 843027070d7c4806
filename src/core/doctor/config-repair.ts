import type { JsonValue } from '../json.ts'
import type { ConfigLayer } from './config-layer.ts'
import { placeOf } from './merged-config.ts'
import type { MergedNode } from './merged-config.ts'
import type { Repair } from './rule.ts'

/** Another value for one of a configuration. */
export interface NewValue {
  readonly node: MergedNode
  readonly value: JsonValue
}

/** Whether a text is a file that can be edited as it is: no variable, nor an administrator's, nor with braces for JSON. */
export function isEditable({ kind, filledIn }: ConfigLayer): boolean {
  return !filledIn && kind !== 'content' && kind !== 'managed'
}

/** What puts other values in place, where all of them stand in one file that can be edited as it is. */
export function repairOf(values: readonly NewValue[]): { readonly repair?: Repair } {
  const [first] = values
  if (first === undefined) return {}
  const { layer } = placeOf(first.node)
  if (!isEditable(layer) || values.some(({ node }) => placeOf(node).layer !== layer)) return {}
  const edits = values.map(({ node, value }) => ({ path: node.path, value }))
  return { repair: { target: 'config', file: layer.file, edits } }
}
