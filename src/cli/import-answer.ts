import { importMissing, probeForImport } from '../app/import-keys.ts'
import { displayPath } from '../app/paths.ts'
import { isWrongPassphrase, openVault, requireVault } from '../app/vault-file.ts'
import type { ClosedVault } from '../app/vault-file.ts'
import type { VaultContent } from '../core/vault/content.ts'
import { Secret } from '../core/secret.ts'
import { OpgenError } from '../errors.ts'
import type { CommandContext } from './command.ts'
import { complain } from './complain.ts'

/**
 * Import what a vault has for providers that lack a key. What is wrong with it is told.
 *
 * @returns ids of the providers that have a key now
 * @throws OpgenError `interrupted` for Ctrl-C
 */
export async function importFromVault(
  context: CommandContext,
  vault: string,
  ids: readonly string[],
): Promise<readonly string[]> {
  const { session, terminal } = context
  try {
    const closed = await requireVault(session, vault)
    if (closed.kind === 'recipients') {
      const fault = { kind: 'needs-identity' } as const
      throw new OpgenError({ code: 'vault-refused', path: vault, fault })
    }
    await probeForImport(session)
    const content = await openAsking(context, closed)
    if (content === undefined) return []
    const imported = await importMissing(session, { closed, content }, ids)
    const lacking = ids.filter((id) => !imported.includes(id))
    if (imported.length > 0) terminal.err(`  imported: ${imported.join(', ')}\n`)
    if (lacking.length > 0) terminal.err(`  not in the vault: ${lacking.join(', ')}\n`)
    return imported
  } catch (error) {
    if (!(error instanceof OpgenError) || error.failure.code === 'interrupted') throw error
    complain(terminal, error)
    return []
  }
}

/** Undefined: the person leaves it. */
async function openAsking(
  { session, terminal }: CommandContext,
  closed: ClosedVault,
): Promise<VaultContent | undefined> {
  const shown = displayPath(session.system.machine, closed.path)
  for (;;) {
    const typed = await terminal.askHidden(
      `  Passphrase of ${shown} (not shown; Enter leaves it): `,
    )
    if (typed === undefined) throw new OpgenError({ code: 'interrupted' })
    if (typed === '') return undefined
    try {
      return await openVault(session, closed, { kind: 'passphrase', passphrase: new Secret(typed) })
    } catch (error) {
      if (!isWrongPassphrase(error)) throw error
      terminal.err('  this passphrase does not open it\n')
    }
  }
}
