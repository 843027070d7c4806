import { fromPointer, toPointer } from '../json.ts'
import type { Path, Pointer } from '../json.ts'
import type { JsonNode } from '../jsonc/parse.ts'
import type { Ending, FileDraft } from './draft.ts'
import { LIST_NAMES } from './draft.ts'

/** Without it OpenCode inserts the line itself at the next start (contract 1.3). */
export const CONFIG_SCHEMA = 'https://opencode.ai/config.json'

/**
 * Turn a draft's deletions into the fewest edits: a container that opgen owns goes with its last
 * member; one that still holds anything of others, or was the user's own, stays.
 */
export interface Settled {
  /** Outermost things to take out. */
  readonly deletions: readonly Path[]
  /** Whether opgen made the file and nothing of others is left in it, not even a comment. */
  readonly emptied: boolean
  /** Owned containers that are still there. */
  readonly surviving: ReadonlySet<Pointer>
}

interface Branch {
  readonly children: Map<string, Branch>
  mark: 'value' | 'container' | undefined
}

export function settleContainers(draft: FileDraft, ending: Ending): Settled {
  const document = draft.file.document
  if (document === undefined) return { deletions: [], emptied: false, surviving: new Set() }
  const created = draft.old.created && document.comments.length === 0
  const survey: Survey = {
    owned: ownedObjects(draft, ending),
    created,
    kept: keptPointers(draft),
    surviving: new Set(),
  }
  const outcome = settle(document.root, branchesOf(draft), [], survey)
  return { deletions: outcome.deletions, emptied: !outcome.survives, surviving: survey.surviving }
}

interface Survey {
  readonly owned: ReadonlySet<Pointer>
  /** Whether opgen made the file and may remove it. */
  readonly created: boolean
  /** Pointers at or above something that will be written or is wanted. */
  readonly kept: ReadonlySet<Pointer>
  readonly surviving: Set<Pointer>
}

/**
 * An object that took the place of a list of opgen's is somebody else's; and where all is to be as it was
 * before, so is one that was there before.
 */
function ownedObjects({ file, old }: FileDraft, { kind }: Ending): ReadonlySet<Pointer> {
  const containers = Object.entries(old.containers)
  const owned = containers.filter(([, { origin }]) => kind === 'delete' || origin === 'written')
  const pointers = new Set(owned.map(([pointer]) => pointer))
  if (file.target === 'config') for (const name of LIST_NAMES) pointers.delete(toPointer([name]))
  return pointers
}

function keptPointers(draft: FileDraft): ReadonlySet<Pointer> {
  const kept = new Set<Pointer>()
  for (const { path } of draft.sets) keepUpTo(toPointer(path), kept)
  for (const { path } of draft.restores.values()) keepUpTo(toPointer(path), kept)
  for (const path of addedTo(draft)) keepUpTo(toPointer(path), kept)
  for (const pointer of draft.values.keys()) keepUpTo(pointer, kept)
  return kept
}

/** A place and all above it. Where one of them is kept, so are those above that one. */
function keepUpTo(place: Pointer, kept: Set<Pointer>): void {
  let pointer = place
  while (!kept.has(pointer)) {
    kept.add(pointer)
    pointer = pointer.slice(0, Math.max(0, pointer.lastIndexOf('/')))
  }
}

function addedTo({ elementEdits }: FileDraft): readonly Path[] {
  return elementEdits.flatMap(({ op, path }) => (op === 'remove-element' ? [] : [path]))
}

function branchesOf(draft: FileDraft): Branch {
  const root: Branch = { children: new Map(), mark: undefined }
  const reach = (pointer: Pointer): Branch => {
    let branch = root
    for (const name of fromPointer(pointer)) {
      const child: Branch = branch.children.get(name) ?? { children: new Map(), mark: undefined }
      branch.children.set(name, child)
      branch = child
    }
    return branch
  }
  for (const pointer of Object.keys(draft.old.containers)) reach(pointer)
  for (const [pointer, mark] of draft.deletes) reach(pointer).mark = mark
  return root
}

interface Outcome {
  readonly survives: boolean
  readonly deletions: readonly Path[]
}

function settle(node: JsonNode, branch: Branch, path: Path, survey: Survey): Outcome {
  const pointer = toPointer(path)
  if (branch.mark === 'value' && !survey.kept.has(pointer))
    return { survives: false, deletions: [] }
  if (node.kind !== 'object') return { survives: true, deletions: [] }
  const deletions: Path[] = []
  let members = 0
  for (const member of node.members) {
    if (path.length === 0 && survey.created && isOwnSchema(member.key, member.value)) continue
    const below = branch.children.get(member.key)
    if (below === undefined) {
      members += 1
      continue
    }
    const memberPath = [...path, member.key]
    const outcome = settle(member.value, below, memberPath, survey)
    if (outcome.survives) {
      members += 1
      deletions.push(...outcome.deletions)
    } else deletions.push(memberPath)
  }
  const removable =
    path.length === 0 ? survey.created : branch.mark === 'container' || survey.owned.has(pointer)
  const survives = members > 0 || survey.kept.has(pointer) || !removable
  if (survives) survey.surviving.add(pointer)
  return { survives, deletions }
}

/** The `$schema` line goes with the file that opgen wrote it into. */
function isOwnSchema(key: string, value: JsonNode): boolean {
  return key === '$schema' && value.kind === 'scalar' && value.value === CONFIG_SCHEMA
}
