import { isJsonText } from '../core/json.ts'
import { commentsWithin } from '../core/jsonc/gap.ts'
import type { JsonDocument } from '../core/jsonc/parse.ts'
import { nodeAt, valueOf } from '../core/jsonc/parse.ts'
import { filesOf } from '../core/plan/actual.ts'
import type { Replaced } from '../core/plan/plan.ts'
import { Secret } from '../core/secret.ts'
import type { RecordedState } from '../core/state/recorded.ts'
import { OpgenError } from '../errors.ts'
import type { KeychainAnswer, KeychainRequest, KeychainSituation } from '../system/system.ts'
import type { Planned } from './planned.ts'
import { patienceOf } from './session.ts'
import type { Session } from './session.ts'

/** The keychain service that keeps what opgen was told to replace. */
const BACKUP_SERVICE = 'opgen-backup'

export interface SavedValues {
  readonly saved: readonly Replaced[]
  /** Replaced all the same, as the user said: the keychain did not take them. */
  readonly unsaved: readonly Replaced[]
}

/** Where there is no keychain at all, there is none to wait for either. */
const NO_KEYCHAIN: readonly KeychainSituation[] = ['no-service', 'no-collection', 'module-missing']

/**
 * Put everything that opgen did not write, that may be a secret and that is about to be replaced, into the
 * keychain as it stands: a JSON text. Never into a file.
 *
 * @throws OpgenError `keychain-refused` when there is a keychain and it does not take them; on a
 *   machine without one they are `unsaved`
 */
export async function saveReplaced(planned: Planned, session: Session): Promise<SavedValues> {
  const documents = new Map(filesOf(planned.actual).map(({ path, document }) => [path, document]))
  const found = planned.plan.replaced.flatMap((replaced) => {
    const document = documents.get(replaced.file)
    if (document === undefined || document.root.kind !== 'object') return []
    const text = textAt({ ...document, root: document.root }, replaced)
    return text === undefined ? [] : [{ replaced, secret: new Secret(text) }]
  })
  const answers = await ask(
    session,
    found.map(({ replaced: { account }, secret }) => ({
      op: 'store',
      service: BACKUP_SERVICE,
      account,
      secret,
    })),
  )
  const saved: Replaced[] = []
  const unsaved: Replaced[] = []
  for (const [index, { replaced }] of found.entries()) {
    const isSaved = answered(answers[index])
    if (isSaved) saved.push(replaced)
    else unsaved.push(replaced)
  }
  return { saved, unsaved }
}

/** A value as JSON: with its spelling, unless there are comments in it, which stay in the file. */
function textAt(document: JsonDocument, { path }: Replaced): string | undefined {
  const node = nodeAt(document, path)
  if (node === undefined) return undefined
  const holdsComment = commentsWithin(document, node).length > 0
  const spelling = document.text.slice(node.start, node.end)
  // JSONC allows trailing commas, which nobody could parse later.
  return holdsComment || !isJsonText(spelling) ? JSON.stringify(valueOf(node)) : spelling
}

/**
 * What the keychain keeps of what opgen replaced, as far as the state remembers that there was something.
 *
 * @throws OpgenError `keychain-refused` when there is a keychain and it cannot be read
 */
export async function readSaved(
  session: Session,
  recorded: RecordedState,
  { mayUnlock }: { readonly mayUnlock: boolean },
): Promise<ReadonlyMap<string, Secret>> {
  const accounts = accountsIn(recorded)
  const answers = await ask(
    session,
    accounts.map((account) => ({ op: 'read', service: BACKUP_SERVICE, account })),
    mayUnlock ? 'may-ask' : 'never-ask',
  )
  const saved = new Map<string, Secret>()
  for (const [index, account] of accounts.entries()) {
    const answer = answers[index]
    answered(answer)
    if (answer?.status === 'present') saved.set(account, answer.secret)
  }
  return saved
}

function accountsIn({ files }: RecordedState): readonly string[] {
  const accounts = new Set<string>()
  for (const { target, values, containers, gone } of Object.values(files)) {
    for (const [pointer, { before, unit, origin }] of Object.entries(values)) {
      if (before === null || origin !== 'written') continue
      if (target === 'auth') accounts.add(unit)
      else if ('fingerprint' in before) accounts.add(pointer)
    }
    for (const [pointer, { before, unit }] of Object.entries({ ...containers, ...gone })) {
      if (before === undefined || 'json' in before) continue
      accounts.add(target === 'auth' ? unit : pointer)
    }
  }
  return [...accounts]
}

/** What has been put back needs to be kept no longer. That it cannot be removed is no failure. */
export async function forgetSaved({ plan }: Planned, session: Session): Promise<void> {
  const accounts = plan.files.flatMap(({ edits }) =>
    edits.flatMap((edit) => (edit.op === 'set-saved' ? [edit.account] : [])),
  )
  await ask(
    session,
    accounts.map((account) => ({ op: 'remove', service: BACKUP_SERVICE, account })),
  )
}

async function ask(
  session: Session,
  requests: readonly KeychainRequest[],
  unlocking: 'may-ask' | 'never-ask' = 'may-ask',
): Promise<readonly KeychainAnswer[]> {
  if (requests.length === 0) return []
  return await session.system.keychain.batch(requests, { ...patienceOf(session), unlocking })
}

/** @returns false on a machine without a keychain */
function answered(answer: KeychainAnswer | undefined): boolean {
  if (answer !== undefined && answer.status !== 'refused') return true
  const situation = answer?.situation ?? 'unknown'
  if (NO_KEYCHAIN.includes(situation)) return false
  // No account is named: a variable with a key would not help.
  throw new OpgenError({ code: 'keychain-refused', situation, accounts: [] })
}
