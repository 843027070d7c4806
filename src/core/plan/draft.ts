import { isJsonObject, pointerAbove, toPointer } from '../json.ts'
import type { Path, Pointer } from '../json.ts'
import type {
  GoneValue,
  OwnedContainer,
  OwnedElement,
  OwnedValue,
  RecordedFile,
  RecordedValue,
} from '../state/recorded.ts'
import { emptyFile } from '../state/recorded.ts'
import type { ActualFile, FingerprintOf } from './actual.ts'
import { findNode, readValue, sameValue } from './actual.ts'
import type { ChangedPath, Choices, Decision, Detail, PlannedEdit, Replaced } from './plan.ts'

/** OpenCode's lists of provider ids: the containers that are no objects. */
export const LIST_NAMES = ['enabled_providers', 'disabled_providers'] as const

export type ListName = (typeof LIST_NAMES)[number]

/** What a plan is made from while it is being made: one draft per target file, one per unit. */
export interface Drafts {
  readonly files: ReadonlyMap<string, FileDraft>
  readonly units: Map<string, UnitDraft>
  readonly decisions: Decision[]
  readonly choices: Choices
  readonly fingerprintOf: FingerprintOf
  /** Units that are left exactly as they are: missing key skipped, or outside `--only`. */
  readonly leftOut: Set<string>
  /** By account: what somebody else wrote, may be a secret, and is to be replaced. */
  readonly replaced: Map<string, Replaced>
  readonly ending: Ending
  readonly unread: { readonly kept: string[]; readonly needed: string[] }
}

/**
 * What becomes of opgen's values that nobody wants any more. `delete`: they go, also those that were
 * adopted. `restore`: as it was before opgen; what it adopted stays, what it replaced comes back, as
 * far as it is known or the keychain keeps it under one of the accounts.
 */
export type Ending =
  | { readonly kind: 'delete' }
  | { readonly kind: 'restore'; readonly saved: ReadonlySet<string> }

export interface UnitDraft {
  drifted: boolean
  readonly written: ChangedPath[]
  readonly deleted: ChangedPath[]
  readonly adopted: ChangedPath[]
  /** Places with an open decision. */
  readonly disputed: ChangedPath[]
  readonly notes: string[]
}

export interface FileDraft {
  readonly file: ActualFile
  readonly old: RecordedFile
  readonly sets: { readonly path: Path; readonly edit: PlannedEdit }[]
  /** Values to take out; `container`: an object to take out if nothing of others is in it. */
  readonly deletes: Map<Pointer, 'value' | 'container'>
  readonly elementEdits: PlannedEdit[]
  /** What comes back in the place of values of opgen's. */
  readonly restores: Map<Pointer, PlannedEdit>
  /** What was there before values that go now. */
  readonly gone: Map<Pointer, GoneValue>
  /** Wanted pointers located in this file. */
  readonly claimed: Set<Pointer>
  /** Containers of wanted pointers. */
  readonly above: Set<Pointer>
  readonly claimedElements: Map<Pointer, Set<string>>
  readonly values: Map<Pointer, OwnedValue>
  readonly containers: Map<Pointer, OwnedContainer>
  readonly elements: Map<Pointer, Map<string, OwnedElement>>
  /** Containers that this plan needs and are not there. */
  readonly made: Set<Pointer>
  /** Objects, there or to be made, into which values can be written: nothing is in the way. */
  readonly free: Set<Pointer>
}

export function startFile(file: ActualFile, old: RecordedFile | undefined): FileDraft {
  return {
    file,
    old: old ?? { ...emptyFile, manifest: '' },
    sets: [],
    deletes: new Map(),
    elementEdits: [],
    restores: new Map(),
    gone: new Map(),
    claimed: new Set(),
    above: new Set(),
    claimedElements: new Map(),
    values: new Map(),
    containers: new Map(),
    elements: new Map(),
    made: new Set(),
    free: new Set(),
  }
}

export function unitDraft(drafts: Drafts, id: string): UnitDraft {
  const existing = drafts.units.get(id)
  if (existing !== undefined) return existing
  const made: UnitDraft = {
    drifted: false,
    written: [],
    deleted: [],
    adopted: [],
    disputed: [],
    notes: [],
  }
  drafts.units.set(id, made)
  return made
}

/** Whether what stands at a path is the value that is recorded for it. */
export function standsAsRecorded(drafts: Drafts, draft: FileDraft, path: Path): boolean {
  const owned = draft.old.values[toPointer(path)]
  const actual = readValue(draft.file, path, drafts.fingerprintOf)
  return owned !== undefined && actual !== undefined && sameValue(path, owned.value, actual)
}

export function changedPath(file: ActualFile, path: Path): ChangedPath {
  return { target: file.target, file: file.path, pointer: toPointer(path) }
}

/** Plan to write a value and remember it, with every container that has to be made for it. */
export function draftSet(
  draft: FileDraft,
  place: {
    readonly unit: string
    readonly path: Path
    readonly pointer: Pointer
    readonly value: RecordedValue
  },
  before: RecordedValue | null,
): void {
  const { unit, path, pointer, value } = place
  draft.sets.push({ path, edit: editFor(path, value, unit) })
  draft.values.set(pointer, { unit, origin: 'written', value, before })
  let above = pointer
  for (let depth = path.length - 1; depth >= 1; depth -= 1) {
    above = pointerAbove(above)
    // With what is around it: of thousands of values in one block, only the first looks.
    if (draft.made.has(above)) break
    if (findNode(draft.file, path.slice(0, depth))?.kind === 'object') break
    draft.made.add(above)
    const shared = draft.file.target === 'config' && depth === 1
    draft.containers.set(above, { unit: shared ? '' : unit, origin: 'written' })
  }
}

function editFor(path: Path, value: RecordedValue, provider: string): PlannedEdit {
  if ('fingerprint' in value) {
    return { op: 'set-key', path, provider, fingerprint: value.fingerprint }
  }
  return { op: 'set', path, value: value.json }
}

/**
 * Remember a value that stands as wanted. The block around an adopted value is adopted with it,
 * unless it was there empty: the user's empty containers stay.
 */
export function draftAdopt(draft: FileDraft, unit: string, path: Path, value: RecordedValue): void {
  draft.values.set(toPointer(path), { unit, origin: 'adopted', value, before: value })
  const outermost = draft.file.target === 'config' ? 2 : 1
  for (let depth = path.length - 1; depth >= outermost; depth -= 1) {
    const pointer = toPointer(path.slice(0, depth))
    if (draft.old.containers[pointer] !== undefined) continue
    draft.containers.set(pointer, { unit, origin: 'adopted' })
  }
}

export function draftDelete(draft: FileDraft, path: Path, value: RecordedValue | undefined): void {
  const isObject = value !== undefined && 'json' in value && isJsonObject(value.json)
  draft.deletes.set(toPointer(path), isObject ? 'container' : 'value')
}

/** Ask the user, once per unit and kind; the details of one unit are joined. */
export function askFor(
  drafts: Drafts,
  question: Pick<Decision, 'id' | 'kind' | 'hint' | 'takesStoredKey'> & {
    readonly details: readonly Detail[]
  },
  flags: readonly [string, ...string[]],
): void {
  const index = drafts.decisions.findIndex(
    (decision) => decision.id === question.id && decision.kind === question.kind,
  )
  const [flag, ...otherFlags] = flags
  const earlier = drafts.decisions[index]
  const details = [...(earlier?.details ?? []), ...question.details]
  const texts = { details, detail: details.map(({ text }) => text).join('; ') }
  if (earlier === undefined) drafts.decisions.push({ ...question, ...texts, flag, otherFlags })
  else drafts.decisions[index] = { ...question, ...earlier, ...texts }
}

/** The two flags that answer drift and conflict. */
export function forceOrKeep(id: string): readonly [string, string] {
  return [`--force ${id}`, `--keep ${id}`]
}

/** Carry everything recorded of a unit over unchanged. */
export function carryOver(draft: FileDraft, leftOut: ReadonlySet<string>): void {
  for (const [pointer, owned] of Object.entries(draft.old.values)) {
    if (leftOut.has(owned.unit)) draft.values.set(pointer, owned)
  }
  for (const [pointer, owned] of Object.entries(draft.old.containers)) {
    if (leftOut.has(owned.unit)) draft.containers.set(pointer, owned)
  }
  for (const [list, owners] of Object.entries(draft.old.elements)) {
    for (const [element, owned] of Object.entries(owners)) {
      if (leftOut.has(owned.unit)) rememberElement(draft, list, element, owned)
    }
  }
}

export function rememberElement(
  draft: FileDraft,
  list: Pointer,
  element: string,
  owned: OwnedElement,
): void {
  const owners = draft.elements.get(list) ?? new Map<string, OwnedElement>()
  owners.set(element, owned)
  draft.elements.set(list, owners)
}

/** Note that a value is wanted at a path of this file. */
export function claim(draft: FileDraft, pointer: Pointer): void {
  draft.claimed.add(pointer)
  for (let above = pointerAbove(pointer); above !== ''; above = pointerAbove(above)) {
    if (draft.above.has(above)) return
    draft.above.add(above)
  }
}

/** The path of the block that belongs to a provider in a file of this kind. */
export function blockPath(file: ActualFile, provider: string): Path {
  return file.target === 'config' ? ['provider', provider] : [provider]
}
