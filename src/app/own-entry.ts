import { isOwnEntry } from '../core/key-source.ts'
import { KEYCHAIN_SERVICE } from '../core/manifest/read-key.ts'
import type { Secret } from '../core/secret.ts'
import { OpgenError } from '../errors.ts'
import type { EntryAfter } from '../rotate-words.ts'
import type { Keychain, KeychainAnswer, KeychainRequest, System } from '../system/system.ts'
import { askKeychain } from './ask-keychain.ts'
import type { Session } from './session.ts'

/** How messages and records name it. */
export function ownEntryName(id: string): string {
  return `keychain:${KEYCHAIN_SERVICE}/${id}`
}

function entryOf(id: string): { readonly service: string; readonly account: string } {
  return { service: KEYCHAIN_SERVICE, account: id }
}

/**
 * The key of a provider in opgen's own entry, after it was found out that one could be stored: a pasted
 * key must not be lost to a locked store. Undefined: there is none.
 *
 * @throws OpgenError `keychain-refused`
 */
export async function readOwnEntry(session: Session, id: string): Promise<Secret | undefined> {
  const requests: readonly KeychainRequest[] = [{ op: 'probe' }, { op: 'read', ...entryOf(id) }]
  const [, read] = await askKeychain(session, requests, [id])
  return read?.status === 'present' ? read.secret : undefined
}

/** @throws OpgenError `keychain-refused`; whether it was stored is not known then */
export async function storeOwnEntry(session: Session, id: string, secret: Secret): Promise<void> {
  await askKeychain(session, [{ op: 'store', ...entryOf(id), secret }], [id])
}

/**
 * Undo a `storeOwnEntry`, unless somebody else has stored another key since. Never throws for what the
 * keychain says.
 *
 * @param former the key that was there before; undefined: none
 */
export async function putBack(
  session: Session,
  id: string,
  { former, stored }: { readonly former: Secret | undefined; readonly stored: Secret },
): Promise<EntryAfter> {
  try {
    const [found] = await askKeychain(session, [{ op: 'read', ...entryOf(id) }], [id])
    if (found?.status === 'present' && !found.secret.equals(stored)) {
      return former?.equals(found.secret) === true ? 'as-before' : 'of-others'
    }
    const undo: KeychainRequest =
      former === undefined
        ? { op: 'remove', ...entryOf(id) }
        : { op: 'store', ...entryOf(id), secret: former }
    await askKeychain(session, [undo], [id])
    return 'as-before'
  } catch (error) {
    if (error instanceof OpgenError) return 'unknown'
    throw error
  }
}

/** A system as it would be if this provider's entry held that key. What is stored goes to the real one. */
export function withOwnEntry(system: System, id: string, secret: Secret): System {
  const keychain: Keychain = {
    async batch(requests, patience) {
      const others = requests.filter((request) => !readsOwnEntry(id, request))
      const answers = others.length === 0 ? [] : await system.keychain.batch(others, patience)
      return requests.map((request): KeychainAnswer => {
        if (readsOwnEntry(id, request)) return { status: 'present', secret }
        return answers[others.indexOf(request)] ?? { status: 'refused', situation: 'unknown' }
      })
    },
  }
  return { ...system, keychain }
}

function readsOwnEntry(id: string, request: KeychainRequest): boolean {
  return request.op === 'read' && isOwnEntry(id, { ...request, kind: 'keychain' })
}
