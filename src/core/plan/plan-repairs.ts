import type { Repair, RepairEdit } from '../doctor/rule.ts'
import { isSecretText } from '../import/block-key.ts'
import { isJsonObject, sameJson, toPointer } from '../json.ts'
import type { JsonValue, Path, Pointer } from '../json.ts'
import { nodeAt, valueOf } from '../jsonc/parse.ts'
import type { JsonDocument } from '../jsonc/parse.ts'
import { isReference } from '../manifest/key-text.ts'
import { Secret } from '../secret.ts'
import type { Ends, RecordedRepair, RecordedState, UndoEdit } from '../state/recorded.ts'
import type { FingerprintOf, JsonFile } from './actual.ts'
import type { PlannedEdit } from './plan.ts'

/** A repair of what a finding is about. */
export interface WantedRepair {
  readonly code: string
  /** Id of the provider; undefined: it is about none. */
  readonly provider: string | undefined
  readonly repair: Exclude<Repair, { target: 'mode' }>
}

export interface PlannedRepair {
  readonly edits: readonly PlannedEdit[]
  readonly record: RecordedRepair
}

/** Why a repair is not made. */
export type RepairRefusal =
  /** opgen wrote the value: what is wrong stands in the manifest. */
  | 'managed'
  /** Another repair changes the same place. */
  | 'overlaps'
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
  if (pointers.some((pointer) => scene.taken.has(pointer))) return 'overlaps'
  const steps: Step[] = []
  for (const edit of repair.edits) {
    const step = stepFor(scene, edit, repair)
    if (step === undefined) return 'no-way-back'
    steps.push(step)
  }
  for (const pointer of pointers) scene.taken.add(pointer)
  const made = new Set(repair.edits.flatMap(({ path, value }) => missingAbove(scene, path, value)))
  const record: RecordedRepair = {
    code,
    unit: provider ?? pointers[0] ?? '',
    target: repair.target,
    undo: steps.flatMap(({ undo }) => undo),
    left: Object.fromEntries(
      steps.map(({ edit, value }) => [
        toPointer(edit.path),
        value === undefined ? null : fingerprint(scene, value),
      ]),
    ),
    made: [...made],
  }
  return { edits: steps.map(({ edit }) => edit), record }
}

function isOwned({ recorded, file }: RepairScene, pointer: Pointer): boolean {
  const owned = Object.entries(recorded.files[file.path]?.values ?? {})
  return owned.some(
    ([own, { origin }]) =>
      origin !== 'kept' &&
      (own === pointer || own.startsWith(`${pointer}/`) || pointer.startsWith(`${own}/`)),
  )
}

interface Step {
  readonly edit: PlannedEdit
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
  const start = old.indexOf(wanted)
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

export function valueAt(document: JsonDocument, path: Path): JsonValue | undefined {
  const node = nodeAt(document, path)
  return node === undefined ? undefined : valueOf(node)
}

export function fingerprint(
  { fingerprintOf }: Pick<RepairScene, 'fingerprintOf'>,
  value: JsonValue,
): string {
  return fingerprintOf(new Secret(JSON.stringify(value)))
}
