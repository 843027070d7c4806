import type { KeyFault } from './core/check-key.ts'
import type { IdentityFault, RecipientFault } from './core/vault/age-keys.ts'
import type { VaultTextFault } from './core/vault/content.ts'
import type { PassphraseFault } from './core/vault/passphrase.ts'
import type { Failure, Words } from './errors.ts'

/** Why a vault was not opened. */
export type VaultFault = VaultTextFault | PlainFault

interface PlainFault {
  readonly kind:
    | 'absent'
    | 'too-large'
    | 'not-age'
    | 'other-kind'
    | 'work-factor'
    | 'damaged'
    | 'wrong-passphrase'
    | 'wrong-identity'
    | 'needs-passphrase'
    | 'needs-identity'
    | 'not-a-vault'
}

/** Why there is no passphrase to go on with. */
export type PassphraseRefusal = PassphraseFault | 'none' | 'no-file' | 'no-recipient'

type VaultFailure = Extract<
  Failure,
  {
    code:
      | 'vault-refused'
      | 'no-vault'
      | 'nothing-to-export'
      | 'passphrase-refused'
      | 'recipient-refused'
      | 'identity-refused'
      | 'keys-differ'
  }
>

const CODES: Readonly<Record<VaultFailure['code'], true>> = {
  'vault-refused': true,
  'no-vault': true,
  'nothing-to-export': true,
  'passphrase-refused': true,
  'recipient-refused': true,
  'identity-refused': true,
  'keys-differ': true,
}

export function isVaultFailure(failure: Failure): failure is VaultFailure {
  return Object.hasOwn(CODES, failure.code)
}

/** What to say of the vault, of what opens it, and of the keys in it. Nothing of what any of them holds. */
export function describeVault(failure: VaultFailure): Words {
  switch (failure.code) {
    case 'vault-refused':
      return describeFault(failure.path, failure.fault)
    case 'no-vault':
      return failure.command === 'export'
        ? {
            message: 'no file to export to',
            hint: 'name one with `--to FILE`, or write `vault: keys.age` into the manifest',
          }
        : {
            message: 'no file to import from',
            hint: 'name one: `opgen key import FILE`, or write `vault: keys.age` into the manifest',
          }
    case 'nothing-to-export':
      return nothingToExport(failure.ids)
    case 'passphrase-refused':
      return describePassphrase(failure.fault)
    case 'recipient-refused':
      return describeRecipient(failure.fault)
    case 'identity-refused':
      return describeIdentity(failure.path, failure.fault)
    case 'keys-differ':
      return {
        message: `the keychain holds another key for ${quoted(failure.names)}; nothing was stored`,
        hint: 'replace what is in the keychain with `--force`, or answer on a terminal',
      }
  }
}

function describeFault(path: string, fault: VaultFault): Words {
  if (fault.kind === 'too-new' || fault.kind === 'bad-key') return describeText(path, fault)
  const { message, hint } = FAULTS[fault.kind]
  return { message: message.replace('FILE', () => path), hint }
}

/** FILE stands for the path. */
const FAULTS: Readonly<Record<PlainFault['kind'], Words>> = {
  absent: {
    message: 'no vault at FILE',
    hint: 'check the path, or write one on the other machine: `opgen key export`',
  },
  'not-age': {
    message: 'FILE is not an age file, or only a part of one',
    hint: 'name the file that `opgen key export` wrote',
  },
  'too-large': {
    message: 'FILE is not an age file, or only a part of one',
    hint: 'name the file that `opgen key export` wrote',
  },
  'other-kind': {
    message: "FILE opens only with an ssh key or a plugin of age's, which opgen does not use",
    hint: 'add a recipient that begins with "age1" when it is encrypted',
  },
  'work-factor': {
    message: 'FILE asks for more work than a passphrase may take (work factor over 20)',
    hint: 'encrypt it again with `age -p` or `opgen key export`',
  },
  damaged: {
    message: 'FILE was changed after it was encrypted, or is cut off',
    hint: 'take an earlier one, such as from `git log`, or remove it and export again',
  },
  'wrong-passphrase': { message: 'this passphrase does not open FILE', hint: 'type it again' },
  'wrong-identity': {
    message: 'none of these identities opens FILE',
    hint: 'have it exported again with `--recipient` for one of them',
  },
  'needs-passphrase': {
    message: 'FILE opens with a passphrase, not with an identity',
    hint: 'leave `--identity` out; without a terminal, `--passphrase-file FILE`',
  },
  'needs-identity': {
    message: 'FILE opens with an identity, not with a passphrase',
    hint: 'name the file that `age-keygen` wrote: `--identity FILE`',
  },
  'not-a-vault': {
    message: "what is encrypted in FILE are no keys of opgen's",
    hint: 'name the file that `opgen key export` wrote',
  },
}

function describeText(path: string, fault: Exclude<VaultFault, PlainFault>): Words {
  return fault.kind === 'too-new'
    ? {
        message: `${path} was written by a newer opgen (vault version ${fault.version})`,
        hint: 'update opgen on this machine',
      }
    : {
        message: `the key for "${fault.account}" in ${path} ${BAD_KEY[fault.fault]}`,
        hint: 'store the bare key where it was exported, and export it again',
      }
}

const BAD_KEY: Readonly<Record<KeyFault, string>> = {
  empty: 'is empty',
  'bad-character': 'holds a character that no key has',
  'bearer-prefix': 'begins with "Bearer "',
}

function nothingToExport(ids: readonly string[]): Words {
  const [first] = ids
  return first === undefined
    ? {
        message: 'no provider here takes its key from the keychain; nothing was written',
        hint: '`opgen key list` shows where each key comes from',
      }
    : {
        message: `the keychain has no key for ${quoted(ids)}; nothing was written`,
        hint: `store one: \`opgen key set ${first}\``,
      }
}

const STRONGER = 'a file in git can be guessed at for ever: take five random words or more'

function describePassphrase(fault: PassphraseRefusal): Words {
  switch (fault) {
    case 'none':
      return {
        message: 'no passphrase was given',
        hint: 'run it on a terminal, or name a file: `--passphrase-file FILE`',
      }
    case 'no-recipient':
      return {
        message: 'no passphrase was given, and no recipient',
        hint: 'name one of the two: `--passphrase-file FILE` or `--recipient age1…`',
      }
    case 'no-file':
      return {
        message: 'there is no such file with a passphrase',
        hint: 'check the path given with `--passphrase-file`; `-` is standard input',
      }
    case 'not-typable':
      return {
        message: 'the passphrase has more than one line, or a control character',
        hint: 'put it on the only line of the file, so that it can be typed as well',
      }
    case 'short':
      return { message: 'the passphrase has fewer than 12 characters', hint: STRONGER }
    case 'repeats':
      return { message: 'the passphrase is little more than a repetition', hint: STRONGER }
    case 'guessable':
      return { message: 'the passphrase is one of those that are tried first', hint: STRONGER }
  }
}

function describeRecipient(fault: RecipientFault): Words {
  switch (fault) {
    case 'no-file':
      return {
        message: 'there is no such file of recipients',
        hint: 'check the path behind `--recipient @`',
      }
    case 'identity':
      return {
        message: 'an identity was given as a recipient, and is no secret any more',
        hint: 'make a new one with `age-keygen`, and give the "age1…" that it prints',
      }
    case 'ssh':
    case 'other-kind':
      return {
        message: 'this kind of recipient is not supported',
        hint: 'make an identity with `age-keygen`, and give the "age1…" that it prints',
      }
    case 'malformed':
      return {
        message: 'a recipient is mistyped, or is none',
        hint: 'copy all of the "age1…" that `age-keygen` printed: 62 characters',
      }
  }
}

function describeIdentity(path: string, fault: IdentityFault): Words {
  const hint = 'name a file that `age-keygen` wrote: `--identity FILE`'
  switch (fault) {
    case 'absent':
      return { message: `no identity file at ${path}`, hint: 'check the path' }
    case 'empty':
      return { message: `there is no identity in ${path}`, hint }
    case 'ssh':
    case 'other-kind':
      return { message: `the kind of identity in ${path} is not supported`, hint }
    case 'encrypted':
      return {
        message: `the identity file ${path} is encrypted itself`,
        hint: 'open it with `age -d` into a pipe: `--identity <(age -d FILE)`',
      }
    case 'malformed':
      return { message: `${path} holds something that is no identity`, hint }
  }
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ')
}
