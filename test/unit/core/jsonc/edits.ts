import { isJsonObject, type JsonValue, type Path, sameJson } from '../../../../src/core/json.ts'
import type { Edit } from '../../../../src/core/jsonc/edit.ts'
import {
  type JsonDocument,
  type JsonNode,
  type Member,
  type ObjectNode,
  valueOf,
} from '../../../../src/core/jsonc/parse.ts'
import type { Choices } from '../../../support/odd-text.ts'
import { KEYS } from './documents.ts'

const NEW_VALUES: readonly JsonValue[] = [
  'new',
  2,
  true,
  null,
  {},
  [],
  ['one', 'two'],
  { x: 1 },
  { name: 'n', limit: { context: 1, output: 2 }, empty: {} },
  [{ x: [1] }, 'y'],
  ['a text so long that the list', 'does not fit on one line', 'of eighty columns any more'],
  -0,
]

/** A path: mostly through what is there, at times beyond it. */
function anyPath(choose: Choices, root: ObjectNode): Path {
  const path: string[] = []
  let members: readonly Member[] = root.members
  do {
    const known = members.map(({ key }) => key).filter((key) => key !== 'dup')
    const key = known.length > 0 && !choose.sometimes(3) ? choose.pick(known) : choose.pick(KEYS)
    path.push(key)
    const value = members.findLast((member) => member.key === key)?.value
    members = value?.kind === 'object' ? value.members : []
  } while (path.length < 4 && choose.sometimes(2))
  return path
}

/** Edits of every kind, also such that undo one another or change nothing. */
export function anyEdits(choose: Choices, { root }: JsonDocument): readonly Edit[] {
  return Array.from({ length: 1 + choose.below(4) }, () => {
    const path = anyPath(choose, root)
    const value = choose.pick(NEW_VALUES)
    const there = lookUp(valueOf(root), path)
    const same = JSON.stringify(there ?? null).includes('"dup"') ? value : (there ?? value)
    return choose.pick<Edit>([
      { op: 'set', path, value },
      { op: 'delete', path },
      { op: 'set', path, value: choose.sometimes(3) ? same : value },
      { op: 'add-element', path, value },
      { op: 'remove-element', path, value: choose.sometimes(2) ? value : firstElement(root, path) },
    ])
  })
}

function firstElement(root: JsonNode, path: Path): JsonValue {
  const value = lookUp(valueOf(root), path)
  return Array.isArray(value) && value[0] !== undefined ? value[0] : 1
}

/** Edits that only add: no path leads through, or to, a value that would have to give way. */
export function addingEdits(choose: Choices, { root }: JsonDocument): readonly Edit[] {
  let value = valueOf(root)
  const edits: Edit[] = []
  for (let count = 1 + choose.below(4); count > 0; count -= 1) {
    const path = anyPath(choose, root)
    const item = choose.pick(NEW_VALUES)
    const edit: Edit = choose.sometimes(3)
      ? { op: 'add-element', path, value: item }
      : { op: 'set', path, value: item }
    if (!isFree(value, edit)) continue
    edits.push(edit)
    value = applyToValue(value, edit)
  }
  return edits
}

function isFree(value: JsonValue, edit: Edit): boolean {
  const above = edit.path
    .slice(0, -1)
    .map((_, index) => lookUp(value, edit.path.slice(0, index + 1)))
  if (!above.every((item) => item === undefined || isJsonObject(item))) return false
  const there = lookUp(value, edit.path)
  if (edit.op !== 'add-element') return there === undefined
  return (
    there === undefined ||
    (Array.isArray(there) && !there.some((item) => sameJson(item, edit.value)))
  )
}

function lookUp(value: JsonValue, path: Path): JsonValue | undefined {
  let at: JsonValue | undefined = value
  for (const key of path) at = isJsonObject(at) && Object.hasOwn(at, key) ? at[key] : undefined
  return at
}

/** What an edit means for a value: the plainest possible second opinion. */
export function applyToValue(value: JsonValue | undefined, edit: Edit, depth = 0): JsonValue {
  const key = edit.path[depth]
  if (key === undefined) return applyHere(value, edit)
  const entries = isJsonObject(value) ? Object.entries(value) : []
  const there = entries.find(([name]) => name === key)?.[1]
  const removes = edit.op === 'delete' || edit.op === 'remove-element'
  if (removes && (!isJsonObject(value) || there === undefined)) return value ?? null
  const rest = entries.filter(([name]) => name !== key)
  if (edit.op === 'delete' && depth === edit.path.length - 1) return Object.fromEntries(rest)
  return Object.fromEntries([...rest, [key, applyToValue(there, edit, depth + 1)]])
}

function applyHere(value: JsonValue | undefined, edit: Edit): JsonValue {
  const list: readonly JsonValue[] = Array.isArray(value) ? value : []
  switch (edit.op) {
    case 'set':
      return edit.value
    case 'delete':
      return value ?? null
    case 'add-element':
      return list.some((item) => sameJson(item, edit.value)) ? list : [...list, edit.value]
    case 'remove-element': {
      const index = list.findIndex((item) => sameJson(item, edit.value))
      return index < 0 ? (value ?? null) : list.toSpliced(index, 1)
    }
  }
}
