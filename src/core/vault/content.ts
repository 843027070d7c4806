import * as z from 'zod/mini'
import { checkKey } from '../check-key.ts'
import type { KeyFault } from '../check-key.ts'
import { KEYCHAIN_SERVICE } from '../manifest/read-key.ts'
import { Secret } from '../secret.ts'

/** What a vault holds: entries of the keychain. */
export interface VaultContent {
  /** By service and account, each once. */
  readonly entries: readonly VaultEntry[]
  /**
   * Whom it was encrypted to, sorted; none with a passphrase. The file itself does not tell, and another
   * laptop that is to open it is a change.
   */
  readonly recipients: readonly string[]
}

export interface VaultEntry {
  readonly service: string
  readonly account: string
  readonly key: Secret
  /** Where it was accepted to go on the machine that exported it, sorted. */
  readonly destinations?: readonly string[]
}

export type ParsedVault =
  | { readonly ok: true; readonly content: VaultContent }
  | { readonly ok: false; readonly fault: VaultTextFault }

/** What can be wrong with the text in a vault. */
export type VaultTextFault =
  | { readonly kind: 'not-a-vault' }
  | { readonly kind: 'too-new'; readonly version: number }
  | { readonly kind: 'bad-key'; readonly account: string; readonly fault: KeyFault }

/** Names that stand in messages: no control characters. */
const name = z.string().check(z.regex(/^\P{Cc}+$/u))

const schema = z.object({
  version: z.literal(1),
  // As pairs: a record would lose the name `__proto__`.
  keys: z.pipe(z.transform(pairsOf), z.array(z.tuple([name, z.string()]))),
  entries: z.optional(
    z.array(
      z.object({
        service: name,
        account: name,
        key: z.string(),
        destinations: z.optional(z.array(name)),
      }),
    ),
  ),
  destinations: z.optional(z.pipe(z.transform(pairsOf), z.array(z.tuple([name, z.array(name)])))),
  recipients: z.optional(z.array(z.string())),
})

/** Names and values of a map; undefined for what is none. */
function pairsOf(value: unknown): unknown {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isMap ? Object.entries(value) : undefined
}

const later = z.object({ version: z.number().check(z.gt(1)) })

/** Read the text of a vault. What is wrong with it is said without any of its values. */
export function parseVault(text: Secret): ParsedVault {
  const json = parseJson(text.reveal())
  const newer = z.safeParse(later, json)
  if (newer.success) return refused({ kind: 'too-new', version: newer.data.version })
  const parsed = z.safeParse(schema, json)
  if (!parsed.success) return refused({ kind: 'not-a-vault' })
  const { keys, entries = [], destinations = [], recipients = [] } = parsed.data
  const accepted = new Map(destinations)
  const own = keys.map(([account, key]) => {
    return { service: KEYCHAIN_SERVICE, account, key, destinations: accepted.get(account) }
  })
  const found = new Map<string, VaultEntry>()
  for (const { key, destinations: places, ...entry } of [...entries, ...own]) {
    const checked = checkKey(key)
    const { account } = entry
    if (!checked.ok) return refused({ kind: 'bad-key', account, fault: checked.fault })
    const whole = { ...entry, key: checked.key }
    found.set(entryId(entry), places === undefined ? whole : { ...whole, destinations: places })
  }
  return { ok: true, content: { entries: inOrder([...found.values()]), recipients } }
}

/** The text of a vault: the same for the same content. */
export function renderVault({ entries, recipients }: VaultContent): Secret {
  const sorted = inOrder(entries).map(({ key, ...entry }) => ({ ...entry, key: key.reveal() }))
  const others = sorted.filter((entry) => !isOwn(entry))
  const own = sorted.filter(isOwn)
  const accepted = own.flatMap(({ account, destinations }) =>
    destinations === undefined ? [] : [[account, destinations] as const],
  )
  const json = {
    version: 1,
    keys: Object.fromEntries(own.map(({ account, key }) => [account, key])),
    ...(others.length === 0 ? {} : { entries: others }),
    ...(accepted.length === 0 ? {} : { destinations: Object.fromEntries(accepted) }),
    ...(recipients.length === 0 ? {} : { recipients: recipients.toSorted() }),
  }
  return new Secret(`${JSON.stringify(json)}\n`)
}

function isOwn({ service }: Pick<VaultEntry, 'service'>): boolean {
  return service === KEYCHAIN_SERVICE
}

/** The same text for the same entry only. */
export function entryId({ service, account }: Pick<VaultEntry, 'service' | 'account'>): string {
  return JSON.stringify([service, account])
}

/** An entry as a message names it. */
export function entryName(entry: Pick<VaultEntry, 'service' | 'account'>): string {
  return isOwn(entry) ? entry.account : `${entry.service}/${entry.account}`
}

function inOrder(entries: readonly VaultEntry[]): readonly VaultEntry[] {
  return entries.toSorted((a, b) => compare(a.service, b.service) || compare(a.account, b.account))
}

/** By code units, so that the order is the same in every locale. */
function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function refused(fault: VaultTextFault): ParsedVault {
  return { ok: false, fault }
}
