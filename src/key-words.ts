import type { KeyFault } from './core/check-key.ts'
import type { Failure, Words } from './errors.ts'

type KeyFailure = Extract<Failure, { code: 'bad-key' | 'missing-keys' | 'no-key-given' }>

/** What to say of a key that is not there, or is none. */
export function describeKeyFailure(failure: KeyFailure): Words {
  switch (failure.code) {
    case 'bad-key':
      return {
        message: `the key for "${failure.provider}" (${failure.from}) ${describeFault(failure.fault)}`,
        hint: hintForBadKey(failure),
      }
    case 'missing-keys': {
      const names = failure.providers.map((id) => `"${id}"`).join(', ')
      return {
        message: `no key found for ${names}`,
        hint: failure.way,
      }
    }
    case 'no-key-given':
      return {
        message: `no key given for "${failure.provider}"`,
        hint: `nothing was stored; type it at the prompt of \`opgen ${failure.command} ${failure.provider}\`, or pipe it in`,
      }
  }
}

/** Where the bare key belongs. */
function hintForBadKey({ from, provider, command }: Extract<Failure, { code: 'bad-key' }>): string {
  if (command !== undefined) return `give it the bare key: \`opgen ${command} ${provider}\``
  const at = from.slice(from.indexOf(':') + 1)
  if (from.startsWith('env:')) return `set $${at} to the bare key`
  if (from.startsWith('command:')) return `make \`${at}\` print the bare key`
  if (from.startsWith('file:')) return `write the bare key into ${at}`
  if (from.startsWith('keychain:') && at !== `opgen/${provider}`)
    return `put the bare key into the keychain as ${at}`
  return `store the bare key again: \`opgen key set ${provider}\``
}

function describeFault(fault: KeyFault): string {
  switch (fault) {
    case 'empty':
      return 'is empty'
    case 'bad-character':
      return 'holds a character that no key has (OpenCode would print it to its log)'
    case 'bearer-prefix':
      return 'begins with "Bearer ", which OpenCode would send twice'
  }
}
