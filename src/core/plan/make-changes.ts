import { toPointer } from '../json.ts'
import type { Wanted } from '../wanted.ts'
import type { Drafts } from './draft.ts'
import { blockPath, unitDraft } from './draft.ts'
import type { Change } from './plan.ts'
import type { ProviderFiles, ResolvedKey } from './plan-provider.ts'
import { keyOutcome } from './plan-provider.ts'
import { holdsBlock } from './plan-values.ts'

/** Changes that are no provider, in the order in which they are listed. */
export const TOP_LEVEL: readonly string[] = [
  '/model',
  '/small_model',
  '/enabled_providers',
  '/disabled_providers',
]

/** The drafts of all units as changes: manifest order, then leaving providers, then top-level fields. */
export function makeChanges(
  drafts: Drafts,
  files: ProviderFiles,
  { providers }: Wanted,
  keyOf: (id: string) => ResolvedKey,
): readonly Change[] {
  const wanted = providers.map(({ id }) => id)
  const known = new Set([...wanted, ...TOP_LEVEL])
  const leaving = [...drafts.units.keys()].filter((id) => !known.has(id)).toSorted()
  const changes: Change[] = []
  for (const id of wanted) {
    const key = keyOutcome(drafts, files.auth, id, keyOf(id))
    if (drafts.leftOut.has(id) && key !== 'missing') continue
    changes.push({ ...changeOf(drafts, id, isNew(files, id)), key })
  }
  for (const id of [...leaving, ...TOP_LEVEL]) {
    if (!drafts.units.has(id)) continue
    const fresh = !leaving.includes(id) && isNewField(files, id)
    changes.push({ ...changeOf(drafts, id, fresh), key: 'none' })
  }
  return changes.filter(({ id, action }) => action !== 'none' || known.has(id))
}

function changeOf(drafts: Drafts, id: string, fresh: boolean): Omit<Change, 'key'> {
  const draft = unitDraft(drafts, id)
  const paths = [...draft.written, ...draft.deleted]
  const unique = [...new Map(paths.map((path) => [`${path.file}${path.pointer}`, path])).values()]
  const { drifted, notes } = draft
  if (draft.written.length > 0) {
    return { id, action: fresh ? 'create' : 'update', drifted, paths: unique, notes }
  }
  if (draft.deleted.length > 0) {
    const action = drafts.leftOut.has(id) || stillOwned(drafts, id) ? 'update' : 'delete'
    return { id, action, drifted, paths: unique, notes }
  }
  const action = draft.adopted.length > 0 ? 'adopt' : 'none'
  return { id, action, drifted, paths: draft.adopted, notes }
}

function stillOwned(drafts: Drafts, unit: string): boolean {
  return [...drafts.files.values()].some((draft) =>
    [...draft.values.values()].some((owned) => owned.unit === unit),
  )
}

function isNew(files: ProviderFiles, id: string): boolean {
  const drafts = [...files.config, files.auth]
  return drafts.every(
    (draft) =>
      !holdsBlock(draft.file, blockPath(draft.file, id)) &&
      !Object.values(draft.old.values).some((owned) => owned.unit === id),
  )
}

function isNewField(files: ProviderFiles, unit: string): boolean {
  const path = [unit.slice(1)]
  return files.config.every(
    (draft) => !holdsBlock(draft.file, path) && draft.old.values[toPointer(path)] === undefined,
  )
}
