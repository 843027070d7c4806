import { OpgenError } from '../../errors.ts'
import type { CommandContext, Report } from '../command.ts'

/** Check the manifest as every machine it names would see it. */
export async function runCheck(_context: CommandContext): Promise<Report> {
  throw new OpgenError({ code: 'not-supported-yet', what: '`opgen check`' })
}
