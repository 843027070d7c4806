import { commandLine } from './core/key-source.ts'
import { askedByHand } from './core/live/opencode-question.ts'
import type {
  AskedProgram,
  Listing,
  ListingFault,
  ModelAnswer,
  NotAsked,
  NotChecked,
  RefusedAnswer,
  ThroughOpenCode,
} from './core/live/through-opencode.ts'
import { harmless } from './core/format-diagnostic.ts'
import { listed, quote } from './core/manifest/words.ts'
import type { Words } from './errors.ts'

/** What was found through OpenCode, and what to do where it did not go well. */
export interface ThroughWords {
  /** `skipped`: it could not be judged. */
  readonly state: 'ok' | 'skipped' | 'failed'
  readonly ms: number
  readonly detail: string
  readonly hint?: string
}

/** What came of asking through OpenCode, one thing after the other; of what follows from another nothing is said. */
export function describeThrough(
  result: ThroughOpenCode,
  provider: string,
): readonly [ThroughWords, ...ThroughWords[]] {
  switch (result.state) {
    case 'no-opencode':
      return [
        said('failed', 0, {
          message: 'there is no OpenCode on this machine',
          hint: 'install it, or put the folder that it is in on $PATH',
        }),
      ]
    case 'not-checked':
      return [describeNotChecked(result.why, result.program, provider)]
    case 'asked': {
      const listing = describeListing(result.listing, result.program, provider)
      const answer = describeAnswer(result.answer, provider)
      return answer === undefined ? [listing] : [listing, answer]
    }
  }
}

function said(state: 'skipped' | 'failed', ms: number, { message, hint }: Words): ThroughWords {
  return { state, ms, detail: message, hint }
}

function describeNotChecked(
  why: NotChecked,
  program: AskedProgram,
  provider: string,
): ThroughWords {
  const byHand = `to see for yourself: ${typed(provider)}`
  switch (why) {
    case 'opencode-2':
      return said('skipped', 0, {
        message: `not checked: opgen cannot ask ${nameOf(program)} yet`,
        hint: byHand,
      })
    case 'version-unknown':
      return said('skipped', 0, {
        message: `not checked: ${harmless(program.path)} does not say which OpenCode it is`,
        hint: byHand,
      })
    case 'login':
      return said('skipped', 0, {
        message: `not checked: OpenCode has a login for "${provider}" that is no key`,
        hint: byHand,
      })
    case 'config-unreadable':
      return said('failed', 0, {
        message: 'a config file of OpenCode cannot be read',
        hint: 'run `opgen doctor`, which names it',
      })
  }
}

function describeListing(listing: Listing, program: AskedProgram, provider: string): ThroughWords {
  if (!listing.ok)
    return said('failed', listing.ms, describeFault(listing.fault, program, provider))
  const { missing, ms } = listing
  if (missing.length === 0) {
    return { state: 'ok', ms, detail: `${nameOf(program)} lists the models` }
  }
  return said('failed', ms, {
    message: `${nameOf(program)} does not list ${listed(missing.map(quote))}`,
    hint: `run \`opgen apply\`; if it changes nothing, \`opgen explain ${provider}\``,
  })
}

function describeFault(fault: ListingFault, program: AskedProgram, provider: string): Words {
  switch (fault) {
    case 'config-refused':
      return {
        message: `${nameOf(program)} refuses its configuration`,
        hint: `run \`opgen doctor\`; what OpenCode says: ${typed(provider)}`,
      }
    case 'no-answer':
      return {
        message: `${nameOf(program)} did not list its models in time`,
        hint: `try a longer \`--timeout\`; by hand: ${typed(provider)}`,
      }
    case 'not-started':
      return {
        message: `${harmless(program.path)} could not be started`,
        hint: `by hand: ${typed(provider)}`,
      }
    case 'failed':
      return {
        message: `${nameOf(program)} ended without a list of models`,
        hint: `by hand: ${typed(provider)}`,
      }
  }
}

function describeAnswer(answer: ModelAnswer, provider: string): ThroughWords | undefined {
  switch (answer.state) {
    case 'answered':
      return { state: 'ok', ms: answer.ms, detail: `${quote(answer.model)} answers through it` }
    case 'not-asked':
      return describeNotAsked(answer.why, provider)
    case 'refused':
      return said('failed', answer.ms, describeRefusal(answer, provider))
  }
}

/** Undefined: the listing has said why. */
function describeNotAsked(why: NotAsked, provider: string): ThroughWords | undefined {
  switch (why) {
    case 'no-listing':
      return undefined
    case 'not-listed':
      return said('skipped', 0, {
        message: 'no model was asked, for it is not listed',
        hint: `to see what OpenCode lists: ${typed(provider)}`,
      })
    case 'not-json':
      return said('skipped', 0, {
        message: 'no model was asked: a config file is no JSON before it is filled in',
        hint: 'put its `{env:…}` and `{file:…}` into double quotes, if that is possible',
      })
  }
}

function describeRefusal(answer: RefusedAnswer, provider: string): Words {
  const { status, model } = answer
  const byHand = `what OpenCode says: ${typed(provider, model)}`
  const words = (message: string, hint = byHand): Words => {
    return { message: status === undefined ? message : `${message} (${status})`, hint }
  }
  const name = quote(model)
  switch (answer.fault) {
    case 'key-rejected':
      return words('the server does not accept the key that OpenCode sends', whichKey(provider))
    case 'key-forbidden':
      return words('the server forbids what the key that OpenCode sends asks for')
    case 'no-key':
      return words('OpenCode has no key for this provider', whichKey(provider))
    case 'no-credit':
      return words('the server wants to be paid before it answers OpenCode')
    case 'rate-limited':
      return words('the server has been asked too often')
    case 'not-found':
      return words(`the server has no ${name}, or nothing at the path that OpenCode asks`)
    case 'server-fault':
      return words('the server has a fault of its own')
    case 'not-reached':
      return words('OpenCode does not reach the server')
    case 'nothing-said':
      return words(`${name} said nothing: the answer was none of a model`)
    case 'no-answer':
      return words(`${name} did not answer through OpenCode in time`)
    case 'not-started':
      return words('OpenCode could not be started a second time')
    case 'no-adapter':
      return words('OpenCode cannot load the adapter of this provider')
    case 'no-address':
      return words('OpenCode has no address for this provider', `run \`opgen explain ${provider}\``)
    case 'other':
      return words(`${name} did not answer through OpenCode`)
  }
}

function whichKey(provider: string): string {
  return `where OpenCode takes it from: \`opgen explain ${provider}\``
}

function nameOf({ version }: AskedProgram): string {
  return version === undefined ? 'OpenCode' : `OpenCode ${harmless(version)}`
}

/** The command with which a person asks the same. */
function typed(provider: string, model?: string): string {
  return `\`${harmless(commandLine({ argv: askedByHand(provider, model) }))}\``
}
