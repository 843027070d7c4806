import type { Repair, RepairEdit } from '../doctor/rule.ts'
import { isSecretText } from '../import/block-key.ts'
import { isJsonObject, sameJson, toPointer } from '../json.ts'
import type { JsonValue, Path, Pointer } from '../json.ts'
import { findDuplicate } from '../jsonc/members.ts'
import { nodeAt, valueOf } from '../jsonc/parse.ts'
import type { JsonDocument, JsonNode } from '../jsonc/parse.ts'
import { isReference } from '../manifest/key-text.ts'
import { Secret } from '../secret.ts'
import type { Ends, RecordedRepair, RecordedState, UndoEdit } from '../state/recorded.ts'
import type { FingerprintOf, JsonFile } from './actual.ts'
import { afterEdits, concreteEdits } from './concrete-edits.ts'
import { planUndo } from './plan-undo.ts'
import { fingerprint, valueAt } from './repaired-value.ts'

/** A repair of what a finding is about. */
export interface WantedRepair {
  readonly code: string
  /** Id of the provider; undefined: it is about none. */
  readonly provider: string | undefined
  readonly repair: Exclude<Repair, { target: 'mode' }>
}

export interface PlannedRepair {
  /** What is copied comes before what is deleted. */
  readonly edits: readonly UndoEdit[]
  readonly record: RecordedRepair
}

/** Why a repair is not made. */
export type RepairRefusal =
  /** opgen wrote the value: what is wrong stands in the manifest. */
  | 'managed'
  /** Another repair changes the same place. */
  | 'overlaps'
  /** A name stands twice: nobody can say which of the two is meant. */
  | 'twice'
  /** There would be no way back that holds no secret. */
  | 'no-way-back'

export interface RepairScene {
  readonly file: JsonFile
  readonly document: JsonDocument
  readonly recorded: RecordedState
  readonly fingerprintOf: FingerprintOf
  /** Places that repairs before this one change. */
  readonly taken: Set<Pointer>
}

/** Plan a repair in one file, with the way back. Nothing that may be secret is in either. */
export function planRepair(
  scene: RepairScene,
  { code, provider, repair }: WantedRepair,
): PlannedRepair | RepairRefusal {
  const pointers = repair.edits.map(({ path }) => toPointer(path))
  if (pointers.some((pointer) => isOwned(scene, pointer))) return 'managed'
  if (pointers.some((pointer) => isTaken(scene, pointer))) return 'overlaps'
  if (repair.edits.some(({ path }) => isAmbiguous(scene.document, path))) return 'twice'
  const steps: Step[] = []
  for (const edit of repair.edits) {
    const step = stepFor(scene, edit, repair)
    if (step === undefined) return 'no-way-back'
    steps.push(step)
  }
  const made = new Set(repair.edits.flatMap(({ path, value }) => missingAbove(scene, path, value)))
  // What is wrapped gives way to the object by itself.
  const edits = steps.filter(({ edit }) => !isWrapped(edit.path, repair)).map(({ edit }) => edit)
  const planned: PlannedRepair = {
    edits: [
      ...edits.filter(({ op }) => op !== 'delete'),
      ...edits.filter(({ op }) => op === 'delete'),
    ],
    record: {
      code,
      unit: provider ?? pointers[0] ?? '',
      target: repair.target,
      undo: steps.flatMap(({ undo }) => undo),
      left: Object.fromEntries(
        steps
          .filter(({ edit }) => !isWrapped(edit.path, repair))
          .map(({ edit, value }) => [
            toPointer(edit.path),
            value === undefined ? null : fingerprint(scene.fingerprintOf, value),
          ]),
      ),
      made: [...made],
    },
  }
  if (!leadsBack(scene, planned)) return 'no-way-back'
  for (const pointer of pointers) scene.taken.add(pointer)
  return planned
}

function isTaken({ taken }: RepairScene, pointer: Pointer): boolean {
  return [...taken].some((other) => isWithin(other, pointer) || isWithin(pointer, other))
}

function isWithin(pointer: Pointer, other: Pointer): boolean {
  return pointer === other || pointer.startsWith(`${other}/`)
}

/** Whether a name stands twice on the way to a place, or in what is there. */
function isAmbiguous({ root }: JsonDocument, path: Path): boolean {
  let node: JsonNode | undefined = root
  for (const [depth, name] of path.entries()) {
    if (node?.kind !== 'object') return false
    if (findDuplicate(node, name) !== undefined) return true
    node = nodeAt({ root }, path.slice(0, depth + 1))
  }
  return node !== undefined && holdsTwice(node)
}

function holdsTwice(node: JsonNode): boolean {
  if (node.kind === 'scalar') return false
  if (node.kind === 'array') return node.elements.some(({ value }) => holdsTwice(value))
  return node.members.some(
    ({ key, value }) => findDuplicate(node, key) !== undefined || holdsTwice(value),
  )
}

/** Whether undoing the repair gives all values that are there now: what cannot be proved is not done. */
function leadsBack(
  { document, fingerprintOf }: RepairScene,
  { edits, record }: PlannedRepair,
): boolean {
  const concrete = concreteEdits(document, edits)
  const repaired = concrete && afterEdits(document, concrete)
  const { document: back, stays } = planUndo(repaired, [record], fingerprintOf)
  if (back === undefined || stays.length > 0) return false
  return sameJson(valueOf(back.root), valueOf(document.root))
}

/** Whether what goes from a place comes back below it: a text that becomes a member of an object there. */
function isWrapped(path: Path, { edits }: WantedRepair['repair']): boolean {
  return edits.some(
    (other) =>
      other.path.length > path.length && path.every((name, index) => other.path[index] === name),
  )
}

function isOwned({ recorded, file }: RepairScene, pointer: Pointer): boolean {
  const owned = Object.entries(recorded.files[file.path]?.values ?? {})
  return owned.some(
    ([own, { origin }]) => origin !== 'kept' && (isWithin(own, pointer) || isWithin(pointer, own)),
  )
}

interface Step {
  readonly edit: UndoEdit
  /** What stands there then; undefined: nothing. */
  readonly value: JsonValue | undefined
  readonly undo: readonly UndoEdit[]
}

function stepFor(
  scene: RepairScene,
  edit: RepairEdit,
  repair: WantedRepair['repair'],
): Step | undefined {
  const { path } = edit
  const wanted = edit.value instanceof Secret ? edit.value.reveal() : edit.value
  const old = valueAt(scene.document, path)
  if (wanted === undefined) {
    // Where it goes, the way back is part of the step that writes it there.
    const isMoved = repair.edits.some((other) => isSame(other.value, old) && other !== edit)
    if (isMoved) return { edit: { op: 'delete', path }, value: undefined, undo: [] }
    return plainStep(scene, { path, wanted, old })
  }
  const from = repair.edits.find(
    (other) => other.value === undefined && sameJson(valueAt(scene.document, other.path), wanted),
  )?.path
  if (from !== undefined && old === undefined) {
    const back: UndoEdit[] = [
      { op: 'copy', path: from, from: path },
      { op: 'delete', path },
    ]
    return { edit: { op: 'copy', path, from }, value: wanted, undo: back }
  }
  return cutStep(path, wanted, old) ?? plainStep(scene, { path, wanted, old })
}

function isSame(value: RepairEdit['value'], old: JsonValue | undefined): boolean {
  if (value === undefined || old === undefined) return false
  return sameJson(value instanceof Secret ? value.reveal() : value, old)
}

/** What may be taken off a key, and is none of it. */
const NO_KEY = { before: /^(?:Bearer\s+|\s+)*$/i, after: /^\s*$/ }

function cutStep(path: Path, wanted: JsonValue, old: JsonValue | undefined): Step | undefined {
  if (typeof wanted !== 'string' || typeof old !== 'string' || wanted === '') return undefined
  const start = old.lastIndexOf(wanted)
  if (start < 0) return undefined
  const ends: Ends = { before: old.slice(0, start), after: old.slice(start + wanted.length) }
  if (!NO_KEY.before.test(ends.before) || !NO_KEY.after.test(ends.after)) return undefined
  return {
    edit: { op: 'copy', path, from: path, without: ends },
    value: wanted,
    undo: [{ op: 'copy', path, from: path, with: ends }],
  }
}

/** Values that are no secrets are written as they are, and back. */
function plainStep(
  scene: RepairScene,
  {
    path,
    wanted,
    old,
  }: {
    readonly path: Path
    readonly wanted: JsonValue | undefined
    readonly old: JsonValue | undefined
  },
): Step | undefined {
  if (maySecret(scene, path, wanted) || maySecret(scene, path, old)) return undefined
  return {
    edit: wanted === undefined ? { op: 'delete', path } : { op: 'set', path, value: wanted },
    value: wanted,
    undo: [old === undefined ? { op: 'delete', path } : { op: 'set', path, value: old }],
  }
}

function maySecret(
  { file }: Pick<RepairScene, 'file'>,
  path: Path,
  value: JsonValue | undefined,
): boolean {
  if (value === undefined || typeof value === 'number' || typeof value === 'boolean') return false
  const name = path.at(-1) ?? ''
  if (file.target === 'auth') return name !== 'type'
  if (typeof value === 'string')
    return !isReference(value) && !isShellVariable(value) && isSecretText(name, value)
  if (!isJsonObject(value)) return true
  return Object.entries(value).some(([below, member]) =>
    maySecret({ file }, [...path, below], member),
  )
}

/** `${NAME}`, which somebody took for a reference. */
function isShellVariable(text: string): boolean {
  return /^(?:\$\{\w+\}|\$\w+|env:\w+|\{ENV:\w+\}|\{env:\s*\w+\s*\})$/.test(text)
}

/** Objects above a place that have to be made for it, outermost first. */
function missingAbove(
  { document }: RepairScene,
  path: Path,
  value: RepairEdit['value'],
): readonly Pointer[] {
  if (value === undefined) return []
  return path
    .map((_, depth) => path.slice(0, depth))
    .filter((above) => above.length > 0 && nodeAt(document, above) === undefined)
    .map(toPointer)
}
