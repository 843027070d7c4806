import { fromPointer, isJsonObject, toPointer } from '../json.ts'
import type { JsonValue, Path, Pointer } from '../json.ts'
import { keyPath } from '../key-delivery.ts'
import type { Wanted } from '../wanted.ts'
import { findNode, readValue } from './actual.ts'
import { isSensitive } from './describe.ts'
import type { Drafts, FileDraft } from './draft.ts'
import type { CarriedValue, Carry, Decision, Dispute } from './plan.ts'

/** Fields of a model of which OpenCode and the manifest take all or nothing. */
const WHOLE_FIELDS = new Set(['cost', 'interleaved', 'limit', 'modalities', 'provider'])

/**
 * The decisions about values of a config file, with what stands there, for the manifest. Of a provider
 * that has left the manifest that is its whole block.
 */
export function decisionsWithCarry(drafts: Drafts, wanted: Wanted): readonly Decision[] {
  return drafts.decisions.map((decision) => {
    const carry = carryOf(drafts, wanted, decision)
    return carry === undefined ? decision : { ...decision, carry }
  })
}

function carryOf(drafts: Drafts, wanted: Wanted, decision: Decision): Carry | undefined {
  const { id, kind, details } = decision
  if (kind !== 'drift' && kind !== 'conflict' && kind !== 'list') return undefined
  const disputes = details.flatMap(({ dispute }) => dispute ?? [])
  const places = placesOf(drafts, wanted, { ...decision, disputes })
  const login = disputes.some((dispute) => isOtherLogin(drafts, id, dispute))
  if (places.length === 0 && !login) return undefined
  const values: CarriedValue[] = []
  const secret = new Set<Pointer>()
  for (const { draft, path } of places) {
    for (const leaf of leavesAt(drafts, draft, path)) {
      if (refersToKeyFile(drafts, leaf.value)) continue
      if (isKeyPlace(wanted, leaf.path) || isSensitive(leaf.path, leaf.value)) {
        secret.add(toPointer(leaf.path))
      } else values.push(leaf)
    }
  }
  return { values, secret: [...secret], login }
}

interface Place {
  readonly draft: FileDraft
  readonly path: Path
}

function placesOf(
  drafts: Drafts,
  { providers, notHere }: Wanted,
  { id, kind, disputes }: Pick<Decision, 'id' | 'kind'> & { readonly disputes: readonly Dispute[] },
): readonly Place[] {
  const config = [...drafts.files.values()].filter(({ file }) => file.target === 'config')
  const holding = (path: Path): readonly Place[] =>
    config
      .filter(({ file }) => findNode(file, path) !== undefined)
      .map((draft) => ({ draft, path }))
  if (kind === 'list') return holding(fromPointer(id)).slice(-1)
  const isHere = id.startsWith('/') || providers.some((provider) => provider.id === id)
  // What a manifest has for other machines is not told by what stands on this one.
  if (!isHere) return notHere.includes(id) ? [] : holding(['provider', id])
  return disputes.flatMap(({ target, file, pointer }) => {
    const draft = target === 'config' ? drafts.files.get(file) : undefined
    return draft === undefined ? [] : [{ draft, path: wholePath(draft, fromPointer(pointer)) }]
  })
}

/** The path, or that of the field of a model around it that is one value. */
function wholePath({ file }: FileDraft, path: Path): Path {
  if (path.length <= 5 || !isWhole(path.slice(0, 5))) return path
  const field = path.slice(0, 5)
  return findNode(file, field)?.kind === 'object' ? field : path
}

function isWhole(path: Path): boolean {
  return path.length === 5 && path[2] === 'models' && WHOLE_FIELDS.has(path[4] ?? '')
}

function leavesAt(drafts: Drafts, { file }: FileDraft, path: Path): readonly CarriedValue[] {
  const found = readValue(file, path, drafts.fingerprintOf)
  return found === undefined || 'fingerprint' in found ? [] : leavesOf(path, found.json)
}

/** The values of which an object is made; an object that is one value, or empty, is one. */
export function leavesOf(path: Path, value: JsonValue): readonly CarriedValue[] {
  if (!isJsonObject(value) || isWhole(path)) return [{ path, value }]
  const members = Object.entries(value)
  if (members.length === 0) return [{ path, value }]
  return members.flatMap(([name, member]) => leavesOf([...path, name], member))
}

/** What opgen itself puts in the place of a key is made anew from the manifest. */
function refersToKeyFile(drafts: Drafts, value: JsonValue): boolean {
  if (typeof value !== 'string') return false
  return [...drafts.files.values()].some(
    ({ file }) => file.target === 'keyfile' && value.includes(file.reference),
  )
}

function isKeyPlace({ providers }: Wanted, path: Path): boolean {
  const provider = providers.find(({ id }) => path[0] === 'provider' && path[1] === id)
  return provider !== undefined && toPointer(keyPath(provider)) === toPointer(path)
}

/** Whether a dispute is about an auth entry of another kind, as `oauth`. */
function isOtherLogin(drafts: Drafts, id: string, { target, file, pointer }: Dispute): boolean {
  const path = [id, 'type']
  if (target !== 'auth' || pointer !== toPointer(path)) return false
  const draft = drafts.files.get(file)
  const found = draft === undefined ? undefined : readValue(draft.file, path, drafts.fingerprintOf)
  return found !== undefined && 'json' in found && typeof found.json === 'string'
}
