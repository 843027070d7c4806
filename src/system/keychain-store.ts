import { classifyKeychainError, decodeStored } from './classify-keychain.ts'
import type { WireAnswer, WireBatch, WireRequest } from './keychain-protocol.ts'
import type { KeychainSituation } from './system.ts'

/**
 * Without this, the addon falls back in silence to the Linux kernel's keyring when no Secret Service
 * answers, and the user's keys are gone at the next reboot.
 */
const PINNED = { linux: { store: 'secret-service' } } as const

/**
 * From so many reads of one service on, one listing is faster: it takes as long as one and a half
 * single reads, each of which connects to the store anew.
 */
const LISTING_PAYS_FROM = 3

/** The part of @napi-rs/keyring that opgen uses. */
export interface KeyringAddon {
  readonly AsyncEntry: new (
    service: string,
    account: string,
    options: typeof PINNED,
  ) => KeyringEntry
  findCredentialsAsync(service: string): Promise<readonly FoundEntry[]>
}

export interface KeyringEntry {
  getPassword(): Promise<string | null>
  setPassword(password: string): Promise<void>
  deletePassword(): Promise<boolean>
}

interface FoundEntry {
  readonly account: string
  readonly password: string
}

/**
 * Answer the requests of a batch one after the other, in their order.
 *
 * On Linux many reads, and all reads of a batch that may not ask the user to unlock, are served from
 * one listing per service: the addon lists through another client, which is fast and never raises a
 * dialog. After a dialog that the user dismissed no other one is raised.
 *
 * @param answered called once per request; the next one is asked when the promise has resolved
 */
export async function answerBatch(
  batch: WireBatch,
  addon: KeyringAddon,
  platform: NodeJS.Platform,
  answered: (index: number, answer: WireAnswer) => Promise<void>,
): Promise<void> {
  let { unlocking } = batch
  let listings = new Map<string, Promise<Listing>>()

  for (const [index, request] of batch.requests.entries()) {
    const answer =
      request.op === 'read' && wantsListing(request.service)
        ? await readListed(request, await listing(request.service))
        : await answerOne(request, addon, platform)
    if (request.op !== 'read') listings = new Map()
    if (isRefused(answer, 'locked')) unlocking = 'never-ask'
    await answered(index, answer)
  }

  function wantsListing(service: string): boolean {
    if (platform !== 'linux') return false
    if (unlocking === 'never-ask') return true
    const reads = batch.requests.filter((one) => one.op === 'read' && one.service === service)
    return reads.length >= LISTING_PAYS_FROM
  }

  function listing(service: string): Promise<Listing> {
    const known = listings.get(service) ?? list(service, addon)
    listings.set(service, known)
    return known
  }

  async function readListed(request: EntryRequest, found: Listing): Promise<WireAnswer> {
    if ('situation' in found) {
      if (unlocking === 'never-ask') return refused(found.situation)
      return answerOne(request, addon, platform)
    }
    const [value, second] = found.passwords.get(request.account) ?? []
    if (value === undefined) return { status: 'absent' }
    if (second !== undefined) return refused('ambiguous')
    // The listing replaces what is not UTF-8 in silence. It was readable, so this raises no dialog.
    if (value.includes('\uFFFD')) return answerOne(request, addon, platform)
    return { status: 'present', secret: value }
  }
}

type EntryRequest = Extract<WireRequest, { readonly op: 'read' }>

/** All passwords of a service by account (several: ambiguous), or why there is no list. */
type Listing =
  | { readonly passwords: ReadonlyMap<string, readonly string[]> }
  | { readonly situation: KeychainSituation }

async function list(service: string, addon: KeyringAddon): Promise<Listing> {
  try {
    const passwords = new Map<string, string[]>()
    for (const { account, password } of await addon.findCredentialsAsync(service)) {
      const same = passwords.get(account)
      if (same === undefined) passwords.set(account, [password])
      else same.push(password)
    }
    return { passwords }
  } catch (error) {
    return { situation: classifyKeychainError(error) }
  }
}

async function answerOne(
  request: WireRequest,
  addon: KeyringAddon,
  platform: NodeJS.Platform,
): Promise<WireAnswer> {
  try {
    return await ask(request, addon, platform)
  } catch (error) {
    const situation = classifyKeychainError(error)
    if (situation !== 'no-answer') return refused(situation)
  }
  // libdbus waits two seconds. A daemon that is started by the first message may need longer.
  try {
    return await ask(request, addon, platform)
  } catch (error) {
    return refused(classifyKeychainError(error))
  }
}

async function ask(
  request: WireRequest,
  addon: KeyringAddon,
  platform: NodeJS.Platform,
): Promise<WireAnswer> {
  // The constructor connects to the store, and throws what it says.
  const entry = new addon.AsyncEntry(request.service, request.account, PINNED)
  switch (request.op) {
    case 'read': {
      const value = await entry.getPassword()
      return value === null
        ? { status: 'absent' }
        : { status: 'present', secret: decodeStored(value, platform) }
    }
    case 'store':
      await entry.setPassword(request.secret)
      return { status: 'done' }
    case 'remove':
      return { status: (await entry.deletePassword()) ? 'done' : 'absent' }
    case 'probe':
      return probe(entry, request.secret)
  }
}

async function probe(entry: KeyringEntry, canary: string): Promise<WireAnswer> {
  await entry.setPassword(canary)
  try {
    const kept = (await entry.getPassword()) === canary
    return kept ? { status: 'done' } : refused('unknown')
  } finally {
    await entry.deletePassword()
  }
}

function refused(situation: KeychainSituation): WireAnswer {
  return { status: 'refused', situation }
}

function isRefused(answer: WireAnswer, situation: KeychainSituation): boolean {
  return answer.status === 'refused' && answer.situation === situation
}
