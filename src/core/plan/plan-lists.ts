import { toPointer } from '../json.ts'
import type { Pointer } from '../json.ts'
import type { ArrayNode } from '../jsonc/parse.ts'
import type { OwnedContainer, OwnedElement } from '../state/recorded.ts'
import type { Wanted } from '../wanted.ts'
import { findNode, readValue } from './actual.ts'
import { planToSave, rememberable } from './before.ts'
import type { Drafts, FileDraft, ListName } from './draft.ts'
import {
  askFor,
  changedPath,
  forceOrKeep,
  LIST_NAMES,
  rememberElement,
  unitDraft,
} from './draft.ts'
import { detailOf } from './describe.ts'
import { answerTo } from './plan.ts'

/** One id that should be in a list, and the change that it belongs to. */
export interface WantedElement {
  readonly element: string
  readonly unit: string
}

/** The config file whose list counts: the last one that has it (arrays replace each other). */
export function effectiveList(files: readonly FileDraft[], name: ListName): FileDraft | undefined {
  return files.findLast((draft) => findNode(draft.file, [name]) !== undefined)
}

export function elementsOf(draft: FileDraft | undefined, name: ListName): readonly string[] {
  const node = draft === undefined ? undefined : findNode(draft.file, [name])
  if (node?.kind !== 'array') return []
  return stringsOf(node)
}

/** How many elements a list has; what is no text, or there twice, is somebody else's. */
function lengthOf(draft: FileDraft, name: ListName): number {
  const node = findNode(draft.file, [name])
  return node?.kind === 'array' ? node.elements.length : 0
}

/** Who owns an element of a list. Elements are any text, also the names of what objects inherit. */
function ownerIn(draft: FileDraft, list: Pointer, element: string): OwnedElement | undefined {
  const owners = draft.old.elements[list] ?? {}
  return Object.hasOwn(owners, element) ? owners[element] : undefined
}

function stringsOf(node: ArrayNode): readonly string[] {
  return node.elements.flatMap(({ value }) =>
    value.kind === 'scalar' && typeof value.value === 'string' ? [value.value] : [],
  )
}

/** What the manifest says of a list. `list`: the list itself is wanted, also when it is empty. */
interface Wish {
  readonly mode: 'list' | 'auto' | 'keep'
  readonly elements: readonly WantedElement[]
}

/** A list of ids that the manifest does not have is one to which nothing is added. */
function wishFor(wanted: Wanted, name: ListName): Wish {
  const { enabledProviders: enabled, disabledProviders: disabled } = wanted
  const unit = `/${name}`
  const explicit = (items: readonly { readonly value: string }[]): Wish => ({
    mode: 'list',
    elements: items.map(({ value }) => ({ element: value, unit })),
  })
  if (name === 'disabled_providers') {
    return disabled === undefined ? { mode: 'auto', elements: [] } : explicit(disabled.value)
  }
  if (enabled.mode === 'list') return explicit(enabled.items)
  if (enabled.mode === 'keep') return { mode: 'keep', elements: [] }
  const elements = wanted.providers.map(({ id }) => ({ element: id, unit: id }))
  return { mode: 'auto', elements }
}

/**
 * Plan OpenCode's two lists of provider ids, element by element (manifest.md "Lists that hide"): an
 * id that stood there already is never taken out, and a list that opgen made goes when it is empty
 * and the manifest does not have it.
 */
export function planLists(
  drafts: Drafts,
  files: readonly FileDraft[],
  wanted: Wanted,
  newConfig: FileDraft,
): void {
  for (const name of LIST_NAMES) {
    const wish = wishFor(wanted, name)
    const list = effectiveList(files, name)
    if (wish.mode === 'list' && !drafts.leftOut.has(`/${name}`)) {
      planList(drafts, list ?? newConfig, name, wish)
    } else if (wish.mode === 'auto' && list !== undefined && !goesWhole(drafts, list, name)) {
      const elements = wish.elements.filter(({ unit }) => !drafts.leftOut.has(unit))
      if (elements.length > 0) planList(drafts, list, name, { ...wish, elements })
    }
    for (const draft of files) {
      if (wish.mode === 'keep') keepList(draft, name)
      else planLeavingElements(drafts, draft, name)
    }
  }
}

/** Whether opgen made a list, nobody else put anything in, and this run may take all of it away. */
function goesWhole({ leftOut }: Drafts, draft: FileDraft, name: ListName): boolean {
  const list: Pointer = `/${name}`
  const container = madeList(draft, name)
  if (container === undefined || leftOut.has(container.unit)) return false
  const present = new Set(elementsOf(draft, name))
  const going = Object.entries(draft.old.elements[list] ?? {}).filter(
    ([element, { unit }]) => present.has(element) && !leftOut.has(unit),
  )
  return going.length === lengthOf(draft, name)
}

/** The record of a list that opgen made, as long as a list stands there. */
function madeList(draft: FileDraft, name: ListName): OwnedContainer | undefined {
  if (findNode(draft.file, [name])?.kind !== 'array') return undefined
  return draft.old.containers[`/${name}`]
}

function planList(
  drafts: Drafts,
  draft: FileDraft,
  name: ListName,
  { mode, elements: wanted }: Wish,
): void {
  const list: Pointer = `/${name}`
  const node = findNode(draft.file, [name])
  if (node !== undefined && node.kind !== 'array') {
    if (!planWrongList(drafts, draft, name)) return
  }
  if (node === undefined || node.kind !== 'array') {
    // One that is forced into the place of something else, for a manifest that has none, is the user's.
    if (mode === 'list') {
      const former = readValue(draft.file, [name], drafts.fingerprintOf)
      const before = rememberable(drafts, draft, [name], former) ?? undefined
      draft.containers.set(list, { unit: list, origin: 'written', before })
      if (before !== undefined && 'fingerprint' in before) {
        planToSave(drafts, draft, { unit: list, path: [name] })
      }
    }
    if (wanted.length === 0) planEmptyList(drafts, draft, name)
  }
  const present = new Set(node?.kind === 'array' ? stringsOf(node) : [])
  const claimed = new Set<string>()
  draft.claimedElements.set(list, claimed)
  for (const { element, unit } of wanted) {
    claimed.add(element)
    const owned = ownerIn(draft, list, element)
    if (present.has(element)) {
      if (owned !== undefined) rememberElement(draft, list, element, { unit })
      continue
    }
    const changes = unitDraft(drafts, unit)
    changes.drifted ||= owned !== undefined
    changes.written.push(changedPath(draft.file, [name]))
    draft.elementEdits.push({ op: 'add-element', path: [name], value: element })
    rememberElement(draft, list, element, { unit })
  }
}

function planEmptyList(drafts: Drafts, draft: FileDraft, name: ListName): void {
  const list: Pointer = `/${name}`
  const changes = unitDraft(drafts, list)
  changes.drifted ||= draft.old.containers[list] !== undefined
  changes.written.push(changedPath(draft.file, [name]))
  draft.elementEdits.push({ op: 'set', path: [name], value: [] })
}

/** Something that is no list stands where the list belongs. Whether to go on. */
function planWrongList(drafts: Drafts, draft: FileDraft, name: ListName): boolean {
  const unit = `/${name}`
  const answer = answerTo(drafts.choices, { id: unit, kind: 'conflict' })
  const wasKept = draft.old.values[unit]?.origin === 'kept'
  if (answer === 'keep' || (wasKept && answer === undefined)) {
    draft.values.set(unit, { unit, origin: 'kept', value: { json: [] }, before: null })
    return false
  }
  const actual = readValue(draft.file, [name], drafts.fingerprintOf)
  if (answer === 'force') {
    draft.elementEdits.push({ op: 'set', path: [name], value: [] })
    return true
  }
  const details = [detailOf(draft.file, [name], { found: actual, wanted: 'list' })]
  askFor(drafts, { id: unit, kind: 'conflict', details }, forceOrKeep(unit))
  return false
}

/** Not touched, and not forgotten: opgen's it is when the list may be touched again. */
function keepList(draft: FileDraft, name: ListName): void {
  const list: Pointer = `/${name}`
  const container = madeList(draft, name)
  if (container !== undefined) draft.containers.set(list, container)
  for (const [element, owned] of Object.entries(draft.old.elements[list] ?? {})) {
    rememberElement(draft, list, element, owned)
  }
}

/** Take out the elements that opgen added and nobody wants any more, and the list that they leave empty. */
function planLeavingElements(drafts: Drafts, draft: FileDraft, name: ListName): void {
  const list: Pointer = `/${name}`
  const claimed = draft.claimedElements.get(list)
  const present = elementsOf(draft, name)
  const leaving = Object.entries(draft.old.elements[list] ?? {}).filter(
    ([element, owned]) =>
      claimed?.has(element) !== true &&
      !drafts.leftOut.has(owned.unit) &&
      present.includes(element),
  )
  const names = new Set(leaving.map(([element]) => element))
  const isEmptied = leaving.length === lengthOf(draft, name) && !claimed?.size
  const container = madeList(draft, name)
  const isWanted = claimed !== undefined
  if (container !== undefined) {
    if (isEmptied && !isWanted && !drafts.leftOut.has(container.unit)) {
      const units = leaving.length === 0 ? [container] : leaving.map(([, owned]) => owned)
      deleteList(drafts, draft, name, units)
      return
    }
    draft.containers.set(list, container)
  }
  if (leaving.length === 0) return
  // Of a list that is opgen's own, the manifest has decided that it is to be empty.
  const isDecided = container !== undefined && isWanted
  // One that was there empty is so again.
  const wasEmpty = drafts.ending.kind === 'restore' && draft.old.opened[list] !== undefined
  if (isEmptied && !isDecided && !wasEmpty && !mayEmpty(drafts, name, names)) return
  for (const [element, owned] of leaving) {
    unitDraft(drafts, owned.unit).deleted.push(changedPath(draft.file, [name]))
    draft.elementEdits.push({ op: 'remove-element', path: [name], value: element })
  }
}

function deleteList(
  drafts: Drafts,
  draft: FileDraft,
  name: ListName,
  units: readonly { readonly unit: string }[],
): void {
  draft.deletes.set(`/${name}`, 'value')
  for (const { unit } of units) {
    unitDraft(drafts, unit).deleted.push(changedPath(draft.file, [name]))
  }
}

/** A user's list that would become `[]` hides every provider: that is for the user to decide. */
function mayEmpty(drafts: Drafts, name: ListName, leaving: ReadonlySet<string>): boolean {
  const unit = `/${name}`
  const answer = answerTo(drafts.choices, { id: unit, kind: 'list' })
  if (name === 'disabled_providers' || answer === 'force') return true
  if (answer === 'keep') return false
  const ids = [...leaving].map((id) => `"${id}"`).join(', ')
  const text = `taking ${ids} out of ${toPointer([name])} leaves [], which hides every provider`
  askFor(drafts, { id: unit, kind: 'list', details: [{ text }] }, forceOrKeep(unit))
  return false
}
