import { toPointer } from '../json.ts'
import type { Wanted } from '../wanted.ts'
import type { Drafts } from './draft.ts'
import { blockPath, unitDraft } from './draft.ts'
import type { Change, ChangedPath } from './plan.ts'
import type { KeyedProvider, ProviderFiles } from './plan-key.ts'
import { keyOutcome } from './plan-key.ts'
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
  wanted: Wanted,
  keyed: readonly KeyedProvider[],
): readonly Change[] {
  const ids = wanted.providers.map(({ id }) => id)
  const known = new Set([...ids, ...TOP_LEVEL])
  const leaving = [...drafts.units.keys()].filter((id) => !known.has(id)).toSorted()
  const changes: Change[] = []
  for (const one of keyed) {
    const { id } = one.provider
    const key = keyOutcome(drafts, files, one)
    // One that lacks its key is told of all the same.
    const lacksKey = one.key.state === 'missing' || one.key.state === 'untrusted'
    if (drafts.leftOut.has(id) && !lacksKey) continue
    changes.push({ ...changeOf(drafts, id, { fresh: isNew(files, id), wanted: true }), key })
  }
  for (const id of [...leaving, ...TOP_LEVEL]) {
    if (!drafts.units.has(id)) continue
    const fresh = !leaving.includes(id) && isNewField(files, id)
    changes.push({
      ...changeOf(drafts, id, { fresh, wanted: isWantedField(wanted, id) }),
      key: 'none',
    })
  }
  return changes.filter(({ id, action }) => action !== 'none' || known.has(id))
}

/** Whether the manifest has a top-level field; a provider that reaches this is leaving. */
function isWantedField(wanted: Wanted, unit: string): boolean {
  switch (unit) {
    case '/model':
      return wanted.model !== undefined
    case '/small_model':
      return wanted.smallModel !== undefined
    case '/enabled_providers':
      return wanted.enabledProviders.mode === 'list'
    case '/disabled_providers':
      return wanted.disabledProviders !== undefined
    default:
      return false
  }
}

function changeOf(
  drafts: Drafts,
  id: string,
  { fresh, wanted }: { readonly fresh: boolean; readonly wanted: boolean },
): Omit<Change, 'key'> {
  const draft = unitDraft(drafts, id)
  const unique = eachOnce([...draft.written, ...draft.disputed, ...draft.deleted])
  const { drifted, notes } = draft
  if (draft.written.length > 0 || (draft.disputed.length > 0 && wanted)) {
    return { id, action: fresh ? 'create' : 'update', drifted, paths: unique, notes }
  }
  if (draft.deleted.length > 0 || draft.disputed.length > 0) {
    const action = wanted ? 'update' : 'delete'
    return { id, action, drifted, paths: unique, notes }
  }
  const action = draft.adopted.length > 0 ? 'adopt' : 'none'
  return { id, action, drifted, paths: draft.adopted, notes }
}

function eachOnce(paths: readonly ChangedPath[]): readonly ChangedPath[] {
  const seen = new Map<string, Set<string>>()
  return paths.filter(({ file, pointer }) => {
    const inFile = seen.get(file) ?? new Set()
    seen.set(file, inFile)
    return inFile.size !== inFile.add(pointer).size
  })
}

function isNew(files: ProviderFiles, id: string): boolean {
  return files.config.every(
    (draft) =>
      !holdsBlock(draft.file, blockPath(draft.file, id)) &&
      !Object.values(draft.old.values).some((owned) => owned.unit === id),
  )
}

function isNewField(files: ProviderFiles, unit: string): boolean {
  const path = [unit.slice(1)]
  const pointer = toPointer(path)
  return files.config.every(
    ({ file, old }) =>
      !holdsBlock(file, path) &&
      old.values[pointer] === undefined &&
      old.containers[pointer] === undefined,
  )
}
