import { fallbackVariables, keyTraits } from '../adapters.ts'
import type { KeyTraits } from '../adapters.ts'
import { mergedAt, membersAt, nameOf } from '../doctor/merged-config.ts'
import type { Context } from './context.ts'
import type { Candidate, KeyChain, KeyOutcome } from './explanation.ts'
import { contenderAt, contenderOf, headerAt, textsOf } from './key-places.ts'
import type { Contender } from './key-places.ts'
import { loginContender } from './login.ts'

/** What decides, and what comes of it. */
interface Verdict {
  readonly winner: Contender | undefined
  readonly outcome: KeyOutcome
  readonly conclusion: string
}

/** Every place where OpenCode 1 looks for a key of the provider (contract 3.3), and the one that counts. */
export function keysOf1(context: Context): KeyChain {
  const places = placesOf(context)
  const verdict = decide(context, places)
  const { winner, outcome, conclusion } = verdict
  const all = [
    ...places.modelHeaders,
    ...present(places.header),
    ...present(places.authToken),
    ...present(places.apiKey),
    places.login,
    ...places.variables,
    ...places.ownVariables,
  ]
  const candidates = all.map((one): Candidate => {
    const reason = one.reason ?? reasonFor(one, verdict, places)
    return { ...one, wins: one === winner, reason }
  })
  return {
    candidates,
    winner: candidates.find((one) => one.wins) ?? null,
    outcome,
    conclusion,
  }
}

function present<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value]
}

/** Where keys stand for an adapter. */
interface Places {
  readonly traits: KeyTraits | undefined
  readonly modelHeaders: readonly Contender[]
  /** Whether every model has a header of its own. */
  readonly everyModel: boolean
  readonly header: Contender | undefined
  readonly authToken: Contender | undefined
  readonly apiKey: Contender | undefined
  readonly login: Contender
  readonly variables: readonly Contender[]
  readonly ownVariables: readonly Contender[]
}

function placesOf(context: Context): Places {
  const { block, adapter } = context
  const traits = adapter === undefined ? undefined : keyTraits(adapter)
  const authToken =
    traits?.hasAuthToken === true
      ? contenderAt(context, mergedAt(block, ['options', 'authToken']), {
          kind: 'auth-token',
          name: 'options.authToken',
        })
      : undefined
  // What stands in this header is sent in place of the key, whatever brings it.
  const isToken = authToken?.state === 'set'
  const wanted = isToken || traits === undefined ? 'authorization' : traits.keyHeader
  const names = namesUnderEnv(context)
  return {
    traits,
    ...modelHeadersOf(context, wanted),
    header: wanted === undefined ? undefined : headerOf(context, wanted),
    authToken,
    apiKey: contenderAt(context, mergedAt(block, ['options', 'apiKey']), {
      kind: 'api-key',
      name: 'options.apiKey',
    }),
    login: loginContender(context),
    variables: names.map((name) => variableOf(context, name, names.length === 1)),
    ownVariables: fallbackVariables(adapter ?? '')
      .filter((name) => !(names.length === 1 && names[0] === name))
      .map((name) => contenderOf(context, 'adapter-variable', name)),
  }
}

/** The names that the block or the catalogue has; none where they are not known. */
function namesUnderEnv({ block, scene, id }: Context): readonly string[] {
  return textsOf(mergedAt(block, ['env'])?.value) ?? scene.catalogue.variables(id) ?? []
}

function variableOf(context: Context, name: string, isOnly: boolean): Contender {
  const variable = contenderOf(context, 'variable', name)
  if (isOnly || variable.state !== 'set') return variable
  const reason = 'one of several names: it shows the provider, and is not sent'
  return { ...variable, state: 'ignored', fingerprint: null, reason }
}

function headerOf(context: Context, wanted: string): Contender | undefined {
  const node = headerAt(context.block, ['options', 'headers'], wanted)
  if (node === undefined) return undefined
  return contenderAt(context, node, { kind: 'header', name: `options.headers.${nameOf(node)}` })
}

function modelHeadersOf(
  context: Context,
  wanted: string | undefined,
): Pick<Places, 'modelHeaders' | 'everyModel'> {
  const models = membersAt(context.block, ['models'])
  const found = models.flatMap((model) => {
    const node = wanted === undefined ? undefined : headerAt(model, ['headers'], wanted)
    return node === undefined ? [] : [{ key: nameOf(model), node }]
  })
  const [first] = found
  if (first === undefined) return { modelHeaders: [], everyModel: false }
  const more = found.length === 1 ? '' : ` and ${found.length - 1} more`
  const name = `header ${nameOf(first.node)} of model "${first.key}"${more}`
  const contender = contenderAt(context, first.node, { kind: 'model-header', name })
  return { modelHeaders: present(contender), everyModel: found.length === models.length }
}

function decide(context: Context, places: Places): Verdict {
  if (context.block === undefined && !context.scene.catalogue.has(context.id)) {
    const conclusion = `OpenCode 1 has no provider "${context.id}": nothing is sent`
    return { winner: undefined, outcome: 'nothing-sent', conclusion }
  }
  const missing = [...places.modelHeaders, places.header, places.authToken, places.apiKey].find(
    (one) => one?.state === 'missing',
  )
  if (missing !== undefined) {
    const conclusion = `OpenCode 1 does not start: ${missing.name} refers to a file that is not there`
    return { winner: undefined, outcome: 'no-start', conclusion }
  }
  if (places.login.form === 'wellknown') {
    const conclusion = 'OpenCode 1 does not start with a login of this type'
    return { winner: undefined, outcome: 'no-start', conclusion }
  }
  if (places.login.form === 'oauth' && places.login.state === 'set') {
    const conclusion = `whether the login counts is up to OpenCode's plugin for "${context.id}"`
    return { winner: undefined, outcome: 'unclear', conclusion }
  }
  const inner = decideKey(context, places)
  const header = places.everyModel ? places.modelHeaders[0] : places.header
  if (header === undefined || inner.outcome === 'nothing-sent' || inner.outcome === 'unclear') {
    return inner
  }
  const outcome = header.state === 'set' ? 'key' : 'none'
  const what = header.state === 'set' ? 'is sent' : 'wins although it is empty'
  return { winner: header, outcome, conclusion: `${header.name} ${what}` }
}

/** What the adapter is given, or takes by itself, before any header replaces it. */
function decideKey(context: Context, places: Places): Verdict {
  const { authToken, apiKey, login, variables } = places
  // A login without a key still stands in the way of the variable.
  const behind = login.state === 'unset' || login.state === 'ignored' ? variables : [login]
  const given = apiKey ?? behind.find(({ state }) => state === 'set')
  if (authToken?.state === 'set') {
    return given === undefined || given.state !== 'set'
      ? winsWithKey(authToken)
      : {
          winner: undefined,
          outcome: 'nothing-sent',
          conclusion: `the adapter takes a key or options.authToken, not both: it sends nothing while ${given.name} is there`,
        }
  }
  if (given?.state === 'set') return winsWithKey(given)
  const own = places.ownVariables.find(({ state }) => state === 'set')
  if (given !== undefined && places.traits?.fallsBackWhenEmpty !== true) return winsEmpty(given)
  if (own !== undefined) return winsWithKey(own)
  if (given !== undefined) return winsEmpty(given)
  return nothingFound(context, places)
}

function winsWithKey(winner: Contender): Verdict {
  const conclusion =
    winner.kind === 'adapter-variable'
      ? `the adapter takes ${winner.name} by itself, since it is given no key`
      : `the key of ${winner.name} is sent`
  return { winner, outcome: 'key', conclusion }
}

function winsEmpty(winner: Contender): Verdict {
  const conclusion = `${winner.name} wins although it is empty: requests go out without a key`
  return { winner, outcome: 'none', conclusion }
}

function nothingFound(
  { adapter, block, scene, id }: Context,
  { traits }: Pick<Places, 'traits'>,
): Verdict {
  const nothing = { winner: undefined } as const
  const isNamed = block?.members?.has('env') === true || scene.catalogue.variables(id) !== undefined
  if (scene.catalogue.has(id) && !isNamed) {
    const conclusion = "no key is found; the variables of OpenCode's catalogue are not known here"
    return { ...nothing, outcome: 'unclear', conclusion }
  }
  if (traits === undefined) {
    const conclusion = 'no key is found; what the adapter takes by itself is not known here'
    return { ...nothing, outcome: 'unclear', conclusion }
  }
  return traits.worksWithoutKey
    ? { ...nothing, outcome: 'none', conclusion: 'no key is found: requests go out without one' }
    : {
        ...nothing,
        outcome: 'nothing-sent',
        conclusion: `no key is found, and ${adapter} sends nothing without one`,
      }
}

/** Why a candidate does not count, where its state does not say it. */
function reasonFor(
  one: Contender,
  { winner, outcome }: Verdict,
  places: Places,
): string | undefined {
  if (one === winner) return undefined
  if (one.kind === 'model-header') return 'counts for that alone'
  if (one.kind === 'header' && outcome === 'nothing-sent') return 'the adapter wants a key as well'
  const isThere = one.state === 'set' || one.state === 'empty'
  if (!isThere || winner === undefined) return undefined
  const isEmptyLogin = one === places.login && one.state === 'empty'
  if (isEmptyLogin) return 'no key, and yet the variable under `env` is not looked at'
  return `${winner.name} comes first`
}
