import type { JsonValue } from '../json.ts'
import { nodeAt, valueOf } from '../jsonc/parse.ts'
import type { JsonDocument } from '../jsonc/parse.ts'
import type { CopyEdit } from '../state/recorded.ts'

/** The value that a copy writes; undefined where what it is made of does not stand there. */
export function copied(document: JsonDocument, edit: CopyEdit): JsonValue | undefined {
  const node = nodeAt(document, edit.from)
  if (node === undefined) return undefined
  const value = valueOf(node)
  const { without, with: put } = edit
  if (without === undefined && put === undefined) return value
  if (typeof value !== 'string') return undefined
  const { before = '', after = '' } = without ?? {}
  const hasEnds = value.startsWith(before) && value.endsWith(after)
  if (!hasEnds || value.length < before.length + after.length) return undefined
  const rest = value.slice(before.length, value.length - after.length)
  return `${put?.before ?? ''}${rest}${put?.after ?? ''}`
}
