import { editJson } from '../jsonc/edit.ts'
import type { Edit } from '../jsonc/edit.ts'
import { parseJsonDocument } from '../jsonc/parse.ts'
import type { JsonDocument } from '../jsonc/parse.ts'
import type { CopyEdit } from '../state/recorded.ts'
import { copied } from './copied.ts'

/**
 * Edits with the values that copies write. Each copy reads what the edits before it have left, as these are
 * carried out in order; undefined where there is nothing to copy.
 */
export function concreteEdits(
  document: JsonDocument,
  edits: readonly (Edit | CopyEdit)[],
): readonly Edit[] | undefined {
  const concrete: Edit[] = []
  let running: JsonDocument | undefined = document
  let seen = 0
  for (const edit of edits) {
    if (edit.op !== 'copy') {
      concrete.push(edit)
      continue
    }
    running = running && afterEdits(running, concrete.slice(seen))
    seen = concrete.length
    const value = running && copied(running, edit)
    if (value === undefined) return undefined
    concrete.push({ op: 'set', path: edit.path, value })
  }
  return concrete
}

/** The document with edits in it; undefined where a name that stands twice is on the way. */
export function afterEdits(
  document: JsonDocument,
  edits: readonly Edit[],
): JsonDocument | undefined {
  if (edits.length === 0) return document
  const edited = editJson(document, edits, { syntax: 'jsonc' })
  if ('problem' in edited) return undefined
  const parsed = parseJsonDocument(edited.text, 'jsonc')
  return parsed.ok ? parsed.document : undefined
}
