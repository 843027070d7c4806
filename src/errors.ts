import type { KeyFault } from './core/check-key.ts'
import type { Diagnostic } from './core/diagnostic.ts'
import { describeKeysFolder, describeRefusal } from './file-words.ts'
import { describeImport, isImportFailure } from './import-words.ts'
import type { ImportFailure } from './import-words.ts'
import { describeKeyFailure } from './key-words.ts'
import { afterAsking, describeState, describeWriting } from './writing-words.ts'
import { describeKeychain } from './keychain-words.ts'
import type { KeychainEntry } from './keychain-words.ts'
import { describeRun } from './run-words.ts'
import { describeSource } from './source-words.ts'
import type { SourceRefusal } from './source-words.ts'
import { describeRotation } from './rotate-words.ts'
import type { RotateFailure } from './rotate-words.ts'
import { describeShowing } from './show-words.ts'
import type { KeyReader } from './show-words.ts'
import type { KeychainSituation, RunRefusal } from './system/system.ts'
import type { PassphraseRefusal, VaultFault } from './vault-words.ts'
import type { IdentityFault, RecipientFault } from './core/vault/age-keys.ts'
import { describeVault, isVaultFailure } from './vault-words.ts'
import { describePublish } from './publish-words.ts'
import type { PublishFault } from './publish-words.ts'

/**
 * Every way opgen can fail for a reason outside its own code, with the facts each message needs.
 * Never a key.
 */
export type Failure =
  | { readonly code: 'manifest-not-found'; readonly path: string; readonly named: boolean }
  | { readonly code: 'no-facts'; readonly path: string }
  | {
      readonly code: 'already-there'
      readonly path: string
      readonly what: 'manifest' | 'local'
      /** `--manifest`, where it was given; without it other commands look elsewhere. */
      readonly named: string | undefined
    }
  | { readonly code: 'file-refused'; readonly path: string; readonly reason: FileRefusal }
  | { readonly code: 'target-changed'; readonly path: string }
  | { readonly code: 'manifest-changed'; readonly path: string }
  | { readonly code: 'busy' }
  | { readonly code: 'no-place'; readonly what: 'home' | 'working-folder' }
  | { readonly code: 'no-generation'; readonly number: number; readonly newest: number }
  | { readonly code: 'template-target'; readonly path: string }
  | { readonly code: 'keys-folder'; readonly path: string; readonly fault: KeysFolderFault }
  | { readonly code: 'state-unreadable'; readonly path: string }
  | { readonly code: 'state-too-new'; readonly path: string; readonly version: number }
  | {
      readonly code: 'keychain-refused'
      readonly situation: KeychainSituation
      readonly accounts: readonly string[]
      /** The first one's, where it is not opgen's own. */
      readonly entry?: KeychainEntry
      /** What else can be done. */
      readonly otherwise?: string
    }
  | {
      readonly code: 'source-refused'
      readonly refusal: SourceRefusal
      readonly providers: readonly string[]
    }
  | {
      readonly code: 'bad-key'
      readonly provider: string
      readonly fault: KeyFault
      readonly from: string
      /** What asked for it, where a person gave it. */
      readonly command?: KeyCommand
    }
  | {
      readonly code: 'missing-keys'
      readonly providers: readonly string[]
      /** How a person hands over a key for the first of them. */
      readonly way: string
    }
  | {
      readonly code: 'no-key-given'
      readonly provider: string
      /** What asked for it. */
      readonly command: KeyCommand
    }
  | { readonly code: 'not-revealed'; readonly provider: string; readonly to: KeyReader }
  | { readonly code: 'no-key-used'; readonly provider: string; readonly external: boolean }
  | { readonly code: 'not-here'; readonly provider: string }
  | {
      readonly code: 'decision-needed'
      readonly count: number
      /** What asks. */
      readonly command: string
      /** What became of asking: nobody was asked, the person quit, or will change the manifest first. */
      readonly asked: 'nobody' | 'quit' | 'manifest'
    }
  | { readonly code: 'interrupted' }
  | { readonly code: 'vault-refused'; readonly path: string; readonly fault: VaultFault }
  | { readonly code: 'no-vault'; readonly command: 'export' | 'import' }
  | { readonly code: 'nothing-to-export'; readonly ids: readonly string[] }
  | { readonly code: 'passphrase-refused'; readonly fault: PassphraseRefusal }
  | { readonly code: 'recipient-refused'; readonly fault: RecipientFault }
  | { readonly code: 'identity-refused'; readonly path: string; readonly fault: IdentityFault }
  | { readonly code: 'keys-differ'; readonly names: readonly string[] }
  | { readonly code: 'not-started'; readonly program: string; readonly reason: RunRefusal }
  | { readonly code: 'bad-content'; readonly line: number; readonly column: number }
  | { readonly code: 'unfit-key'; readonly provider: string }
  | { readonly code: 'publish-refused'; readonly path: string; readonly fault: PublishFault }
  | { readonly code: 'no-offer'; readonly provider: string; readonly words: Words }
  | RotateFailure
  | ImportFailure

/** Commands that ask for a key. */
export type KeyCommand = 'key set' | 'key rotate'

/** Why a file could not be read or written. */
export type FileRefusal =
  | 'not-permitted'
  | 'read-only'
  | 'disk-full'
  | 'is-a-folder'
  | 'no-file'
  | 'not-utf8'
  | 'link-loop'
  | 'no-folder'
  | 'in-use'
  | 'other'

/** Why no key is written to where the key files should be. */
export type KeysFolderFault = 'link' | 'in-git' | 'character'

/** A failure the user can act on. Anything else that is thrown is a bug in opgen. */
export class OpgenError extends Error {
  override readonly name = 'OpgenError'
  readonly failure: Failure

  constructor(failure: Failure) {
    super(describeFailure(failure).message)
    this.failure = failure
  }
}

/** Problems in files of the user's, all of them; ends a command with exit code 65. */
export class InvalidInput extends Error {
  override readonly name = 'InvalidInput'
  readonly diagnostics: readonly Diagnostic[]

  constructor(diagnostics: readonly Diagnostic[]) {
    super('invalid input')
    this.diagnostics = diagnostics
  }
}

export interface Words {
  readonly message: string
  readonly hint: string
}

/** What the user reads: what happened, then the next thing to do. No capital, no full stop. */
export function describeFailure(failure: Failure): Words {
  if (isVaultFailure(failure)) return describeVault(failure)
  if (isImportFailure(failure)) return describeImport(failure)
  if ('rotating' in failure) return describeRotation(failure)
  if (failure.code === 'publish-refused') return describePublish(failure.path, failure.fault)
  switch (failure.code) {
    case 'manifest-not-found':
    case 'no-facts':
    case 'no-place':
      return describeNotFound(failure)
    case 'already-there':
      return describeAlreadyThere(failure)
    case 'file-refused':
      return describeRefusal(failure.path, failure.reason)
    case 'target-changed':
    case 'manifest-changed':
    case 'busy':
    case 'no-generation':
    case 'template-target':
      return describeWriting(failure)
    case 'keys-folder':
      return describeKeysFolder(failure.path, failure.fault)
    case 'state-unreadable':
    case 'state-too-new':
      return describeState(failure)
    case 'keychain-refused':
      return describeKeychainFailure(failure)
    case 'source-refused':
      return describeSource(failure.refusal, failure.providers)
    case 'bad-key':
    case 'missing-keys':
    case 'no-key-given':
      return describeKeyFailure(failure)
    case 'not-revealed':
    case 'no-key-used':
    case 'not-here':
      return describeShowing(failure)
    case 'decision-needed':
      return describeOpen(failure)
    case 'interrupted':
      return { message: 'interrupted', hint: 'nothing was changed' }
    case 'not-started':
    case 'bad-content':
    case 'unfit-key':
      return describeRun(failure)
    case 'no-offer':
      return failure.words
  }
}

function describeOpen(failure: Extract<Failure, { code: 'decision-needed' }>): Words {
  const { count, command } = failure
  const what = count === 1 ? 'a decision is' : `${count} decisions are`
  return {
    message: `${what} needed; nothing was ${command === 'run' ? 'started' : 'written'}`,
    hint: afterAsking(failure),
  }
}

function describeNotFound(
  failure: Extract<Failure, { code: 'manifest-not-found' | 'no-facts' | 'no-place' }>,
): Words {
  if (failure.code === 'no-place') {
    return failure.what === 'home'
      ? { message: 'this user has no home folder', hint: 'set $HOME to one' }
      : { message: 'the working folder is there no more', hint: 'go to another one with `cd`' }
  }
  if (failure.code === 'no-facts') {
    return {
      message: `no file of facts at ${failure.path}`,
      hint: 'check the path given with `--machine-facts`',
    }
  }
  return {
    message: failure.named ? `no manifest at ${failure.path}` : 'no providers.yaml found',
    hint: failure.named
      ? 'check the path given with `--manifest` or $OPGEN_MANIFEST'
      : `\`opgen init\` writes ./providers.yaml or ${failure.path}; \`--manifest FILE\` names another`,
  }
}

function describeKeychainFailure({
  situation,
  accounts,
  entry,
  otherwise,
}: Extract<Failure, { code: 'keychain-refused' }>): Words {
  const { message, hint } = describeKeychain(situation, accounts, entry)
  return { message, hint: otherwise === undefined ? hint : `${hint}; or ${otherwise}` }
}

function describeAlreadyThere(failure: Extract<Failure, { code: 'already-there' }>): Words {
  return {
    message: `${failure.path} is there already; nothing was written`,
    hint:
      failure.what === 'manifest'
        ? `look at it with \`opgen plan${namingManifest(failure.named)}\`, or name another file with \`--manifest FILE\``
        : 'change its "profile" by hand, or name one for a single run with `--profile NAME`',
  }
}

/** What a command needs beside its name to find a manifest that was named, as one would type it. */
export function namingManifest(named: string | undefined): string {
  return namingFile('--manifest', named)
}

/** An option with a file, as one would type it. */
export function namingFile(option: string, named: string | undefined): string {
  if (named === undefined) return ''
  return ` ${option} ${/^[\w./~+-]+$/.test(named) ? named : 'FILE'}`
}

/** Whether a file was refused because its bytes are no text, as those of one that is half written may be. */
export function isNotText(error: unknown): boolean {
  if (!(error instanceof OpgenError)) return false
  const { failure } = error
  return failure.code === 'file-refused' && failure.reason === 'not-utf8'
}
