import { toPointer } from '../json.ts'
import type { Path } from '../json.ts'
import type { RecordedFile, RecordedState } from '../state/recorded.ts'
import { emptyFile, ownsNothing } from '../state/recorded.ts'
import type { Drafts, FileDraft } from './draft.ts'
import { unitDraft } from './draft.ts'
import type { FilePlan, PlannedEdit } from './plan.ts'
import { goneAfter } from './plan-gone.ts'
import { restoring } from './plan-restore.ts'
import { isReferredTo } from './references.ts'
import type { ReferenceScene } from './references.ts'
import type { Settled } from './settle-containers.ts'
import { CONFIG_SCHEMA, settleContainers } from './settle-containers.ts'

/** Turn the drafts into the edits of each file and the state to record afterwards. */
export function finishFiles(
  drafts: Drafts,
  input: Omit<ReferenceScene, 'plans'> & { readonly manifest: string },
): { readonly files: readonly FilePlan[]; readonly next: RecordedState } {
  const files: FilePlan[] = []
  const recorded: Record<string, RecordedFile> = { ...input.recorded.files }
  for (const [path, draft] of drafts.files) {
    // Key files come last, when it is known what the config files will be.
    keepReferred(drafts, draft, { ...input, plans: files })
    const settled = settleContainers(draft, drafts.ending)
    noteWhatStays(drafts, draft, settled)
    const plan = planFile(drafts, draft, settled)
    if (plan !== undefined) files.push(plan)
    const facts = { plan, manifest: input.manifest, leftOut: drafts.leftOut }
    const next = recordFile(draft, settled, facts)
    if (ownsNothing(next) && !next.created && next.gone === undefined) delete recorded[path]
    else recorded[path] = next
  }
  return { files, next: { ...input.recorded, files: recorded } }
}

/** An object of opgen's that somebody else wrote into is not deleted, whatever was planned. */
function noteWhatStays(drafts: Drafts, draft: FileDraft, settled: Settled): void {
  for (const [pointer, mark] of draft.deletes) {
    const unit = draft.old.values[pointer]?.unit
    if (mark !== 'container' || unit === undefined || !settled.surviving.has(pointer)) continue
    const changes = unitDraft(drafts, unit)
    const index = changes.deleted.findIndex((path) => path.pointer === pointer)
    if (index !== -1) changes.deleted.splice(index, 1)
    changes.notes.push(`${pointer} stays: it holds what opgen did not write`)
  }
}

/** A key file that somebody still refers to stays opgen's, to go when nobody does. */
function keepReferred(drafts: Drafts, draft: FileDraft, scene: ReferenceScene): void {
  const { file, old } = draft
  const owned = old.values['']
  if (file.target !== 'keyfile' || owned === undefined || !draft.deletes.has('')) return
  if (!isReferredTo(file, scene)) return
  draft.deletes.delete('')
  draft.values.set('', owned)
  const { written, deleted, notes } = unitDraft(drafts, owned.unit)
  const index = deleted.findIndex((path) => path.file === file.path)
  if (index !== -1) deleted.splice(index, 1)
  // Said once, when it would have gone, and not at every apply from then on.
  if (written.length + deleted.length > 0) {
    notes.push('its key file stays: a config file still refers to it')
  }
}

function planFile(drafts: Drafts, draft: FileDraft, settled: Settled): FilePlan | undefined {
  const { target, path, document } = draft.file
  const sets = draft.sets.map((set) => set.edit)
  const endings = settled.deletions.map((deletion) => endOf(drafts, draft, deletion))
  const restores = endings.filter(({ op }) => op !== 'delete')
  const writes = [...sets, ...draft.restores.values(), ...restores, ...draft.elementEdits]
  if (document === undefined) {
    if (writes.length === 0) return undefined
    const schema: readonly PlannedEdit[] =
      target === 'config' ? [{ op: 'set', path: ['$schema'], value: CONFIG_SCHEMA }] : []
    return { target, path, action: 'create', edits: [...schema, ...writes] }
  }
  // A key file is nothing but its value, whoever made the file.
  const touched = writes.length > 0 || settled.deletions.length > 0 || draft.deletes.has('')
  if (settled.emptied && restores.length === 0 && (touched || draft.old.created)) {
    return { target, path, action: 'remove', edits: [] }
  }
  if (!touched) return undefined
  const deletions = endings.filter(({ op }) => op === 'delete')
  return { target, path, action: 'edit', edits: [...deletions, ...writes] }
}

/** A container of opgen's that ends is deleted, or gives way again to what gave way to it. */
function endOf(drafts: Drafts, draft: FileDraft, path: Path): PlannedEdit {
  const container = draft.old.containers[toPointer(path)]
  const { unit, before } = container ?? { unit: '', before: undefined }
  const back = before === undefined ? undefined : restoring(drafts, draft, { unit, path, before })
  return back ?? { op: 'delete', path }
}

function recordFile(
  draft: FileDraft,
  settled: Settled,
  facts: {
    readonly plan: FilePlan | undefined
    readonly manifest: string
    readonly leftOut: ReadonlySet<string>
  },
): RecordedFile {
  const action = facts.plan?.action
  if (action === 'remove') return { ...emptyFile, manifest: facts.manifest }
  const living = new Set([...draft.values.values()].map((owned) => owned.unit))
  const containers = new Map(
    Object.entries(draft.old.containers).filter(
      ([pointer, { unit }]) =>
        settled.surviving.has(pointer) &&
        (unit === '' || living.has(unit) || facts.leftOut.has(unit)),
    ),
  )
  for (const [pointer, owned] of draft.containers) containers.set(pointer, owned)
  const exists = draft.file.document !== undefined
  const gone = goneAfter(draft, settled.surviving)
  return {
    target: draft.file.target,
    manifest: facts.manifest,
    created: action === 'create' || (draft.old.created && exists),
    values: Object.fromEntries(draft.values),
    containers: Object.fromEntries(containers),
    elements: Object.fromEntries(
      [...draft.elements].map(([list, owners]) => [list, Object.fromEntries(owners)]),
    ),
    opened: exists ? draft.old.opened : {},
    ...(gone === undefined ? {} : { gone }),
  }
}
