import { keyVariable } from './core/key-variable.ts'
import type { Words } from './errors.ts'
import { describeKeychain } from './keychain-words.ts'
import type { KeychainEntry } from './keychain-words.ts'
import type { CommandFault, KeychainSituation } from './system/system.ts'

/** Why a key source gave no answer, although it was asked. Never anything of what it holds. */
export type SourceRefusal =
  | {
      readonly kind: 'keychain'
      readonly situation: KeychainSituation
      readonly entry: KeychainEntry
    }
  | { readonly kind: 'command'; readonly line: string; readonly fault: CommandFault }
  | { readonly kind: 'file'; readonly path: string; readonly fault: SecretFileFault }
  /** A command that was not accepted on this machine, so that it was not run. */
  | { readonly kind: 'untrusted'; readonly line: string; readonly folder: string }

export type SecretFileFault =
  | { readonly kind: 'wide'; readonly mode: number }
  | { readonly kind: 'no-file' | 'too-long' | 'not-text' | 'not-permitted' }

/** What to say when a source gave no answer, for the keys of these providers. */
export function describeSource(refusal: SourceRefusal, providers: readonly string[]): Words {
  const whose = providers.length === 0 ? '' : ` for ${providers.map((id) => `"${id}"`).join(', ')}`
  const byVariable = providers[0] === undefined ? '' : `, or set $${keyVariable(providers[0])}`
  switch (refusal.kind) {
    case 'keychain':
      return describeKeychain(refusal.situation, providers, refusal.entry)
    case 'command':
      return {
        message: `\`${refusal.line}\` ${describeFault(refusal.fault)}${whose}`,
        hint: `${hintFor(refusal.fault)}${byVariable}`,
      }
    case 'untrusted':
      return {
        message: `\`${refusal.line}\` was not accepted on this machine${whose}`,
        hint: `look at it, then run \`opgen apply --trust-commands\`${byVariable}`,
      }
    case 'file':
      return {
        message: `${refusal.path} ${describeFile(refusal.fault)}${whose}`,
        hint:
          refusal.fault.kind === 'wide'
            ? `make it yours alone: \`chmod 600 ${refusal.path}\``
            : `write the bare key into a file of its own${byVariable}`,
      }
  }
}

function describeFault(fault: CommandFault): string {
  switch (fault.kind) {
    case 'not-found':
      return 'is not to be found'
    case 'not-permitted':
      return 'cannot be run'
    case 'no-folder':
      return 'has no folder to run in'
    case 'no-answer':
      return 'did not end in time'
    case 'nothing':
      return 'printed nothing'
    case 'too-long':
      return 'printed far more than a key'
    case 'many-lines':
      return 'printed more than one line'
    case 'not-text':
      return 'printed what is no text'
    case 'failed':
      return typeof fault.with === 'number'
        ? `ended with exit code ${fault.with}`
        : `was ended by ${fault.with}`
  }
}

function hintFor({ kind }: CommandFault): string {
  switch (kind) {
    case 'not-found':
      return 'install it, or put its folder on $PATH'
    case 'no-answer':
      return 'give it more time with `timeout: SECONDS` beside "command"'
    case 'many-lines':
    case 'too-long':
      return 'make it print the key and nothing else'
    case 'not-permitted':
    case 'no-folder':
    case 'nothing':
    case 'not-text':
    case 'failed':
      return 'run it by hand to see why'
  }
}

function describeFile(fault: SecretFileFault): string {
  switch (fault.kind) {
    case 'wide':
      return `can be read by others (mode 0${fault.mode.toString(8)})`
    case 'no-file':
      return 'is no file'
    case 'too-long':
      return 'holds far more than a key'
    case 'not-text':
      return 'holds what is no text'
    case 'not-permitted':
      return 'cannot be read'
  }
}
