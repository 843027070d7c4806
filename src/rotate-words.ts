import { keyVariable } from './core/key-variable.ts'
import type { NoCheck } from './core/live/key-check.ts'
import type { Refusal, RefusalKind } from './core/live/reception.ts'
import type { Words } from './errors.ts'
import { describeReception, unverified } from './live-words.ts'

/** Why a key was not replaced by a new one; `rotating` is the id of its provider. */
export type RotateFailure =
  | { readonly code: 'same-key'; readonly rotating: string }
  | {
      readonly code: 'key-elsewhere'
      readonly rotating: string
      /** Kind and address of the sources, e.g. `env:GW_KEY`. */
      readonly source: string
    }
  | {
      readonly code: 'no-live-check'
      readonly rotating: string
      readonly npm: string | undefined
      readonly why: NoCheck
    }
  | {
      /** Asked live, the server did not accept the key. */
      readonly code: RefusalKind
      readonly rotating: string
      readonly origin: string
      readonly reception: Refusal
    }
  | {
      readonly code: 'not-rotated'
      readonly rotating: string
      /** Why the new key could not be stored, or not be handed to OpenCode. */
      readonly cause: Words
      readonly entry: EntryAfter
    }

/**
 * What a keychain entry holds after a new key was to be taken out of it again: what was there before,
 * what somebody else stored meanwhile, or that is not known.
 */
export type EntryAfter = 'as-before' | 'of-others' | 'unknown'

export function describeRotation(failure: RotateFailure): Words {
  if ('reception' in failure) {
    const { message, hint } = describeReception(failure.reception, {
      provider: failure.rotating,
      origin: failure.origin,
    })
    return { message, hint: `nothing was stored; ${hint}` }
  }
  const { rotating: provider } = failure
  switch (failure.code) {
    case 'same-key':
      return {
        message: `this key for "${provider}" is the one that is stored already`,
        hint: "make a new one on the provider's site",
      }
    case 'key-elsewhere':
      return describeElsewhere(failure)
    case 'no-live-check':
      return {
        message: `a key for "${provider}" cannot be checked: ${reasonOf(failure)}`,
        hint: unverified(provider),
      }
    case 'not-rotated':
      return describeUndone(failure)
  }
}

function describeElsewhere({
  rotating: provider,
  source,
}: Extract<RotateFailure, { code: 'key-elsewhere' }>): Words {
  const [first = ''] = source.split(', ')
  const again = `run \`opgen key rotate ${provider}\` again`
  const name = first.startsWith('env:') ? first.slice('env:'.length) : undefined
  if (name !== undefined) {
    const message = `the key for "${provider}" comes from $${name} here, not from the keychain`
    if (name === keyVariable(provider)) return { message, hint: `unset it, then ${again}` }
    return { message, hint: 'set it to the new key, then run `opgen apply`' }
  }
  if (first === 'none' || first === 'external') {
    return {
      message: `the manifest has \`key: ${first}\` for "${provider}": opgen keeps no key for it`,
      hint: `to keep it in the keychain, write \`key: keychain\`, then ${again}`,
    }
  }
  return {
    message: `the key for "${provider}" comes from ${source}, where opgen does not write`,
    hint: 'change the key there, then run `opgen apply`',
  }
}

function reasonOf({ why, npm }: Extract<RotateFailure, { code: 'no-live-check' }>): string {
  switch (why) {
    case 'adapter':
      return npm === undefined
        ? "only OpenCode's catalogue knows its adapter"
        : `how ${npm} sends one is not known`
    case 'address':
      return "only OpenCode's catalogue knows its address"
    case 'filled-in':
      return 'OpenCode fills in a part of its address or headers'
    case 'header':
      return 'a header under "options" stands where the key would be'
  }
}

function describeUndone({
  rotating: provider,
  cause,
  entry,
}: Extract<RotateFailure, { code: 'not-rotated' }>): Words {
  const [state, next] = AFTERMATH[entry]
  const isSame = entry === 'as-before' && cause.hint.endsWith('run it again')
  return {
    message: `${cause.message}; ${state}`,
    hint: `${cause.hint}${isSame ? ':' : '; then'} \`opgen ${next.replace('ID', () => provider)}\``,
  }
}

/** What is in the keychain, and the command that goes on from there. */
const AFTERMATH: Readonly<Record<EntryAfter, readonly [state: string, next: string]>> = {
  'as-before': ['the keychain is as before', 'key rotate ID'],
  'of-others': ['the keychain holds a key that somebody else stored meanwhile', 'apply'],
  unknown: ['whether the keychain holds the old key or the new one is not known', 'key set ID'],
}
