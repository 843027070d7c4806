import { harmless } from './core/format-diagnostic.ts'
import { quote } from './core/manifest/words.ts'
import type { Failed, Passed, Rung, Skipped } from './core/live/rung.ts'
import { originOf } from './core/url.ts'
import type { Words } from './errors.ts'
import { describeReception } from './live-words.ts'
import { describeNotAsked } from './offer-words.ts'

/** Whose step it is. */
export interface Climbed {
  readonly provider: string
  readonly npm: string | undefined
  /** Undefined: it is not known. */
  readonly baseURL: string | undefined
  /** Why the key could not be read. */
  readonly unreadable: Words | undefined
  /** What is to be decided before the key may be sent, e.g. `--trust-origin gw`. */
  readonly flag: string | undefined
  /** Whether $NODE_EXTRA_CA_CERTS is set. */
  readonly hasExtraAuthorities: boolean
}

/** What a step found, and for one that failed what to do. */
export interface RungWords {
  readonly detail: string
  readonly hint?: string
}

/** Nothing of a server's text is shown but who signed its certificate. */
export function describeRung({ found }: Rung, climbed: Climbed): RungWords {
  switch (found.state) {
    case 'ok':
      return { detail: describePassed(found, climbed) }
    case 'skipped':
      return { detail: describeSkipped(found, climbed) }
    case 'failed':
      return described(describeFailed(found, climbed))
  }
}

function described({ message, hint }: Words): RungWords {
  return { detail: message, hint }
}

function describePassed(found: Passed, climbed: Climbed): string {
  switch (found.what) {
    case 'named':
      return found.host
    case 'connected':
      return found.proxy === undefined ? found.to : `${found.to}, ${through(found.proxy)}`
    case 'encrypted': {
      const signer = found.issuer === undefined ? 'somebody trusted' : harmless(found.issuer)
      const proxy = found.proxy === undefined ? [] : [through(found.proxy)]
      const extra = climbed.hasExtraAuthorities ? ['$NODE_EXTRA_CA_CERTS is trusted, too'] : []
      return [`signed by ${signer}`, ...proxy, ...extra].join(', ')
    }
    case 'answered':
      return `status ${found.status}`
    case 'all-offered':
      return found.count === 1 ? 'the model is offered' : `all ${found.count} models are offered`
    case 'endpoint-there':
      return `${found.path} is there`
    case 'completed': {
      const first = found.firstToken
      const after = first === undefined ? '' : `, the first token after ${Math.round(first)} ms`
      return `${quote(found.model)} answers${after}`
    }
    case 'key-accepted':
    case 'any-key':
    case 'key-unproved':
    case 'placeholder-taken':
    case 'no-key-wanted':
      return describeKey(found)
  }
}

function through(proxy: string): string {
  return `through the proxy ${proxy}`
}

type PassedKey = Extract<
  Passed,
  { what: 'key-accepted' | 'any-key' | 'key-unproved' | 'placeholder-taken' | 'no-key-wanted' }
>

function describeKey(found: PassedKey): string {
  switch (found.what) {
    case 'key-accepted':
      return 'accepted, and another one is not'
    case 'any-key':
      return 'the list is open to any key, which proves nothing; `--complete` does'
    case 'key-unproved': {
      const { refusal } = found
      const why = 'status' in refusal ? ` (${refusal.status})` : ''
      return `accepted; whether any key would be was not to be learnt${why}`
    }
    case 'placeholder-taken':
      return 'the placeholder is taken'
    case 'no-key-wanted':
      return 'none is wanted'
  }
}

function describeSkipped(found: Skipped, { provider, npm }: Climbed): string {
  switch (found.what) {
    case 'numeric-host':
      return `${found.host} is no name`
    case 'proxy-looks-up':
      return `the proxy looks ${found.host} up`
    case 'not-asked':
      return `not asked: ${describeNotAsked(found.why, { id: provider, npm }).message}`
    case 'external':
      return "the login is OpenCode's own, which opgen does not read"
    case 'no-list-for-key':
      return 'there is no list of models to check it with; `--complete` does'
    case 'no-list':
      return 'the server has no list of models'
    case 'list-not-whole':
      return 'the server gives a part of its list only'
    case 'deployments':
      return 'Azure lists models, and is asked for deployments'
    case 'none-declared':
      return 'the manifest declares none'
    case 'other-protocol':
      return `opgen does not speak the protocol of ${npm ?? 'the adapter'}`
    case 'no-model':
      return 'no declared model is offered'
  }
}

function describeFailed(found: Failed, climbed: Climbed): Words {
  const { provider, baseURL = '' } = climbed
  const origin = originOf(baseURL)
  switch (found.what) {
    case 'refused':
      return describeReception(found.refusal, { provider, origin })
    case 'key-wanted':
      return {
        message: `${origin} wants a key, and the manifest gives it none`,
        hint: `write \`key: keychain\`, then run \`opgen key set ${provider}\``,
      }
    case 'placeholder-refused':
      return {
        message: `${origin} does not take the placeholder for a key`,
        hint: `write \`key: keychain\`, then run \`opgen key set ${provider}\``,
      }
    case 'key-missing':
      return {
        message: `there is no key for "${provider}"`,
        hint: `run \`opgen key set ${provider}\``,
      }
    case 'key-unreadable':
      return climbed.unreadable ?? { message: 'the key cannot be read', hint: 'run `opgen doctor`' }
    case 'key-undecided':
      return describeUndecided(climbed)
    case 'wrong-address':
      return describeAddress(found, climbed)
    case 'not-offered':
      return describeMissing(found, provider)
    case 'no-endpoint':
      return describeEndpoint(found, origin)
    case 'model-refused':
    case 'request-refused':
    case 'error-told':
    case 'no-completion':
      return describeCompletion(found, origin)
  }
}

function describeUndecided({ provider, flag }: Climbed): Words {
  const isCommand = flag?.startsWith('--trust-commands') === true
  const message = isCommand
    ? 'nothing was asked: the command for its key was never accepted here'
    : 'nothing was asked: whether its key may go there is not decided'
  const once = `\`${flag ?? `--trust-origin ${provider}`}\``
  return {
    message,
    hint: isCommand ? `add ${once}` : `run \`opgen key trust ${provider}\`, or add ${once}`,
  }
}

function describeAddress(
  { status, isWebPage, better }: Extract<Failed, { what: 'wrong-address' }>,
  { baseURL = '' }: Climbed,
): Words {
  const what = isWebPage ? 'a web page' : 'neither a list of models nor an endpoint'
  const message = `at ${baseURL} there is ${what} (${status})`
  return better === undefined
    ? { message, hint: 'check "baseURL": the one of an API often ends in "/v1"' }
    : { message, hint: `its models are listed elsewhere: write \`baseURL: ${better}\`` }
}

function describeMissing(
  { missing, count }: Extract<Failed, { what: 'not-offered' }>,
  provider: string,
): Words {
  const hint = `take what is offered: \`opgen models ${provider}\``
  if (count === 1) return { message: 'the model is not offered', hint }
  const are = missing === 1 ? 'is' : 'are'
  return { message: `${missing} of ${count} models ${are} not offered`, hint }
}

function describeEndpoint(
  { path, status, fitting }: Extract<Failed, { what: 'no-endpoint' }>,
  origin: string,
): Words {
  const [first] = fitting
  const message = `${origin} has no ${path}, which the adapter asks (${status})`
  if (first === undefined) {
    return { message, hint: 'check "baseURL" and "npm" with the documentation of the server' }
  }
  const ways = fitting.map((npm) => `\`npm: "${npm}"\``).join(' or ')
  return { message, hint: `it speaks another protocol: write ${ways}` }
}

type FailedCompletion = Extract<
  Failed,
  { what: 'model-refused' | 'request-refused' | 'error-told' | 'no-completion' }
>

function describeCompletion({ what, model, status }: FailedCompletion, origin: string): Words {
  const name = quote(model)
  switch (what) {
    case 'model-refused':
      return {
        message: `${origin} has no model ${name} to answer with (${status})`,
        hint: 'correct its id; a server may list what it cannot serve',
      }
    case 'request-refused':
      return {
        message: `${origin} does not take a request for ${name} (${status})`,
        hint: 'see whether the model answers chats, and whether "npm" fits',
      }
    case 'error-told':
      return {
        message: `${origin} answered with an error where ${name} should speak (${status})`,
        hint: 'look at the log of the server, or at its status page',
      }
    case 'no-completion':
      return {
        message: `${origin} answered with something else than words of ${name} (${status})`,
        hint: 'check "npm": the protocol may be another one',
      }
  }
}
