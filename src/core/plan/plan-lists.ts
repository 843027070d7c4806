import { toPointer } from '../json.ts'
import type { Pointer } from '../json.ts'
import type { ArrayNode } from '../jsonc/parse.ts'
import type { OwnedElement } from '../state/recorded.ts'
import type { Wanted } from '../wanted.ts'
import { findNode, readValue } from './actual.ts'
import type { Drafts, FileDraft } from './draft.ts'
import { askFor, changedPath, forceOrKeep, rememberElement, unitDraft } from './draft.ts'
import { describeFound } from './describe.ts'
import { answerTo } from './plan.ts'

export type ListName = 'enabled_providers' | 'disabled_providers'

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

/**
 * Plan OpenCode's two lists of provider ids, element by element (manifest.md "Lists that hide"): an
 * id that stood there already is never taken out.
 */
export function planLists(
  drafts: Drafts,
  files: readonly FileDraft[],
  wanted: Wanted,
  newConfig: FileDraft,
): void {
  const enabled = wanted.enabledProviders
  const list = effectiveList(files, 'enabled_providers')
  if (enabled.mode === 'list' && !drafts.leftOut.has('/enabled_providers')) {
    const unit = '/enabled_providers'
    const elements = enabled.items.map((item) => ({ element: item.value, unit }))
    planList(drafts, list ?? newConfig, 'enabled_providers', elements)
  } else if (enabled.mode === 'auto' && list !== undefined && !ownsWholeList(list)) {
    const rendered = wanted.providers.filter((provider) => !drafts.leftOut.has(provider.id))
    const elements = rendered.map(({ id }) => ({ element: id, unit: id }))
    planList(drafts, list, 'enabled_providers', elements)
  }
  if (wanted.disabledProviders !== undefined && !drafts.leftOut.has('/disabled_providers')) {
    const unit = '/disabled_providers'
    const target = effectiveList(files, 'disabled_providers') ?? newConfig
    const elements = wanted.disabledProviders.value.map(({ value }) => ({ element: value, unit }))
    planList(drafts, target, 'disabled_providers', elements)
  }
  const mayTouch = (name: ListName): boolean =>
    name !== 'enabled_providers' || enabled.mode !== 'keep'
  for (const draft of files) planLeavingElements(drafts, draft, mayTouch)
}

/** Whether opgen made the list and nobody else put anything in. */
function ownsWholeList(draft: FileDraft): boolean {
  const list = '/enabled_providers'
  return (
    draft.old.containers['/enabled_providers']?.origin === 'written' &&
    elementsOf(draft, 'enabled_providers').every(
      (element) => ownerIn(draft, list, element) !== undefined,
    )
  )
}

function planList(
  drafts: Drafts,
  draft: FileDraft,
  name: ListName,
  wanted: readonly WantedElement[],
): void {
  const list: Pointer = `/${name}`
  const node = findNode(draft.file, [name])
  if (node !== undefined && node.kind !== 'array') {
    if (!planWrongList(drafts, draft, name)) return
  }
  if (node === undefined || node.kind !== 'array') {
    draft.containers.set(list, { unit: list, origin: 'written' })
    if (wanted.length === 0) draft.elementEdits.push({ op: 'set', path: [name], value: [] })
    if (wanted.length === 0) unitDraft(drafts, list).written.push(changedPath(draft.file, [name]))
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

/** Something that is no list stands where the list belongs. Whether to go on. */
function planWrongList(drafts: Drafts, draft: FileDraft, name: ListName): boolean {
  const unit = `/${name}`
  const answer = answerTo(drafts.choices, unit)
  const wasKept = draft.old.values[unit]?.origin === 'kept'
  if (answer === 'keep' || (wasKept && answer === undefined)) {
    draft.values.set(unit, { unit, origin: 'kept', value: { json: [] }, before: null })
    return false
  }
  if (answer === 'force') {
    draft.elementEdits.push({ op: 'set', path: [name], value: [] })
    return true
  }
  const actual = readValue(draft.file, [name], drafts.fingerprintOf)
  const detail = `${describeFound([name], actual)}, a list is needed there`
  askFor(drafts, { id: unit, kind: 'conflict', detail }, forceOrKeep(unit))
  return false
}

/** Take out the elements that opgen added and nobody wants any more. */
function planLeavingElements(
  drafts: Drafts,
  draft: FileDraft,
  mayTouch: (name: ListName) => boolean,
): void {
  for (const name of ['enabled_providers', 'disabled_providers'] as const) {
    const list: Pointer = `/${name}`
    const owners = draft.old.elements[list] ?? {}
    if (!mayTouch(name)) {
      // Not touched, and not forgotten: opgen's they are when the list may be touched again.
      for (const [element, owned] of Object.entries(owners)) {
        rememberElement(draft, list, element, owned)
      }
      continue
    }
    const claimed = draft.claimedElements.get(list)
    const present = elementsOf(draft, name)
    const leaving = Object.entries(owners).filter(
      ([element, owned]) =>
        claimed?.has(element) !== true &&
        !drafts.leftOut.has(owned.unit) &&
        present.includes(element),
    )
    if (leaving.length === 0) continue
    const names = new Set(leaving.map(([element]) => element))
    const staysNonEmpty = present.some((element) => !names.has(element)) || (claimed?.size ?? 0) > 0
    if (!staysNonEmpty && draft.old.containers[list]?.origin === 'written') {
      draft.deletes.set(list, 'value')
      for (const [, owned] of leaving) {
        unitDraft(drafts, owned.unit).deleted.push(changedPath(draft.file, [name]))
      }
      continue
    }
    if (!staysNonEmpty && !mayEmpty(drafts, name, names)) continue
    for (const [element, owned] of leaving) {
      unitDraft(drafts, owned.unit).deleted.push(changedPath(draft.file, [name]))
      draft.elementEdits.push({ op: 'remove-element', path: [name], value: element })
    }
  }
}

/** A user's list that would become `[]` hides every provider: that is for the user to decide. */
function mayEmpty(drafts: Drafts, name: ListName, leaving: ReadonlySet<string>): boolean {
  const unit = `/${name}`
  if (name === 'disabled_providers' || answerTo(drafts.choices, unit) === 'force') return true
  if (answerTo(drafts.choices, unit) === 'keep') return false
  const ids = [...leaving].map((id) => `"${id}"`).join(', ')
  const detail = `taking ${ids} out of ${toPointer([name])} leaves [], which hides every provider`
  askFor(drafts, { id: unit, kind: 'list', detail }, forceOrKeep(unit))
  return false
}
