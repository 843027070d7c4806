import { displayPath } from '../../app/paths.ts'
import { unmanage } from '../../app/unmanage.ts'
import type { CommandContext, Report } from '../command.ts'
import { ExitCode } from '../exit-code.ts'

/** Stop managing, leaving files as they are. */
export async function runUnmanage(
  { session, quiet }: CommandContext,
  ids: readonly string[],
): Promise<Report> {
  const { units, files } = await unmanage(session, ids)
  const { machine } = session.system
  const where = files.map((file) => displayPath(machine, file)).join(', ')
  const done = units.length > 0
  const hint = 'take them out of the manifest too, or the next `opgen apply` manages them again'
  return {
    exitCode: ExitCode.ok,
    text: done ? `No longer managed: ${units.join(', ')}.\n` : 'Nothing is managed here.\n',
    notes: done && !quiet ? `opgen: note: all values stay in ${where}\nopgen: hint: ${hint}\n` : '',
    json: { unmanaged: units, files },
  }
}
