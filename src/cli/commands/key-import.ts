import {
  bindEntries,
  compareKeys,
  findImport,
  probeForImport,
  storeEntries,
} from '../../app/import-keys.ts'
import type { Incoming } from '../../app/import-keys.ts'
import { displayPath } from '../../app/paths.ts'
import { openVault, readIdentityFiles } from '../../app/vault-file.ts'
import { harmless } from '../../core/format-diagnostic.ts'
import { OpgenError } from '../../errors.ts'
import { askYes } from '../ask-yes.ts'
import type { CommandContext, Report } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { readPassphrase } from '../read-passphrase.ts'
import type { VaultFlags } from '../read-passphrase.ts'

export interface ImportFlags extends Omit<VaultFlags, 'recipients'> {
  readonly file: string | undefined
  readonly force: boolean
}

/** Read the keys of an age file into the keychain. */
export async function runKeyImport(context: CommandContext, flags: ImportFlags): Promise<Report> {
  const { session } = context
  const { file, closed, providers } = await findImport(session, flags.file)
  const shown = displayPath(session.system.machine, file)
  const isOpenedByAsking = flags.identities.length === 0
  if (isOpenedByAsking && closed.kind === 'recipients') {
    const fault = { kind: 'needs-identity' } as const
    throw new OpgenError({ code: 'vault-refused', path: file, fault })
  }
  await probeForImport(session)
  const identities = isOpenedByAsking
    ? {
        kind: 'passphrase' as const,
        passphrase: await readPassphrase(context, flags.passphraseFile, shown),
      }
    : await readIdentityFiles(session.system, flags.identities)
  const content = await openVault(session, closed, identities)
  const { fresh, same, different, leftOut } = await compareKeys(session, content, providers)
  const replaced = await chooseReplaced(context, different, flags)
  await storeEntries(session, [...fresh, ...replaced])
  await bindEntries(session, closed, [...fresh, ...replaced, ...same])
  const kept = different.filter((entry) => !replaced.includes(entry))
  const lists = {
    imported: idsOf(fresh),
    replaced: idsOf(replaced),
    unchanged: idsOf([...same, ...kept]),
    leftOut,
  }
  return {
    exitCode: ExitCode.ok,
    text: renderLists(shown, lists),
    notes: [
      ...leftOut.map(
        (name) =>
          `opgen: note: left out, as nothing here takes its key from it: "${harmless(name)}"\n`,
      ),
      fresh.length + replaced.length > 0
        ? 'opgen: hint: run `opgen apply` to hand them to OpenCode\n'
        : '',
    ].join(''),
    json: { file, ...lists },
  }
}

interface Lists {
  readonly imported: readonly string[]
  readonly replaced: readonly string[]
  readonly unchanged: readonly string[]
}

function renderLists(file: string, { imported, replaced, unchanged }: Lists): string {
  const lines = [
    { what: `Imported from ${file}`, ids: imported },
    { what: `Replaced from ${file}`, ids: replaced },
    { what: 'Left as it is in the keychain', ids: unchanged },
  ].filter(({ ids }) => ids.length > 0)
  if (lines.length === 0) return `There is nothing to import in ${file}.\n`
  return lines.map(({ what, ids }) => `${what}: ${ids.map(harmless).join(', ')}.\n`).join('')
}

function idsOf(entries: readonly Incoming[]): readonly string[] {
  return [...new Set(entries.flatMap(({ ids }) => ids))]
}

/** Those of the entries whose key is to take the place of the one in the keychain. */
async function chooseReplaced(
  { terminal, session }: CommandContext,
  different: readonly Incoming[],
  { force }: Pick<ImportFlags, 'force'>,
): Promise<readonly Incoming[]> {
  if (force || different.length === 0) return different
  if (!session.options.interactive)
    throw new OpgenError({ code: 'keys-differ', names: idsOf(different) })
  const chosen: Incoming[] = []
  for (const entry of different) {
    const names = idsOf([entry])
      .map((id) => `"${harmless(id)}"`)
      .join(', ')
    const question = `The keychain holds another key for ${names}. Replace it?`
    if (await askYes(terminal, question)) chosen.push(entry)
  }
  return chosen
}
