import { InvalidArgumentError } from 'commander'
import type { Command } from 'commander'
import { completes } from './completes.ts'
import { subcommand } from './options.ts'
import type { Choose } from './options.ts'

interface GivenFlags {
  readonly to?: string
  readonly recipient?: readonly string[]
  readonly identity?: readonly string[]
  readonly passphraseFile?: string
  readonly force?: boolean
}

/** The commands that carry keys to another machine. */
export function addVaultCommands(key: Command, choose: Choose): void {
  const exporting = addOpening(subcommand(key, 'export'))
    .description("write the keychain keys of this manifest's providers into an age file")
    .option('--to <file>', "file to write; the manifest's vault when left out", someText)
    .option(
      '--recipient <age1>',
      'encrypt to this one, or to those in @FILE; may be repeated',
      collect,
    )
  completes(exporting, { '--to': 'file', '--recipient': 'free' })
  exporting.action(async (given: GivenFlags) => {
    const { recipient = [], identity = [] } = given
    if (identity.length > 0 && recipient.length === 0) {
      exporting.error('error: option "--identity" is of use with "--recipient" only', {
        code: 'opgen.identityAlone',
      })
    }
    const flags = { ...flagsOf(exporting, given), to: given.to, recipients: recipient }
    const { runKeyExport } = await import('./commands/key-export.ts')
    choose(exporting, 'key export', (context) => runKeyExport(context, flags))
  })

  const importing = addOpening(subcommand(key, 'import'))
    .argument('[file]', "file to read; the manifest's vault when left out", someText)
    .description('read the keys in an age file into the keychain')
    .option('--force', 'replace different keys in the keychain')
  completes(importing, { '[file]': 'file' })
  importing.action(async (file: string | undefined, given: GivenFlags) => {
    const flags = { ...flagsOf(importing, given), file, force: given.force === true }
    const { runKeyImport } = await import('./commands/key-import.ts')
    choose(importing, 'key import', (context) => runKeyImport(context, flags))
  })
}

function addOpening(command: Command): Command {
  command
    .option(
      '--identity <file>',
      'open it with the identities in this file; may be repeated',
      collect,
    )
    .option('--passphrase-file <file>', 'file with the passphrase; - is standard input', someText)
  return completes(command, { '--identity': 'file', '--passphrase-file': 'file' })
}

/** A file opens with a passphrase or with identities, and never with both. */
function flagsOf(
  command: Command,
  { recipient = [], identity = [], passphraseFile }: GivenFlags,
): { readonly identities: readonly string[]; readonly passphraseFile: string | undefined } {
  const others = [
    ...(recipient.length > 0 ? ['--recipient'] : []),
    ...(identity.length > 0 ? ['--identity'] : []),
  ]
  const [other] = others
  if (other !== undefined && passphraseFile !== undefined) {
    command.error(`error: option "${other}" cannot be used with option "--passphrase-file"`, {
      code: 'opgen.passphraseAndOther',
    })
  }
  return { identities: identity, passphraseFile }
}

function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, someText(value)]
}

function someText(value: string): string {
  if (value === '') throw new InvalidArgumentError('a text is needed.')
  return value
}
