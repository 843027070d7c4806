import { isDeepStrictEqual } from 'node:util'
import { isJsonObject, toPointer } from '../json.ts'
import type { Path, Pointer } from '../json.ts'
import type { JsonNode } from '../jsonc/parse.ts'
import type { OwnedValue, RecordedValue } from '../state/recorded.ts'
import { findNode, readValue, sameValue } from './actual.ts'
import type { ActualFile } from './actual.ts'
import type { Drafts, FileDraft } from './draft.ts'
import {
  askFor,
  changedPath,
  claim,
  draftAdopt,
  draftSet,
  forceOrKeep,
  standsAsRecorded,
  unitDraft,
} from './draft.ts'
import { rememberable, planToSave } from './before.ts'
import { detailOf } from './describe.ts'
import { findObstacle } from './find-obstacle.ts'
import { answerTo } from './plan.ts'
import { goneBefore } from './plan-gone.ts'
import { judgeWanted } from './verdict.ts'

/** One value wanted at one place, and the unit it belongs to. */
export interface Slot {
  readonly unit: string
  readonly path: Path
  readonly value: RecordedValue
  /** What else can be done where something else stands there. */
  readonly hint?: string
}

/** A slot with its path as text, of which there is to be one copy: there may be a million. */
interface Place extends Slot {
  readonly pointer: Pointer
}

/** Compare one wanted value with what stands in `draft`'s file, and plan what follows. */
export function planSlot(drafts: Drafts, draft: FileDraft, slot: Slot): void {
  const { unit, path, value } = slot
  const pointer = toPointer(path)
  const place = { ...slot, pointer }
  claim(draft, pointer)
  const actual = readValue(draft.file, path, drafts.fingerprintOf)
  const recorded = draft.old.values[pointer]
  const verdict = judgeWanted(path, value, actual, recorded)
  const changes = unitDraft(drafts, unit)
  switch (verdict) {
    case 'same':
      draft.values.set(pointer, stillOwn(recorded, unit, asFound(value, actual)))
      return
    case 'left':
      if (recorded !== undefined) draft.values.set(pointer, recorded)
      return
    case 'adopt':
      if (keepAsValue(draft, slot)) return
      draftAdopt(draft, unit, path, asFound(value, actual))
      changes.adopted.push(changedPath(draft.file, path))
      return
    case 'write': {
      const obstacle = findObstacle(drafts, draft, place)
      if (obstacle !== undefined) return planObstacle(drafts, draft, place, obstacle)
      changes.drifted ||= recorded !== undefined
      return write(drafts, draft, place, recorded?.before ?? goneBefore(draft, path))
    }
    case 'update':
      return write(drafts, draft, place, recorded?.before ?? null)
    case 'drift':
      changes.drifted = true
      return planDisagreement(drafts, draft, place, { kind: 'drift', actual, recorded })
    case 'conflict':
      if (holdsOnlyOwnValues(drafts, draft, path)) return write(drafts, draft, place, null)
      return planDisagreement(drafts, draft, place, {
        kind: 'conflict',
        actual,
        recorded: undefined,
      })
  }
}

/**
 * What is recorded of a value that stands as wanted: as it is spelt there. Of an object that is wanted
 * whatever it holds, not what it holds: that is not opgen's, and may be a key.
 */
function asFound(wanted: RecordedValue, actual: RecordedValue | undefined): RecordedValue {
  if (actual === undefined) return wanted
  return 'json' in wanted && isJsonObject(wanted.json) ? wanted : actual
}

/**
 * Plan values that only make sense together, as `type` and `key` of an auth entry do: if one of them
 * is in dispute, all are.
 */
export function planTogether(drafts: Drafts, draft: FileDraft, slots: readonly Slot[]): void {
  const verdicts = slots.map(({ path, value }) => {
    const actual = readValue(draft.file, path, drafts.fingerprintOf)
    return judgeWanted(path, value, actual, draft.old.values[toPointer(path)])
  })
  const kind = verdicts.find((verdict) => verdict === 'conflict' || verdict === 'drift')
  const isKept = kind === undefined && verdicts.includes('left')
  for (const slot of slots) {
    if (isKept) keepTheirs(draft, slot)
    else if (kind === undefined) planSlot(drafts, draft, slot)
    else planDisputed(drafts, draft, slot, kind)
  }
}

/** Keep what stands there, or what stands in the way, and remember what was declined. */
function keepTheirs(draft: FileDraft, { unit, path, value }: Slot): void {
  const pointer = toPointer(path)
  claim(draft, pointer)
  draft.values.set(pointer, { unit, origin: 'kept', value, before: null })
}

function planDisputed(
  drafts: Drafts,
  draft: FileDraft,
  slot: Slot,
  kind: Disagreement['kind'],
): void {
  const pointer = toPointer(slot.path)
  claim(draft, pointer)
  const actual = readValue(draft.file, slot.path, drafts.fingerprintOf)
  const recorded = draft.old.values[pointer]
  if (kind === 'drift') unitDraft(drafts, slot.unit).drifted = true
  planDisagreement(drafts, draft, { ...slot, pointer }, { kind, actual, recorded })
}

function write(drafts: Drafts, draft: FileDraft, place: Place, before: RecordedValue | null): void {
  const { target, path: file } = draft.file
  unitDraft(drafts, place.unit).written.push({ target, file, pointer: place.pointer })
  draftSet(draft, place, before)
}

/** An object of opgen's own that was a container so far, and is now wanted for itself: `{}`. */
function keepAsValue(draft: FileDraft, { unit, path, value }: Slot): boolean {
  const container = draft.old.containers[toPointer(path)]
  if (container === undefined) return false
  const { origin } = container
  draft.values.set(toPointer(path), {
    unit,
    origin,
    value,
    before: origin === 'adopted' ? value : null,
  })
  return true
}

/** Where nothing is different, what is recorded itself: of thousands of values there is one copy. */
function stillOwn(
  recorded: OwnedValue | undefined,
  unit: string,
  value: RecordedValue,
): OwnedValue {
  if (recorded?.unit === unit && isDeepStrictEqual(recorded.value, value)) return recorded
  return { unit, origin: recorded?.origin ?? 'written', value, before: recorded?.before ?? null }
}

interface Disagreement {
  readonly kind: 'drift' | 'conflict'
  readonly actual: RecordedValue | undefined
  readonly recorded: OwnedValue | undefined
}

function planDisagreement(
  drafts: Drafts,
  draft: FileDraft,
  slot: Place,
  { kind, actual, recorded }: Disagreement,
): void {
  const { unit, path, value } = slot
  const answer = answerTo(drafts.choices, { id: unit, kind })
  if (answer === 'force') {
    const isForeign = recorded === undefined || recorded.origin === 'kept'
    const before = isForeign ? rememberable(drafts, draft, path, actual) : recorded.before
    write(drafts, draft, slot, before)
    if (draft.file.target === 'auth') {
      planToSave(drafts, draft, { unit, path })
      clearForeignLogin(draft, unit)
      // The entry is opgen's from now on: without its type and its key it is none.
      draft.containers.set(toPointer([unit]), { unit, origin: 'written' })
    } else if (isForeign && before !== null && 'fingerprint' in before) {
      planToSave(drafts, draft, { unit, path })
    }
    return
  }
  if (answer === 'keep') return keepTheirs(draft, slot)
  if (actual === undefined || sameValue(path, value, actual)) return
  unitDraft(drafts, unit).disputed.push(changedPath(draft.file, path))
  const details = [detailOf(draft.file, path, { found: actual, wanted: value })]
  askFor(drafts, { id: unit, kind, details, ...hintOf(slot) }, forceOrKeep(unit))
}

/** A key has a way of its own into the keychain; other values of its entry have none. */
function hintOf({ value, hint }: Slot): { readonly hint?: string } {
  return 'fingerprint' in value && hint !== undefined ? { hint } : {}
}

/**
 * An entry of another kind (oauth, wellknown) that is to be replaced goes as a whole: its refresh
 * and access tokens mean nothing in an `api` entry.
 */
function clearForeignLogin(draft: FileDraft, provider: string): void {
  const entry = findNode(draft.file, [provider])
  if (entry?.kind !== 'object') return
  const type = findNode(draft.file, [provider, 'type'])
  if (type?.kind === 'scalar' && type.value === 'api') return
  for (const member of entry.members) {
    if (member.key === 'type' || member.key === 'key' || member.key === 'metadata') continue
    draft.deletes.set(toPointer([provider, member.key]), 'value')
  }
}

function planObstacle(drafts: Drafts, draft: FileDraft, slot: Place, obstacle: Path): void {
  const { unit, path, value } = slot
  const actual = readValue(draft.file, obstacle, drafts.fingerprintOf)
  const answer = answerTo(drafts.choices, { id: unit, kind: 'conflict' })
  if (answer === 'force') {
    write(drafts, draft, slot, null)
    const before = rememberable(drafts, draft, obstacle, actual)
    const isSecret = before !== null && 'fingerprint' in before
    if (draft.file.target === 'auth' || isSecret) {
      planToSave(drafts, draft, { unit, path: obstacle })
    }
    const container = draft.containers.get(toPointer(obstacle))
    if (container !== undefined && before !== null) {
      draft.containers.set(toPointer(obstacle), { before, ...container })
    }
    return
  }
  const recorded = draft.old.values[toPointer(path)]
  const wasKept = recorded?.origin === 'kept' && sameValue(path, recorded.value, value)
  if (answer === 'keep' || wasKept) return keepTheirs(draft, slot)
  unitDraft(drafts, unit).disputed.push(changedPath(draft.file, path))
  const known = drafts.decisions.some(
    (decision) => decision.id === unit && decision.detail.includes(toPointer(obstacle)),
  )
  if (known) return
  const details = [detailOf(draft.file, obstacle, { found: actual, wanted: 'object' })]
  askFor(drafts, { id: unit, kind: 'conflict', details }, forceOrKeep(unit))
}

/** Whether an object in the way of a wanted value consists of untouched values of opgen's alone. */
function holdsOnlyOwnValues(drafts: Drafts, draft: FileDraft, path: Path): boolean {
  const node = findNode(draft.file, path)
  if (node?.kind !== 'object' || node.members.length === 0) return false
  return onlyOwn(drafts, draft, node, path)
}

function onlyOwn(drafts: Drafts, draft: FileDraft, node: JsonNode, path: Path): boolean {
  if (node.kind === 'object' && node.members.length > 0) {
    return node.members.every((member) =>
      onlyOwn(drafts, draft, member.value, [...path, member.key]),
    )
  }
  return standsAsRecorded(drafts, draft, path)
}

/** The file whose value is effective for a path, else the one that holds the provider, else the new one. */
export function locate(files: readonly FileDraft[], path: Path, fallback: FileDraft): FileDraft {
  // Without a choice nothing has to be looked for, for each of thousands of values.
  if (files.every((draft) => draft === fallback)) return fallback
  const holding = (wanted: Path): FileDraft | undefined =>
    files.findLast((draft) => findNode(draft.file, wanted) !== undefined)
  const own = holding(path)
  if (own !== undefined) return own
  return (path[0] === 'provider' ? holding(path.slice(0, 2)) : undefined) ?? fallback
}

export function holdsBlock(file: ActualFile, block: Path): boolean {
  return findNode(file, block) !== undefined
}
