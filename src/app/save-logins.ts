import { nodeAt } from '../core/jsonc/parse.ts'
import { Secret } from '../core/secret.ts'
import type { System } from '../system/system.ts'
import type { Loaded } from './load-plan.ts'
import { PATIENCE } from './resolve-keys.ts'

/** The keychain service that keeps what opgen was told to replace; the account is the provider id. */
const BACKUP_SERVICE = 'opgen-backup'

export interface SavedLogins {
  readonly saved: readonly string[]
  /** Replaced all the same, as the user said: the keychain did not take them. */
  readonly unsaved: readonly string[]
}

/**
 * Put every auth entry that is about to be replaced, and that opgen did not write, into the keychain
 * as it stands: a JSON text. Never into a file.
 */
export async function saveLogins({ plan, actual }: Loaded, system: System): Promise<SavedLogins> {
  const { document } = actual.auth
  const entries = plan.replacedLogins.flatMap((id) => {
    const node = document === undefined ? undefined : nodeAt(document, [id])
    if (document === undefined || node === undefined) return []
    return [{ id, secret: new Secret(document.text.slice(node.start, node.end)) }]
  })
  if (entries.length === 0) return { saved: [], unsaved: [] }
  const answers = await system.keychain.batch(
    entries.map(({ id, secret }) => ({
      op: 'store',
      service: BACKUP_SERVICE,
      account: id,
      secret,
    })),
    { deadline: PATIENCE.unattended, onWaiting: () => {} },
  )
  const took = (index: number): boolean => answers[index]?.status === 'done'
  return {
    saved: entries.filter((_, index) => took(index)).map(({ id }) => id),
    unsaved: entries.filter((_, index) => !took(index)).map(({ id }) => id),
  }
}
