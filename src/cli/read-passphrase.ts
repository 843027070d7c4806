import type { Gathered } from '../app/export-keys.ts'
import { requireRecipients } from '../app/export-keys.ts'
import {
  isWrongPassphrase,
  openVault,
  readIdentityFiles,
  readPassphraseFile,
  readRecipients,
  withoutLineBreak,
} from '../app/vault-file.ts'
import { displayPath } from '../app/paths.ts'
import type { VaultContent } from '../core/vault/content.ts'
import { checkPassphrase, makePassphrase, PASSPHRASE_BYTES } from '../core/vault/passphrase.ts'
import { Secret } from '../core/secret.ts'
import { OpgenError } from '../errors.ts'
import type { VaultRecipients } from '../system/system.ts'
import type { PassphraseRefusal } from '../vault-words.ts'
import type { CommandContext } from './command.ts'
import { complain } from './complain.ts'

/** What is said on the command line of who opens a vault. */
export interface VaultFlags {
  readonly recipients: readonly string[]
  readonly identities: readonly string[]
  readonly passphraseFile: string | undefined
}

/** The passphrase that opens a vault. @throws OpgenError `passphrase-refused`, `interrupted` */
export async function readPassphrase(
  context: CommandContext,
  passphraseFile: string | undefined,
  file: string,
): Promise<Secret> {
  const given = await givenPassphrase(context, passphraseFile)
  const passphrase = given ?? (await askPassphrase(context, `Passphrase of ${file} (not shown): `))
  if (passphrase === '') throw refused('none')
  return new Secret(passphrase)
}

/** Undefined: it is to be asked for. */
async function givenPassphrase(
  { terminal, session }: CommandContext,
  file: string | undefined,
): Promise<string | undefined> {
  if (file === undefined) return undefined
  if (file !== '-') return await readPassphraseFile(session.system, file)
  // A terminal would show what is typed.
  return terminal.stdinIsTerminal ? undefined : withoutLineBreak(await terminal.readStdin())
}

async function askPassphrase(
  { terminal, session }: CommandContext,
  question: string,
  otherwise: PassphraseRefusal = 'none',
): Promise<string> {
  if (!session.options.interactive) throw refused(otherwise)
  const typed = await terminal.askHidden(question)
  if (typed === undefined) throw new OpgenError({ code: 'interrupted' })
  return typed
}

/** Whom a vault is to be encrypted to, and what stands in it as far as that opens it. */
export interface Sealing {
  readonly to: VaultRecipients
  readonly former: VaultContent | undefined
}

/**
 * Find out whom a vault is to be encrypted to. A person is asked for a passphrase, until it is a good one.
 *
 * @throws OpgenError `passphrase-refused`, `recipient-refused`, `identity-refused`, `vault-refused`,
 *   `interrupted`
 */
export async function chooseSealing(
  context: CommandContext,
  gathered: Gathered,
  flags: VaultFlags,
): Promise<Sealing> {
  const { session } = context
  const { former } = gathered
  if (flags.recipients.length > 0) {
    const to = requireRecipients(await readRecipients(session.system, flags.recipients))
    if (flags.identities.length === 0 || former?.kind !== 'recipients')
      return { to, former: undefined }
    const identities = await readIdentityFiles(session.system, flags.identities)
    return { to, former: await openVault(session, former, identities) }
  }
  const given = await givenPassphrase(context, flags.passphraseFile)
  if (given === undefined) return await askForNew(context, gathered)
  if (given === '') throw refused('none')
  const fault = checkPassphrase(given)
  if (fault !== undefined) throw refused(fault)
  return await sealingWith(context, gathered, given)
}

/** Offer a good passphrase, and take it or one that is no weak one; typed twice unless the vault has it. */
async function askForNew(context: CommandContext, gathered: Gathered): Promise<Sealing> {
  const { terminal, session } = context
  if (!session.options.interactive) throw refused('no-recipient')
  const offered = makePassphrase(session.system.randomBytes(PASSPHRASE_BYTES))
  if (gathered.former?.kind === 'passphrase') {
    const shown = displayPath(session.system.machine, gathered.file)
    terminal.err(`Type the passphrase that ${shown} has, or another from now on.\n`)
  }
  terminal.err(`A good passphrase, to be written down:  ${offered}\n`)
  for (;;) {
    const typed = await askPassphrase(context, 'Passphrase (not shown; Enter takes that one): ')
    if (typed === '') return await sealingWith(context, gathered, offered)
    const fault = checkPassphrase(typed)
    if (fault !== undefined) {
      complain(terminal, refused(fault))
      continue
    }
    const sealing = await sealingWith(context, gathered, typed)
    if (sealing.former !== undefined) return sealing
    if ((await askPassphrase(context, 'The same again: ')) === typed) return sealing
    terminal.err('opgen: note: these were not the same\n')
  }
}

async function sealingWith(
  { session }: CommandContext,
  { former }: Gathered,
  text: string,
): Promise<Sealing> {
  const to = { kind: 'passphrase', passphrase: new Secret(text) } as const
  if (former?.kind !== 'passphrase') return { to, former: undefined }
  try {
    return { to, former: await openVault(session, former, to) }
  } catch (error) {
    if (isWrongPassphrase(error)) return { to, former: undefined }
    throw error
  }
}

function refused(fault: PassphraseRefusal): OpgenError {
  return new OpgenError({ code: 'passphrase-refused', fault })
}
