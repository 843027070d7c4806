import type { StoredCredential } from '../doctor/scene.ts'
import { toPointer } from '../json.ts'
import type { BlockOf2, ValueOf2 } from './block-of-2.ts'
import type { Context } from './context.ts'
import type { Candidate, KeyChain, KeyOutcome } from './explanation.ts'
import { filledIn } from './filled-in.ts'
import { contenderOf, textsOf } from './key-places.ts'
import type { Contender } from './key-places.ts'
import { shownName } from './shown.ts'
import { loginContender, readsLoginsFromVariable } from './login.ts'

/**
 * Every place where OpenCode 2 looks for a key (contract 9): a stored credential, the variables under `env`, the
 * settings. What is empty does not count.
 */
export function keysOf2(context: Context, block: BlockOf2): KeyChain {
  if (!block.hasBlock && !context.scene.catalogue.has(block.id)) {
    const conclusion = `OpenCode 2 has no provider "${block.id}": nothing is sent`
    const candidates = loginOf(context)
    return { candidates, winner: null, outcome: 'nothing-sent', conclusion }
  }
  const stored = storedContenders(context, block.id)
  const variables = namesOf(context, block).map((name) => contenderOf(context, 'variable', name))
  const apiKey = settingOf(context, block)
  const header = headerOf(context, block)
  const chain = [...stored, ...variables, ...(apiKey === undefined ? [] : [apiKey])]
  const winner = chain.find(({ state }) => state === 'set')
  const missing = [apiKey, header].find((one) => one?.state === 'missing')
  const end = endOf(winner ?? header, missing)
  const isDisputed = header?.state === 'set' && winner !== undefined && winner.kind !== 'stored'
  const counts = isDisputed || missing !== undefined ? undefined : end.winner
  const reasonOf = (one: Contender): string | undefined => {
    if (one.reason !== undefined || one === counts || one.state !== 'set') return one.reason
    return counts === undefined ? undefined : `${counts.name} comes first`
  }
  const all = [...chain, ...(header === undefined ? [] : [header])]
  const candidates: readonly Candidate[] = [
    ...all.map((one) => ({ ...one, wins: one === counts, reason: reasonOf(one) })),
    ...loginOf(context),
  ]
  const disputed = `whether ${header?.name} or ${winner?.name} counts is not known`
  return {
    candidates,
    winner: candidates.find((one) => one.wins) ?? null,
    outcome: isDisputed ? 'unclear' : end.outcome,
    conclusion: `${isDisputed ? disputed : end.conclusion}${unread(context)}`,
  }
}

function endOf(
  winner: Contender | undefined,
  missing: Contender | undefined,
): {
  readonly winner: Contender | undefined
  readonly outcome: KeyOutcome
  readonly conclusion: string
} {
  if (missing !== undefined) {
    const conclusion = `OpenCode 2 answers nothing: ${missing.name} refers to a file that is not there`
    return { winner: undefined, outcome: 'no-start', conclusion }
  }
  if (winner?.state === 'set') {
    return { winner, outcome: 'key', conclusion: `the key of ${winner.name} is sent` }
  }
  return { winner: undefined, outcome: 'none', conclusion: 'no key is found' }
}

/** Where a stored credential could be, and come before all else. */
function unread({ scene }: Context): string {
  const { databases } = scene.installed
  const closed = databases.find(({ tables, isOf2 }) => isOf2 && tables === undefined)
  return closed === undefined
    ? ''
    : `; a stored credential would come first, and ${scene.machine.display(closed.file)} cannot be read`
}

function storedContenders({ scene }: Context, id: string): readonly Contender[] {
  const databases = scene.installed.databases.flatMap(({ file, credentials }) =>
    credentials.filter((one) => one.id === id).map((one) => ({ file, one })),
  )
  return databases.map(({ file, one }) => ({
    kind: 'stored',
    name: `stored credential "${shownName(one.label)}"`,
    form: undefined,
    origin: { file, kind: 'database' },
    state: one.isActive ? 'set' : 'ignored',
    fingerprint: null,
    reason: inactive(one),
  }))
}

function inactive({ isActive }: StoredCredential): string | undefined {
  return isActive ? undefined : 'not the active one'
}

function namesOf({ scene, id }: Context, { values }: BlockOf2): readonly string[] {
  return textsOf(values.get('/env')?.value) ?? scene.catalogue.variables(id) ?? []
}

function settingOf(context: Context, { values }: BlockOf2): Contender | undefined {
  const found = values.get(toPointer(['options', 'apiKey']))
  const name = found?.isNative === true ? 'settings.apiKey' : 'options.apiKey'
  const contender = textContender(context, found, { kind: 'api-key', name })
  if (contender?.state !== 'empty') return contender
  return { ...contender, reason: contender.reason ?? 'an empty text does not count' }
}

function headerOf(context: Context, { values }: BlockOf2): Contender | undefined {
  const found = [...values.values()].findLast(
    ({ path }) =>
      path.length === 3 && path[1] === 'headers' && path[2]?.toLowerCase() === 'authorization',
  )
  const name = `${found?.isNative === true ? '' : 'options.'}headers.${found?.path[2] ?? ''}`
  return textContender(context, found, { kind: 'header', name })
}

function textContender(
  context: Context,
  found: ValueOf2 | undefined,
  named: Pick<Contender, 'kind' | 'name'>,
): Contender | undefined {
  if (found === undefined || typeof found.value !== 'string') return undefined
  const { state, secret, form, trouble } = filledIn(context, found.place, found.value)
  return {
    ...named,
    form,
    origin: context.originOf(found.place),
    state,
    fingerprint: secret === undefined ? null : context.fingerprintOf(secret),
    reason: trouble,
  }
}

/** auth.json is named for those who have a key there and wonder. */
function loginOf(context: Context): readonly Candidate[] {
  const login = loginContender(context)
  if (login.state === 'unset') return []
  const { databases } = context.scene.installed
  const isFile = !readsLoginsFromVariable(context)
  const isToCome =
    isFile && databases.some(({ isOf2 }) => !isOf2) && !databases.some(({ isOf2 }) => isOf2)
  const reason = isToCome
    ? 'taken over once, when OpenCode 2 first opens the database of OpenCode 1'
    : 'OpenCode 2 does not read it'
  return [{ ...login, state: 'ignored', wins: false, reason }]
}
