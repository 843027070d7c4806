import { exportKeys, gatherKeys } from '../../app/export-keys.ts'
import { displayPath } from '../../app/paths.ts'
import { harmless } from '../../core/format-diagnostic.ts'
import type { CommandContext, Report } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { chooseSealing } from '../read-passphrase.ts'
import type { VaultFlags } from '../read-passphrase.ts'

export interface ExportFlags extends VaultFlags {
  readonly to: string | undefined
}

/** Write the keychain keys of this manifest's providers into an age file. */
export async function runKeyExport(context: CommandContext, flags: ExportFlags): Promise<Report> {
  const { session } = context
  const gathered = await gatherKeys(session, flags.to)
  const sealing = await chooseSealing(context, gathered, flags)
  const { unchanged, dropped } = await exportKeys(session, gathered, sealing)
  const { file, exported, missing, former } = gathered
  const shown = displayPath(session.system.machine, file)
  const isOtherwise = former !== undefined && sealing.former === undefined
  const notes = [
    ...missing.map((id) => `the keychain has no key for "${id}", so it is not in there`),
    ...dropped.map((name) => `"${harmless(name)}" stood in there, and is not in there any more`),
    ...(isOtherwise && sealing.to.kind === 'passphrase'
      ? ['what was there before opens with something else, and was replaced']
      : []),
  ]
  return {
    exitCode: ExitCode.ok,
    text: unchanged
      ? `${shown} holds the same already: ${exported.join(', ')}. Nothing was written.\n`
      : `Exported to ${shown}: ${exported.join(', ')}.\n`,
    notes: [
      ...notes.map((note) => `opgen: note: ${note}\n`),
      unchanged ? '' : `opgen: hint: on the other machine, \`opgen key import ${shown}\`\n`,
    ].join(''),
    json: { file, exported, missing, unchanged },
  }
}
