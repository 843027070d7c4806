import { OpgenError } from '../errors.ts'
import type { KeychainEntry } from '../keychain-words.ts'
import type { KeychainAnswer, KeychainRequest } from '../system/system.ts'
import { patienceOf } from './session.ts'
import type { Session } from './session.ts'

type Answered = Exclude<KeychainAnswer, { status: 'refused' }>

/**
 * Ask the keychain, in one go, for what a command cannot do without: its answers, in the order of the
 * requests. With no request nothing is asked.
 *
 * @param about ids that a refusal is told of; the accounts of what was refused when left out
 * @throws OpgenError `keychain-refused`; whether anything was stored is not known then
 */
export async function askKeychain(
  session: Session,
  requests: readonly KeychainRequest[],
  about?: readonly string[],
): Promise<readonly Answered[]> {
  if (requests.length === 0) return []
  const given = await session.system.keychain.batch(requests, patienceOf(session))
  const answers = requests.map((request, index) => ({
    request,
    answer: given[index] ?? ({ status: 'refused', situation: 'unknown' } as const),
  }))
  const refused = answers.flatMap(({ request, answer }) =>
    answer.status === 'refused' ? [{ situation: answer.situation, ...entryIn(request) }] : [],
  )
  const [first] = refused
  if (first !== undefined) {
    const { situation, entry } = first
    const accounts = about ?? refused.flatMap((each) => each.entry?.account ?? [])
    const where = entry === undefined ? {} : { entry }
    throw new OpgenError({ code: 'keychain-refused', situation, accounts, ...where })
  }
  return answers.flatMap(({ answer }) => (answer.status === 'refused' ? [] : [answer]))
}

/** None in a probe. */
function entryIn(request: KeychainRequest): { readonly entry?: KeychainEntry } {
  if (!('account' in request)) return {}
  const { service, account } = request
  return { entry: { service, account } }
}
