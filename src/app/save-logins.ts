import { nodeAt } from '../core/jsonc/parse.ts'
import { Secret } from '../core/secret.ts'
import { OpgenError } from '../errors.ts'
import type { KeychainSituation } from '../system/system.ts'
import type { Loaded } from './load-plan.ts'
import { patienceOf } from './session.ts'
import type { Session } from './session.ts'

/** The keychain service that keeps what opgen was told to replace; the account is the provider id. */
const BACKUP_SERVICE = 'opgen-backup'

export interface SavedLogins {
  readonly saved: readonly string[]
  /** Replaced all the same, as the user said: the keychain did not take them. */
  readonly unsaved: readonly string[]
}

/** Where there is no keychain at all, there is none to wait for either. */
const NO_KEYCHAIN: readonly KeychainSituation[] = ['no-service', 'no-collection', 'module-missing']

/**
 * Put every auth entry that is about to be replaced, and that opgen did not write, into the keychain
 * as it stands: a JSON text. Never into a file.
 *
 * @throws OpgenError `keychain-refused` when there is a keychain and it does not take them; on a
 *   machine without one they are `unsaved`
 */
export async function saveLogins({ plan, actual }: Loaded, session: Session): Promise<SavedLogins> {
  const { document } = actual.auth
  const entries = plan.replacedLogins.flatMap((id) => {
    const node = document === undefined ? undefined : nodeAt(document, [id])
    if (document === undefined || node === undefined) return []
    return [{ id, secret: new Secret(document.text.slice(node.start, node.end)) }]
  })
  if (entries.length === 0) return { saved: [], unsaved: [] }
  const answers = await session.system.keychain.batch(
    entries.map(({ id, secret }) => ({
      op: 'store',
      service: BACKUP_SERVICE,
      account: id,
      secret,
    })),
    patienceOf(session),
  )
  const saved: string[] = []
  const unsaved: string[] = []
  for (const [index, { id }] of entries.entries()) {
    const answer = answers[index] ?? { status: 'refused', situation: 'unknown' }
    if (answer.status !== 'refused') saved.push(id)
    else if (NO_KEYCHAIN.includes(answer.situation)) unsaved.push(id)
    else {
      const { situation } = answer
      throw new OpgenError({ code: 'keychain-refused', situation, accounts: [id] })
    }
  }
  return { saved, unsaved }
}
