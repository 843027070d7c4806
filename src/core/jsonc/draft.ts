import { isJsonObject, type JsonValue, type Path } from '../json.ts'
import { addToList, type ElementList, listFrom, listOf, removeFromList } from './elements.ts'
import { findDuplicate, findMember } from './members.ts'
import type { JsonDocument, JsonNode, JsonProblem, Scalar } from './parse.ts'

/** One change of a value. Edits are applied in order; their paths go through objects only. */
export type Edit =
  /**
   * Insert or replace. Missing objects on the way are made; any other value on the way gives way to one.
   * `spelling` is the text of the value, to be written as it is: for what stood there before.
   */
  | {
      readonly op: 'set'
      readonly path: Path
      readonly value: JsonValue
      readonly spelling?: string | undefined
    }
  /** Remove a member. Nothing when it is absent. */
  | { readonly op: 'delete'; readonly path: Path }
  /** Append to the array at the path, which is made when there is none. Nothing when an equal element is there. */
  | { readonly op: 'add-element'; readonly path: Path; readonly value: JsonValue }
  /** Remove the first equal element of the array at the path. Nothing when there is none. */
  | { readonly op: 'remove-element'; readonly path: Path; readonly value: JsonValue }

/** What is wanted at one place, beside what stands there. Only places that edits lead to have one. */
export interface Draft {
  readonly old: JsonNode | undefined
  want: Want
}

export type Want =
  | { readonly kind: 'old' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'scalar'; readonly value: Scalar }
  | { readonly kind: 'spelt'; readonly value: JsonValue; readonly text: string }
  | { readonly kind: 'array'; readonly list: ElementList }
  /** `fresh`: a new object, so that old members without a draft go. Else they stay as they are. */
  | { readonly kind: 'object'; readonly members: Map<string, Draft>; readonly fresh: boolean }

type ObjectWant = Extract<Want, { kind: 'object' }>

/**
 * Apply all edits to the values, without a thought for the text.
 *
 * A key that stands twice on the way of an edit is refused: nobody can say which of the two is meant.
 */
export function makeDraft(
  document: JsonDocument,
  edits: readonly Edit[],
): { readonly draft: Draft } | { readonly problem: JsonProblem } {
  const draft: Draft = { old: document.root, want: { kind: 'old' } }
  const duplicates: number[] = []
  for (const edit of edits) {
    applyEdit(draft, edit, duplicates)
    const offset = duplicates[0]
    if (offset !== undefined) {
      return { problem: { code: 'duplicate-key', message: 'this name stands here twice', offset } }
    }
  }
  if (draft.want.kind !== 'old' && draft.want.kind !== 'object') {
    throw new TypeError('the root of a document can only become another object')
  }
  return { draft }
}

function applyEdit(root: Draft, edit: Edit, duplicates: number[]): void {
  switch (edit.op) {
    case 'set':
      setAs(reach(root, edit.path, duplicates), edit, duplicates)
      return
    case 'add-element': {
      const draft = reach(root, edit.path, duplicates)
      addToList(listAt(draft) ?? makeList(draft), edit.value)
      return
    }
    case 'delete': {
      const draft = seek(root, edit.path, duplicates)
      if (draft !== undefined) draft.want = { kind: 'absent' }
      return
    }
    case 'remove-element': {
      const draft = seek(root, edit.path, duplicates)
      const list = draft && listAt(draft)
      if (list !== undefined) removeFromList(list, edit.value)
    }
  }
}

/** The draft at a path, with an object at every place before it. */
function reach(root: Draft, path: Path, duplicates: number[]): Draft {
  let draft = root
  for (const key of path)
    draft = child(draft, objectAt(draft) ?? makeObject(draft), key, duplicates)
  return draft
}

/** The draft at a path; undefined when something on the way is no object. */
function seek(root: Draft, path: Path, duplicates: number[]): Draft | undefined {
  let draft = root
  for (const key of path) {
    const object = objectAt(draft)
    if (object === undefined) return undefined
    draft = child(draft, object, key, duplicates)
  }
  return draft
}

function child(parent: Draft, object: ObjectWant, key: string, duplicates: number[]): Draft {
  const known = object.members.get(key)
  if (known !== undefined) return known
  let old: JsonNode | undefined
  if (parent.old?.kind === 'object') {
    old = findMember(parent.old, key)?.value
    const duplicate = findDuplicate(parent.old, key)
    if (duplicate !== undefined) duplicates.push(duplicate.keyStart)
  }
  const gone = object.fresh || old === undefined
  const draft: Draft = { old, want: { kind: gone ? 'absent' : 'old' } }
  object.members.set(key, draft)
  return draft
}

function objectAt(draft: Draft): ObjectWant | undefined {
  if (draft.want.kind === 'old' && draft.old?.kind === 'object') {
    draft.want = { kind: 'object', members: new Map(), fresh: false }
  }
  return draft.want.kind === 'object' ? draft.want : undefined
}

function makeObject(draft: Draft): ObjectWant {
  const object: ObjectWant = { kind: 'object', members: new Map(), fresh: true }
  draft.want = object
  return object
}

function listAt(draft: Draft): ElementList | undefined {
  if (draft.want.kind === 'old' && draft.old?.kind === 'array') {
    draft.want = { kind: 'array', list: listOf(draft.old) }
  }
  return draft.want.kind === 'array' ? draft.want.list : undefined
}

function makeList(draft: Draft, values: readonly JsonValue[] = []): ElementList {
  const list = listFrom(values, draft.old?.kind === 'array' ? draft.old : undefined)
  draft.want = { kind: 'array', list }
  return list
}

function setAs(
  draft: Draft,
  { value, spelling }: Extract<Edit, { op: 'set' }>,
  duplicates: number[],
): void {
  if (spelling === undefined) setValue(draft, value, duplicates)
  else draft.want = { kind: 'spelt', value, text: spelling }
}

function setValue(draft: Draft, value: JsonValue, duplicates: number[]): void {
  if (isJsonObject(value)) {
    const object = makeObject(draft)
    for (const [key, item] of Object.entries(value)) {
      setValue(child(draft, object, key, duplicates), item, duplicates)
    }
  } else if (typeof value === 'object' && value !== null) {
    makeList(draft, value)
  } else {
    draft.want = { kind: 'scalar', value }
  }
}
