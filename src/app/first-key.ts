import type { WantedProvider } from '../core/wanted.ts'
import { askSources } from './ask-sources.ts'
import { bindStoredKey, storeKey } from './key-store.ts'
import { stateOf } from './list-keys.ts'
import type { Session } from './session.ts'

/** `unknown`: what could be asked gave no answer. */
export type FirstKey = 'present' | 'missing' | 'none' | 'external' | 'unknown'

/** Whether a provider that was never applied has a key. Raises no dialog, and runs no command. */
export async function lookForKey(session: Session, provider: WantedProvider): Promise<FirstKey> {
  const answers = await askSources(session, [provider], { mayUnlock: false })
  const state = stateOf(answers.get(provider.id)?.state)
  return state === 'unreadable' ? 'unknown' : state
}

/**
 * Store a provider's first key as `key set` does, and accept where it goes. The manifest must have the
 * provider by now.
 *
 * @throws OpgenError `bad-key`, `keychain-refused`
 */
export async function storeFirstKey(session: Session, id: string, text: string): Promise<string> {
  const { fingerprint } = await storeKey(session, id, text)
  await bindStoredKey(session, id, fingerprint)
  return fingerprint
}
